"""User types: the default one and the org's own, each with its own schema (OB-612, OB-613).

The texts of errors are our choice.
"""

from __future__ import annotations

from okta_emulator.core.body import text
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.records import Json, UserType
from okta_emulator.org.state import Org

KIND = "CVDType"


def default_type(org: Org) -> UserType:
    """The type `user`, which every org has."""
    identity = org.identity
    return {
        "id": identity["user_type"],
        "displayName": "User",
        "name": "user",
        "description": "Okta user profile template with default permission settings",
        "createdBy": identity["admin"],
        "lastUpdatedBy": identity["admin"],
        "created": identity["created"],
        "lastUpdated": identity["created"],
        "default": True,
    }


def all_types(org: Org) -> list[UserType]:
    """Every user type, ordered by id."""
    added = (kept for _, kept in org.store.user_types.each() if not kept["default"])
    return sorted([_default(org), *added], key=lambda one: one["id"])


def type_named(org: Org, type_id: str | None) -> UserType:
    """The user type with an id; None and `default` mean the default one.

    Raises:
        NotFound: there is none.
    """
    if type_id in (None, "default", org.identity["user_type"]):
        return _default(org)
    found = org.store.user_types.get(type_id or "")
    if found is None:
        raise NotFound(str(type_id), KIND)
    return found


def schema_id(type_id: str) -> str:
    """The id of a type's schema."""
    return f"osc{type_id[3:]}"


def create(org: Org, body: Json) -> UserType:
    """Add a user type."""
    name = text(body, "name")
    display_name = text(body, "displayName")
    if not name or not display_name:
        raise ValidationFailed("UserType", causes=("name and displayName are required",))
    if any(known["name"] == name for known in all_types(org)):
        raise ValidationFailed("name", causes=("name: A user type with this name already exists",))
    now = org.now()
    created: UserType = {
        "id": org.ids.new("oty"),
        "displayName": display_name,
        "name": name,
        "description": text(body, "description"),
        "createdBy": org.identity["admin"],
        "lastUpdatedBy": org.identity["admin"],
        "created": now,
        "lastUpdated": now,
        "default": False,
    }
    org.store.user_types.put(created["id"], created)
    return created


def change(org: Org, present: UserType, body: Json, *, replace: bool) -> UserType:
    """Change the display name and description; a PUT clears a description that it omits. The name never changes."""
    display_name = text(body, "displayName") or present["displayName"]
    description = text(body, "description") if replace or "description" in body else present["description"]
    changed: UserType = {
        **present,
        "displayName": display_name,
        "description": description,
        "lastUpdatedBy": org.identity["admin"],
        "lastUpdated": org.now(),
    }
    org.store.user_types.put(changed["id"], changed)
    return changed


def delete(org: Org, present: UserType) -> None:
    """Delete a user type that isn't the default one and has no users."""
    in_use = any(user.get("type_id") == present["id"] for _, user in org.store.users.each())
    if present["default"] or in_use:
        why = "The default user type cannot be deleted" if present["default"] else "Users have this user type"
        raise ValidationFailed("UserType", causes=(why,))
    org.store.schemas.delete(present["id"])
    org.store.user_types.delete(present["id"])


def _default(org: Org) -> UserType:
    """The default type, with its changes."""
    return org.store.user_types.get(org.identity["user_type"]) or default_type(org)
