"""Making, changing and deleting users and groups of the org itself (OB-080, OB-081, OB-084)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oktascim.okta.client import Okta
from oktascim.secret_text import SecretStr

_QUIET = {"sendEmail": False}


async def create_user(okta: Okta, profile: Mapping[str, str], password: SecretStr) -> dict[str, Any]:
    """Create an active user; with a password Okta sends no mail."""
    body = {"profile": dict(profile), "credentials": {"password": {"value": password.get_secret_value()}}}
    user: dict[str, Any] = await okta.post("/api/v1/users", body, {"activate": True})
    return user


async def change_profile(okta: Okta, user_id: str, profile: Mapping[str, str | None]) -> None:
    """Set some attributes of a user; those not named stay as they are."""
    await okta.post(f"/api/v1/users/{user_id}", {"profile": dict(profile)})


async def activate_user(okta: Okta, user_id: str) -> None:
    """Activate a deactivated user, without mail."""
    await okta.post(f"/api/v1/users/{user_id}/lifecycle/activate", query=_QUIET)


async def deactivate_user(okta: Okta, user_id: str) -> None:
    """Deactivate a user; Okta takes them off every app."""
    await okta.post(f"/api/v1/users/{user_id}/lifecycle/deactivate", query=_QUIET)


async def delete_user(okta: Okta, user_id: str) -> None:
    """Delete a deactivated user; an active one is only deactivated by it."""
    await okta.delete(f"/api/v1/users/{user_id}", _QUIET)


async def rename_app_user(okta: Okta, app_id: str, user_id: str, user_name: str) -> None:
    """Set the user name that an assigned user has in an app."""
    await okta.post(f"/api/v1/apps/{app_id}/users/{user_id}", {"credentials": {"userName": user_name}})


async def create_group(okta: Okta, name: str, description: str) -> dict[str, Any]:
    """Create a group of Okta's own."""
    group: dict[str, Any] = await okta.post("/api/v1/groups", {"profile": {"name": name, "description": description}})
    return group


async def rename_group(okta: Okta, group_id: str, name: str, description: str) -> None:
    """Replace a group's name and description."""
    await okta.put(f"/api/v1/groups/{group_id}", {"profile": {"name": name, "description": description}})


async def delete_group(okta: Okta, group_id: str) -> None:
    """Delete a group."""
    await okta.delete(f"/api/v1/groups/{group_id}")


async def add_member(okta: Okta, group_id: str, user_id: str) -> None:
    """Add a user to a group."""
    await okta.put(f"/api/v1/groups/{group_id}/users/{user_id}")


async def remove_member(okta: Okta, group_id: str, user_id: str) -> None:
    """Remove a user from a group."""
    await okta.delete(f"/api/v1/groups/{group_id}/users/{user_id}")
