"""Users, groups, and who is assigned to an app (OB-082, OB-085, OB-086, OB-092)."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import quote

from oktascim.okta.answers import read_answer
from oktascim.okta.client import Okta, Query
from oktascim.okta.errors import NotFound
from oktascim.okta.paging import next_link

_APP_USERS_A_PAGE = 500  # the most that Okta gives (OB-136)


async def find_user(okta: Okta, login_or_id: str) -> dict[str, Any] | None:
    """A user by login or id, or None where the org has no such user."""
    try:
        user: dict[str, Any] = await okta.get(f"/api/v1/users/{quote(login_or_id, safe='@')}")
    except NotFound:
        return None
    return user


async def find_groups(okta: Okta, name_or_id: str) -> list[dict[str, Any]]:
    """Groups of exactly this name, or the group of this id; empty where the org has none.

    Groups that belong to an app (APP_GROUP), such as the far ends of pushed groups, are not meant: nobody can be
    assigned through them.
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
    """Ids of the apps whose links a user has. An app that is missing here may still be assigned (hidden links)."""
    links = await okta.get(f"/api/v1/users/{user_id}/appLinks")
    return frozenset(link["appInstanceId"] for link in links if link.get("appInstanceId"))


async def apps_of_group(okta: Okta, group_id: str) -> frozenset[str]:
    """Ids of the apps to which a group is assigned."""
    return frozenset(app["id"] for app in await okta.collect(f"/api/v1/groups/{group_id}/apps", {"limit": 200}))


async def get_app_user(okta: Okta, app_id: str, user_id: str) -> dict[str, Any] | None:
    """The assignment of a user to an app, or None."""
    try:
        app_user: dict[str, Any] = await okta.get(f"/api/v1/apps/{app_id}/users/{user_id}")
    except NotFound:
        return None
    return app_user


async def list_app_users(okta: Okta, app_id: str, *, expand: bool = True) -> list[dict[str, Any]]:
    """All assignments of users to an app, 500 a request; with `expand` each has its user in `_embedded.user`."""
    query: Query = {"limit": _APP_USERS_A_PAGE, **({"expand": "user"} if expand else {})}
    return await okta.collect(f"/api/v1/apps/{app_id}/users", query)


async def first_app_users(okta: Okta, app_id: str) -> tuple[list[dict[str, Any]], bool]:
    """The first 500 assignments of users to an app, and whether there are more: one request, however large the app."""
    path = f"/api/v1/apps/{app_id}/users"
    response = await okta.request("GET", path, query={"limit": _APP_USERS_A_PAGE})
    users: list[dict[str, Any]] = read_answer(response)
    return users, next_link(response) is not None


def pages_of(app_users: int) -> int:
    """How many requests a list of so many assignments takes."""
    return max(1, math.ceil(app_users / _APP_USERS_A_PAGE))


async def assign_user(okta: Okta, app_id: str, user_id: str) -> None:
    """Assign a user to an app in its own right (scope USER)."""
    await okta.post(f"/api/v1/apps/{app_id}/users", {"id": user_id, "scope": "USER"})


async def unassign_user(okta: Okta, app_id: str, user_id: str) -> None:
    """Take a user off an app; Okta then deactivates the account downstream where that is on. Cannot be undone."""
    await okta.delete(f"/api/v1/apps/{app_id}/users/{user_id}")


async def get_app_group(okta: Okta, app_id: str, group_id: str) -> dict[str, Any] | None:
    """The assignment of a group to an app, or None."""
    try:
        app_group: dict[str, Any] = await okta.get(f"/api/v1/apps/{app_id}/groups/{group_id}")
    except NotFound:
        return None
    return app_group


async def list_app_groups(okta: Okta, app_id: str) -> list[dict[str, Any]]:
    """All assignments of groups to an app, 200 a request."""
    return await okta.collect(f"/api/v1/apps/{app_id}/groups", {"limit": 200})


async def assign_group(okta: Okta, app_id: str, group_id: str) -> None:
    """Assign a group to an app; its Okta updates its members in the background."""
    await okta.put(f"/api/v1/apps/{app_id}/groups/{group_id}", {})


async def unassign_group(okta: Okta, app_id: str, group_id: str) -> None:
    """Take a group off an app; its Okta updates its members in the background."""
    await okta.delete(f"/api/v1/apps/{app_id}/groups/{group_id}")
