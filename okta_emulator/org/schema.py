"""The profile of an app's user: its attributes, and how they come from the Okta profile (OB-123 to OB-125).

The attribute names and external names of a SCIM app are those of a real one. Our choice: which of them a template maps
by default, and that other apps have a user name only.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from okta_emulator.core.records import Json, MappingProperties

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_PATH = re.compile(r"(?:user|source)\.(\w+)")


@dataclass(frozen=True)
class Attribute:
    """An attribute of an app user.

    Args:
        name: its name in the app's schema.
        title: its name on the page.
        external: its SCIM path.
        okta: the attribute of the Okta profile that fills it by default.
        namespace: the URN of its SCIM schema.
    """

    name: str
    title: str
    external: str
    okta: str
    namespace: str = CORE


SCIM_ATTRIBUTES = (
    Attribute("givenName", "Given name", "name.givenName", "firstName"),
    Attribute("familyName", "Family name", "name.familyName", "lastName"),
    Attribute("middleName", "Middle name", "name.middleName", "middleName"),
    Attribute("honorificPrefix", "Honorific prefix", "name.honorificPrefix", "honorificPrefix"),
    Attribute("honorificSuffix", "Honorific suffix", "name.honorificSuffix", "honorificSuffix"),
    Attribute("email", "Primary email", "emails.^[primary==true].value", "email"),
    Attribute("displayName", "Display name", "displayName", "displayName"),
    Attribute("nickName", "Nickname", "nickName", "nickName"),
    Attribute("profileUrl", "Profile URL", "profileUrl", "profileUrl"),
    Attribute("title", "Title", "title", "title"),
    Attribute("userType", "User type", "userType", "userType"),
    Attribute("preferredLanguage", "Preferred language", "preferredLanguage", "preferredLanguage"),
    Attribute("locale", "Locale", "locale", "locale"),
    Attribute("timezone", "Time zone", "timezone", "timezone"),
    Attribute("primaryPhone", "Primary phone", "phoneNumbers.^[primary==true].value", "primaryPhone"),
    Attribute("mobilePhone", "Mobile phone", "phoneNumbers.^[type=='mobile'].value", "mobilePhone"),
    Attribute("streetAddress", "Street address", "addresses.^[primary==true].streetAddress", "streetAddress"),
    Attribute("locality", "Locality", "addresses.^[primary==true].locality", "city"),
    Attribute("region", "Region", "addresses.^[primary==true].region", "state"),
    Attribute("postalCode", "Postal code", "addresses.^[primary==true].postalCode", "zipCode"),
    Attribute("country", "Country", "addresses.^[primary==true].country", "countryCode"),
    Attribute("formatted", "Formatted address", "addresses.^[primary==true].formatted", "postalAddress"),
    Attribute("employeeNumber", "Employee number", "employeeNumber", "employeeNumber", ENTERPRISE),
    Attribute("costCenter", "Cost center", "costCenter", "costCenter", ENTERPRISE),
    Attribute("organization", "Organization", "organization", "organization", ENTERPRISE),
    Attribute("division", "Division", "division", "division", ENTERPRISE),
    Attribute("department", "Department", "department", "department", ENTERPRISE),
    Attribute("managerValue", "Manager value", "manager.value", "managerId", ENTERPRISE),
    Attribute("managerDisplayName", "Manager display name", "manager.displayName", "manager", ENTERPRISE),
)
_OKTA_NAMES = {attribute.name: attribute.okta for attribute in SCIM_ATTRIBUTES}

OKTA_ATTRIBUTES = tuple(dict.fromkeys(("login", "secondEmail", *_OKTA_NAMES.values())))


def default_properties() -> MappingProperties:
    """The properties of the mapping from the Okta user to the user of a SCIM app."""
    return {known.name: {"expression": f"user.{known.okta}", "pushStatus": "PUSH"} for known in SCIM_ATTRIBUTES}


def return_properties() -> MappingProperties:
    """The properties of the mapping from the user of a SCIM app to the Okta user."""
    return {known.okta: {"expression": f"appuser.{known.name}", "pushStatus": "DONT_PUSH"} for known in SCIM_ATTRIBUTES}


def mapped_profile(properties: MappingProperties, profile: Json) -> Json:
    """The app user's profile that a mapping creates from an Okta profile; empty values are omitted.

    Args:
        properties: target attribute to {"expression", "pushStatus"}.
        profile: the Okta user's profile.
    """
    values = {name: evaluated(source["expression"], profile) for name, source in properties.items()}
    return {name: value for name, value in values.items() if value not in (None, "")}


def evaluated(expression: str, profile: Json) -> Any:
    """The value of an expression: `user.attribute`, `source.attribute` or a quoted text.

    No more of Okta's expression language is emulated; any other expression has no value.
    """
    if path := _PATH.fullmatch(expression.strip()):
        return profile.get(path[1])
    try:
        literal = json.loads(expression)
    except json.JSONDecodeError:
        return None
    return literal if isinstance(literal, str) else None


def in_okta_names(app_profile: Json) -> Json:
    """An app user's profile with the names of the Okta profile's attributes."""
    return {_OKTA_NAMES.get(name, name): value for name, value in app_profile.items()}


def base_schema(*, scim: bool) -> Json:
    """The base properties of the schema of an app's user, as JSON Schema."""
    properties: Json = {
        "userName": _property("Username", "userName", CORE if scim else None, required=True),
    }
    if scim:
        properties |= {known.name: _property(known.title, known.external, known.namespace) for known in SCIM_ATTRIBUTES}
    return {"id": "#base", "type": "object", "properties": properties, "required": ["userName"]}


def _property(title: str, external: str, namespace: str | None, *, required: bool = False) -> Json:
    described: Json = {"title": title, "type": "string"}
    if required:
        described |= {"required": True, "maxLength": 100}
    described |= {"scope": "NONE", "master": {"type": "PROFILE_MASTER"}}
    return described | ({"externalName": external, "externalNamespace": namespace} if namespace else {})
