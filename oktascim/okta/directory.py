"""Users, groups, and app assignments (OB-082, OB-085, OB-086, OB-092)."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import quote

from oktascim.okta.answers import read_answer
from oktascim.okta.client import Okta, Query
from oktascim.okta.errors import NotFound
from oktascim.okta.paging import next_link

_APP_USERS_A_PAGE = 500  # Okta's maximum (OB-136)
_MEMBERS_A_PAGE = 1000  # likewise


async def find_user(okta: Okta, login_or_id: str) -> dict[str, Any] | None:
    """A user by login or id, or None if the org has no such user."""
    try:
        user: dict[str, Any] = await okta.get(f"/api/v1/users/{quote(login_or_id, safe='@')}")
    except NotFound:
        return None
    return user


async def find_groups(okta: Okta, name_or_id: str) -> list[dict[str, Any]]:
    """Groups with exactly this name, or the group with this id; empty if the org has none.

    App groups (APP_GROUP), such as the targets of group push, are omitted: they can't be used for assignments.
    """
    if name_or_id.startswith("00g") and len(name_or_id) == 20:
        try:
            return [await okta.get(f"/api/v1/groups/{name_or_id}")]
        except NotFound:
            pass
    groups = await okta.get("/api/v1/groups", {"q": name_or_id, "limit": 200})
    own = (group for group in groups if group.get("type") != "APP_GROUP")
    return [group for group in own if group["profile"]["name"] == name_or_id]


async def apps_shown_to(okta: Okta, user_id: str) -> frozenset[str]:
    """Ids of the apps whose links a user has. A missing app may still be assigned (hidden links)."""
    links = await okta.get(f"/api/v1/users/{user_id}/appLinks")
    return frozenset(link["appInstanceId"] for link in links if link.get("appInstanceId"))


async def apps_of_group(okta: Okta, group_id: str) -> frozenset[str]:
    """Ids of the apps that a group is assigned to."""
    return frozenset(app["id"] for app in await okta.collect(f"/api/v1/groups/{group_id}/apps", {"limit": 200}))


async def get_app_user(okta: Okta, app_id: str, user_id: str) -> dict[str, Any] | None:
    """The assignment of a user to an app, or None."""
    try:
        app_user: dict[str, Any] = await okta.get(f"/api/v1/apps/{app_id}/users/{user_id}")
    except NotFound:
        return None
    return app_user


async def list_app_users(okta: Okta, app_id: str, *, expand: bool = True) -> list[dict[str, Any]]:
    """All assignments of users to an app, 500 per request; with `expand` each has its user in `_embedded.user`."""
    query: Query = {"limit": _APP_USERS_A_PAGE, **({"expand": "user"} if expand else {})}
    return await okta.collect(f"/api/v1/apps/{app_id}/users", query)


async def first_app_users(okta: Okta, app_id: str) -> tuple[list[dict[str, Any]], bool]:
    """The first 500 assignments of users to an app, and whether there are more: one request, however large the app."""
    path = f"/api/v1/apps/{app_id}/users"
    response = await okta.request("GET", path, query={"limit": _APP_USERS_A_PAGE})
    users: list[dict[str, Any]] = read_answer(response)
    return users, next_link(response) is not None


async def first_members(okta: Okta, group_id: str) -> tuple[frozenset[str], bool]:
    """The ids of the first 1,000 members of a group, and whether there are more: one request."""
    response = await okta.request("GET", f"/api/v1/groups/{group_id}/users", query={"limit": _MEMBERS_A_PAGE})
    members: list[dict[str, Any]] = read_answer(response)
    return frozenset(str(one.get("id")) for one in members), next_link(response) is not None


def pages_of(app_users: int) -> int:
    """How many requests it takes to list this many assignments."""
    return max(1, math.ceil(app_users / _APP_USERS_A_PAGE))


async def assign_user(okta: Okta, app_id: str, user_id: str) -> None:
    """Assign a user directly to an app (scope USER)."""
    await okta.post(f"/api/v1/apps/{app_id}/users", {"id": user_id, "scope": "USER"})


async def unassign_user(okta: Okta, app_id: str, user_id: str) -> None:
    """Unassign a user from an app; Okta then deactivates the downstream account if that is on. Can't be undone."""
    await okta.delete(f"/api/v1/apps/{app_id}/users/{user_id}")


async def get_app_group(okta: Okta, app_id: str, group_id: str) -> dict[str, Any] | None:
    """The assignment of a group to an app, or None."""
    try:
        app_group: dict[str, Any] = await okta.get(f"/api/v1/apps/{app_id}/groups/{group_id}")
    except NotFound:
        return None
    return app_group


async def list_app_groups(okta: Okta, app_id: str) -> list[dict[str, Any]]:
    """All assignments of groups to an app, 200 per request."""
    return await okta.collect(f"/api/v1/apps/{app_id}/groups", {"limit": 200})


async def assign_group(okta: Okta, app_id: str, group_id: str) -> None:
    """Assign a group to an app; Okta updates its members in the background."""
    await okta.put(f"/api/v1/apps/{app_id}/groups/{group_id}", {})


async def unassign_group(okta: Okta, app_id: str, group_id: str) -> None:
    """Unassign a group from an app; Okta updates its members in the background."""
    await okta.delete(f"/api/v1/apps/{app_id}/groups/{group_id}")
