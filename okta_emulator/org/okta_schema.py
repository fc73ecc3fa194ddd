"""The profile schemas of Okta's own users and groups: base properties as data, custom ones from the store (OB-610).

The base properties, their order, formats and permissions are recorded. The text for a value that doesn't have the
type of its custom property is our choice.
"""

from __future__ import annotations

from typing import Any

from okta_emulator.core.body import member
from okta_emulator.core.errors import ValidationFailed
from okta_emulator.core.records import Json
from okta_emulator.org.state import Org

GROUP = "group"
REQUIRED = ("login", "firstName", "lastName", "email")
_PROFILE_MASTER = {"master": {"type": "PROFILE_MASTER"}}
# Name, title, the user's permission, and the property's other members.
_USER_BASE: tuple[tuple[str, str, str, Json], ...] = (
    ("login", "Username", "READ_ONLY", {"minLength": 5, "maxLength": 100}),
    ("firstName", "First name", "READ_WRITE", {"minLength": 1, "maxLength": 50}),
    ("lastName", "Last name", "READ_WRITE", {"minLength": 1, "maxLength": 50}),
    ("middleName", "Middle name", "READ_ONLY", {}),
    ("honorificPrefix", "Honorific prefix", "READ_ONLY", {}),
    ("honorificSuffix", "Honorific suffix", "READ_ONLY", {}),
    ("email", "Primary email", "READ_WRITE", {"format": "email"}),
    ("title", "Title", "READ_ONLY", {}),
    ("displayName", "Display name", "READ_ONLY", {}),
    ("nickName", "Nickname", "READ_ONLY", {}),
    ("profileUrl", "Profile Url", "READ_ONLY", {"format": "uri"}),
    ("secondEmail", "Secondary email", "READ_WRITE", {"format": "email"}),
    ("mobilePhone", "Mobile phone", "READ_WRITE", {"maxLength": 100}),
    ("primaryPhone", "Primary phone", "HIDE", {"maxLength": 100}),
    ("streetAddress", "Street address", "HIDE", {}),
    ("city", "City", "HIDE", {}),
    ("state", "State", "HIDE", {}),
    ("zipCode", "Zip code", "HIDE", {}),
    ("countryCode", "Country code", "HIDE", {"format": "country-code"}),
    ("postalAddress", "Postal Address", "HIDE", {}),
    ("preferredLanguage", "Preferred language", "READ_ONLY", {"format": "language-code"}),
    ("locale", "Locale", "READ_ONLY", {"format": "locale"}),
    ("timezone", "Time zone", "READ_ONLY", {"format": "timezone"}),
    ("userType", "User type", "READ_ONLY", {}),
    ("employeeNumber", "Employee number", "READ_ONLY", {}),
    ("costCenter", "Cost center", "READ_ONLY", {}),
    ("organization", "Organization", "READ_ONLY", {}),
    ("division", "Division", "READ_ONLY", {}),
    ("department", "Department", "READ_ONLY", {}),
    ("managerId", "ManagerId", "READ_ONLY", {}),
    ("manager", "Manager", "READ_ONLY", {}),
)
_GROUP_BASE: tuple[tuple[str, str, str, Json], ...] = (
    ("name", "Name", "READ_WRITE", {"description": "Name", "maxLength": 255}),
    ("description", "Description", "READ_WRITE", {"description": "Description", "maxLength": 1024}),
)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
}
USER_ATTRIBUTES = frozenset(name for name, *_ in _USER_BASE)


def user_base() -> Json:
    """The base definition of a user type's schema."""
    return _base(_USER_BASE, REQUIRED)


def group_base() -> Json:
    """The base definition of the group schema."""
    return _base(_GROUP_BASE, ("name",))


def custom_properties(org: Org, schema_id: str) -> Json:
    """The custom properties of a schema: by the id of a user type or an app, or `GROUP`."""
    return org.store.schemas.get(schema_id) or {}


def user_properties(org: Org) -> frozenset[str]:
    """The names of the default user type's properties, base and custom."""
    return USER_ATTRIBUTES | custom_properties(org, org.identity["user_type"]).keys()


def change_custom(org: Org, schema_id: str, body: Json) -> None:
    """Add or change custom properties; null removes one. Base properties stay as they are (OB-611)."""
    given = member(member(member(body, "definitions"), "custom"), "properties")
    custom = dict(custom_properties(org, schema_id))
    for name in given:
        if given[name] is None:
            custom.pop(name, None)
        else:
            custom[name] = _completed(member(given, name))
    org.store.schemas.put(schema_id, custom)


def checked_profile(org: Org, type_id: str, given: Json, what: str) -> Json:
    """A user's profile as stored: base attributes as text, custom ones in their own type.

    Raises:
        ValidationFailed: an attribute that the schema doesn't have, or a value of another type.
    """
    return _checked(given, USER_ATTRIBUTES, custom_properties(org, type_id), what)


def checked_group_profile(org: Org, given: Json) -> Json:
    """The custom attributes of a group's profile; name and description are checked elsewhere.

    Raises:
        ValidationFailed: as for users.
    """
    rest = {key: value for key, value in given.items() if key not in ("name", "description")}
    return _checked(rest, frozenset(), custom_properties(org, GROUP), "group")


def _checked(given: Json, base: frozenset[str], custom: Json, what: str) -> Json:
    kept: Json = {}
    for key, value in given.items():
        if key not in base and key not in custom:
            raise ValidationFailed(what, causes=(f"Property name '{key}' is not defined in profile",))
        kept[key] = _typed(key, value, custom[key], what) if key in custom else _as_text(value)
    return kept


def _as_text(value: Any) -> str | None:
    return None if value is None else str(value)


def _typed(key: str, value: Any, described: Json, what: str) -> Any:
    wanted = described.get("type", "string")
    kind = _TYPES.get(wanted)
    is_other = kind is not None and (not isinstance(value, kind) or (isinstance(value, bool) and wanted != "boolean"))
    if value is not None and is_other:
        raise ValidationFailed(what, causes=(f"{key}: The value must be of type {wanted}",))
    return value


def _completed(given: Json) -> Json:
    """A custom property with the members that Okta adds to it (recorded); a false `required` is omitted."""
    kept = {key: value for key, value in given.items() if value is not None and (key, value) != ("required", False)}
    return {"mutability": "READ_WRITE", "scope": "NONE"} | kept | ({} if "master" in kept else _PROFILE_MASTER)


def _base(rows: tuple[tuple[str, str, str, Json], ...], required: tuple[str, ...]) -> Json:
    properties = {
        name: {
            "title": title,
            "type": "string",
            **({"required": True} if name in required else {}),
            **more,
            "mutability": "READ_WRITE",
            "scope": "NONE",
            "permissions": [{"principal": "SELF", "action": action}],
            **_PROFILE_MASTER,
        }
        for name, title, action, more in rows
    }
    return {"id": "#base", "type": "object", "properties": properties, "required": list(required)}
