"""Okta's profile attributes as SCIM user attributes, both ways.

The key order of a new user is that of the captures (OB-272). Our choice: the place of attributes that no capture shows
(after displayName), and the types of phone numbers and addresses. Attributes without a known SCIM name are omitted, as
Okta omits those without an external name (OB-126).
"""

from __future__ import annotations

import random
import secrets
import string
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from okta_emulator.core.switches import Switches
from okta_emulator.scim_client.connection import Person
from okta_emulator.scim_client.custom_attributes import ACCESS, with_custom
from okta_emulator.scim_client.dialect import Dialect
from okta_emulator.scim_client.lists import Resource

# Okta's name to the name in SCIM, in the order in which the parts are sent.
_NAME = {
    "firstName": "givenName",
    "lastName": "familyName",
    "middleName": "middleName",
    "honorificPrefix": "honorificPrefix",
    "honorificSuffix": "honorificSuffix",
}
_CORE = {
    "displayName": "displayName",
    "nickName": "nickName",
    "profileUrl": "profileUrl",
    "title": "title",
    "userType": "userType",
    "preferredLanguage": "preferredLanguage",
    "locale": "locale",
    "timezone": "timezone",
}
_PHONES = {"primaryPhone": "work", "mobilePhone": "mobile"}
_ADDRESS = {
    "streetAddress": "streetAddress",
    "city": "locality",
    "state": "region",
    "zipCode": "postalCode",
    "countryCode": "country",
    "postalAddress": "formatted",
}
_ENTERPRISE = {
    "employeeNumber": "employeeNumber",
    "costCenter": "costCenter",
    "organization": "organization",
    "division": "division",
    "department": "department",
}
_MANAGER = {"managerId": "value", "manager": "displayName"}

# The key order of Okta's serializer in a PUT (OB-277); other keys follow in the server's order.
_PUT_ORDER = (
    "id",
    "externalId",
    "meta",
    "schemas",
    "userName",
    "displayName",
    "locale",
    "active",
    "password",
    "emails",
    "name",
    "groups",
)
DEFAULT = Switches()
PasswordPolicy = Literal["default", "symbols"]
_LETTERS_AND_DIGITS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
_PASSWORDS: Mapping[PasswordPolicy, tuple[int, tuple[str, ...]]] = {
    "default": (8, _LETTERS_AND_DIGITS),
    "symbols": (12, (*_LETTERS_AND_DIGITS, "!#$%&*+-=?@^_")),
}


def new_user(person: Person, dialect: Dialect, switches: Switches = DEFAULT) -> Resource:
    """The body of POST /Users, with the placeholder password that Okta always sends (OB-272 to OB-274)."""
    mapped = mapped_user(person, dialect, switches)
    extension = {key: mapped.pop(key) for key in list(mapped) if _is_urn(key)}
    return {
        "schemas": [dialect.user_schema, *extension],
        "userName": person.user_name,
        **mapped,
        **extension,
        "externalId": person.okta_id,
        "groups": [],
        "password": placeholder_password(switches.placeholder_password),
        "active": True,
    }


def placeholder_password(policy: PasswordPolicy) -> str:
    """A random password that satisfies a policy: as many characters as it asks for, some of each kind (OB-274)."""
    length, kinds = _PASSWORDS[policy]
    dice = random.Random(secrets.randbits(256))  # noqa: S311 - seeded by the system, and one call of it is enough
    letters = [dice.choice(kind) for kind in kinds]
    letters += dice.choices("".join(kinds), k=length - len(letters))
    dice.shuffle(letters)
    return "".join(letters)


def merged_user(resource: Resource, person: Person, dialect: Dialect, switches: Switches = DEFAULT) -> Resource:
    """The body of PUT /Users/{id}: the server's resource overlaid with the mapped attributes (OB-276, OB-277).

    What only the server has is kept (name.formatted, a second email address, a password that it returned), except in
    roles and entitlements, which are replaced (our choice). A profile push never changes `active`. An attribute that
    was cleared in Okta is kept as well, or null (OB-318; a switch).
    """
    merged = dict(resource)
    merged["userName"] = person.user_name
    mapped = mapped_user(person, dialect, switches)
    for key, value in mapped.items():
        merged[key] = value if key in ACCESS else _laid_over(resource.get(key), value)
    if switches.cleared_attributes == "null":
        _clear(merged, person.cleared, dialect)
    given = resource.get("schemas")
    schemas = given if isinstance(given, list) and given else [dialect.user_schema]
    schemas = [*schemas, *(key for key in mapped if _is_urn(key) and key not in schemas)]
    merged.update(schemas=schemas, externalId=person.okta_id, groups=[])
    return in_put_order(merged)


def _clear(resource: Resource, names: Iterable[str], dialect: Dialect) -> None:
    """Set what these attributes of Okta fill to null, where the resource has a value.

    Our choice: phone numbers, addresses, the manager and custom attributes are kept.
    """
    urn = dialect.enterprise_schema
    for place, known in ((None, _CORE), ("name", _NAME), (urn, _ENTERPRISE)):
        part = resource if place is None else _object(resource.get(place))
        nulls = {known[name]: None for name in names if part.get(known.get(name, "")) not in (None, "")}
        if place is None:
            resource.update(nulls)
        elif nulls:
            resource[place] = part | nulls


def mapped_user(person: Person, dialect: Dialect, switches: Switches = DEFAULT) -> Resource:
    """The mapped attributes of a user in SCIM, with the custom ones; extensions are under their URNs."""
    return with_custom(_mapped(person.attributes, dialect), person.custom, dialect, switches.access_values)


def _is_urn(key: str) -> bool:
    return key.startswith("urn:")


def in_put_order(resource: Resource) -> Resource:
    """The same members in the order of Okta's serializer."""
    known = {key: resource[key] for key in _PUT_ORDER if key in resource}
    return known | {key: value for key, value in resource.items() if key not in known}


def okta_profile(resource: Resource, dialect: Dialect) -> dict[str, Any]:
    """A server's user in Okta's attribute names; members of the wrong type are omitted."""
    phones = _values_by_type(resource.get("phoneNumbers"))
    addresses = _objects(resource.get("addresses"))
    extension = _object(resource.get(dialect.enterprise_schema))
    emails = _objects(resource.get("emails"))
    primary = next((mail for mail in emails if mail.get("primary") is True), emails[0] if emails else {})
    found = {
        **_unmapped(_object(resource.get("name")), _NAME),
        "email": primary.get("value"),
        **_unmapped(resource, _CORE),
        **{okta: phones.get(kind) for okta, kind in _PHONES.items()},
        **_unmapped(addresses[0] if addresses else {}, _ADDRESS),
        **_unmapped(extension, _ENTERPRISE),
        **_unmapped(_object(extension.get("manager")), _MANAGER),
    }
    return {key: value for key, value in found.items() if value not in (None, "")}


def _mapped(attributes: Mapping[str, Any], dialect: Dialect) -> Resource:
    """The mapped attributes that have a value: empty ones are not sent (OB-272)."""
    given = {key: value for key, value in attributes.items() if value not in (None, "", [], {})}
    email_type = attributes.get("emailType", "work")
    name = _renamed(given, _NAME)
    full_name = " ".join(name[part] for part in ("givenName", "familyName") if part in name)
    core = {"displayName": full_name} | _renamed(given, _CORE)
    address = _renamed(given, _ADDRESS)
    manager = _renamed(given, _MANAGER)
    enterprise = _renamed(given, _ENTERPRISE) | ({"manager": manager} if manager else {})
    body = {
        "name": name,
        "emails": [_email(given["email"], email_type)] if "email" in given else [],
        **core,
        "phoneNumbers": [{"value": given[okta], "type": kind} for okta, kind in _PHONES.items() if okta in given],
        "addresses": [address | {"type": "work"}] if address else [],
        dialect.enterprise_schema: enterprise,
    }
    return {key: value for key, value in body.items() if value}


def _email(address: str, kind: str) -> Resource:
    return {"primary": True, "value": address} | ({"type": kind} if kind else {})


def _laid_over(old: Any, new: Any) -> Any:
    """Old overlaid with new: objects by member, arrays by element (same type, else primary), the rest replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: _laid_over(old.get(key), value) for key, value in new.items()}
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(element, dict) for element in new):
        kept = list(old)
        for element in new:
            place = _place_of(element, kept)
            if place is None:
                kept.append(element)
            else:
                kept[place] = kept[place] | element
        return kept
    return new


def _place_of(element: Resource, elements: list[Any]) -> int | None:
    """The index of the element that this one replaces: the one with its type, else the primary one."""
    for member in ("type", "primary"):
        for place, candidate in enumerate(elements):
            if isinstance(candidate, dict) and member in element and candidate.get(member) == element[member]:
                return place
    return None


def _renamed(attributes: Mapping[str, Any], names: Mapping[str, str]) -> Resource:
    return {scim: attributes[okta] for okta, scim in names.items() if okta in attributes}


def _unmapped(resource: Resource, names: Mapping[str, str]) -> dict[str, Any]:
    return {okta: resource.get(scim) for okta, scim in names.items()}


def _object(value: Any) -> Resource:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Resource]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _values_by_type(value: Any) -> dict[str, Any]:
    return {str(item.get("type")): item.get("value") for item in _objects(value)}
