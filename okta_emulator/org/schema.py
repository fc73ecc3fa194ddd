"""The profile of an app's user: its attributes, and how they come from the Okta profile (OB-123 to OB-125).

The attribute names and external names of a SCIM app are those of a real one. Our choice: which of them a template maps
by default, and that other apps have a user name only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from okta_emulator.core.records import Json, MappingProperties
from okta_emulator.org.expression import BadExpression
from okta_emulator.org.mapping_expression import value_of
from okta_emulator.scim_client.connection import CustomAttribute

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@dataclass(frozen=True)
class Attribute:
    """An attribute of an app user.

    Args:
        name: its name in the app's schema.
        title: the name shown on the page.
        external: its SCIM path.
        okta: the attribute of the Okta profile that fills it by default, or "" if an expression fills it.
        namespace: the URN of its SCIM schema.
        expression: what fills it by default instead of an attribute.
    """

    name: str
    title: str
    external: str
    okta: str
    namespace: str = CORE
    expression: str = ""

    @property
    def default_expression(self) -> str:
        """Its expression in a new mapping."""
        return self.expression or f"user.{self.okta}"


SCIM_ATTRIBUTES = (
    Attribute("givenName", "Given name", "name.givenName", "firstName"),
    Attribute("familyName", "Family name", "name.familyName", "lastName"),
    Attribute("middleName", "Middle name", "name.middleName", "middleName"),
    Attribute("honorificPrefix", "Honorific prefix", "name.honorificPrefix", "honorificPrefix"),
    Attribute("honorificSuffix", "Honorific suffix", "name.honorificSuffix", "honorificSuffix"),
    Attribute("email", "Primary email", "emails.^[primary==true].value", "email"),
    Attribute(  # the type is sent with the address (OB-128)
        "emailType",
        "Primary email type",
        "emails.^[primary==true].type",
        "",
        expression="(user.email != null && user.email != '') ? 'work' : ''",
    ),
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
_OKTA_NAMES = {attribute.name: attribute.okta for attribute in SCIM_ATTRIBUTES if attribute.okta}

OKTA_ATTRIBUTES = tuple(dict.fromkeys(("login", "secondEmail", *_OKTA_NAMES.values())))


def default_properties() -> MappingProperties:
    """The properties of the mapping from the Okta user to the user of a SCIM app."""
    return {known.name: {"expression": known.default_expression, "pushStatus": "PUSH"} for known in SCIM_ATTRIBUTES}


def return_properties() -> MappingProperties:
    """The properties of the mapping from the user of a SCIM app to the Okta user."""
    return {
        known.okta: {"expression": f"appuser.{known.name}", "pushStatus": "DONT_PUSH"}
        for known in SCIM_ATTRIBUTES
        if known.okta
    }


def mapped_profile(properties: MappingProperties, profile: Json) -> Json:
    """The app user's profile that a mapping creates from an Okta profile; empty values are omitted.

    Args:
        properties: target attribute to {"expression", "pushStatus"}.
        profile: the Okta user's profile.
    """
    values = {name: evaluated(source["expression"], profile) for name, source in properties.items()}
    return {name: value for name, value in values.items() if value not in (None, "")}


def evaluated(expression: str, profile: Json) -> Any:
    """The value of an expression; an expression from an older database that the emulator can't evaluate has none."""
    try:
        return value_of(expression, profile)
    except BadExpression:
        return None


def in_okta_names(app_profile: Json) -> Json:
    """An app user's profile with the names of the Okta profile's attributes; a missing email type becomes ""."""
    return {"emailType": ""} | {_OKTA_NAMES.get(name, name): value for name, value in app_profile.items()}


def custom_attributes(properties: Json, app_profile: Json) -> tuple[CustomAttribute, ...]:
    """The custom attributes of an app user that are sent: those with a value and an external name (OB-126).

    Args:
        properties: the custom properties of the app's schema.
        app_profile: the app user's profile.
    """
    return tuple(
        CustomAttribute(str(described["externalName"]), str(described.get("externalNamespace") or ""), value)
        for name, described in properties.items()
        if isinstance(described, dict) and described.get("externalName")
        if (value := _typed(app_profile.get(name), described)) not in (None, "", [])
    )


def _typed(value: Any, described: Json) -> Any:
    """A value converted to the type of its property; if that isn't possible, it stays as it is."""
    kind = described.get("type")
    if value is None:
        return None
    if kind == "array":
        items = value if isinstance(value, list) else [value]
        return [_typed(item, described.get("items") or {}) for item in items]
    if kind == "boolean" and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if kind in ("integer", "number"):
        try:
            return int(value) if kind == "integer" else float(value)
        except (TypeError, ValueError):
            return value
    return str(value) if kind == "string" and not isinstance(value, dict | list) else value


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
