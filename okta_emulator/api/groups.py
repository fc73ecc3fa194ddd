"""`/api/v1/groups`: groups, their members, and the apps assigned to them (OB-084, OB-085)."""

from __future__ import annotations

from collections.abc import Iterator

from okta_emulator.api.apps import app_view
from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.api.users import listed_user
from okta_emulator.core.errors import NotFound
from okta_emulator.core.records import App, Group, Json, User
from okta_emulator.org import group_rules, groups

_OBJECT_CLASSES = {
    "OKTA_GROUP": "okta:user_group",
    "BUILT_IN": "okta:user_group",
    "APP_GROUP": "okta:app_group",
}


def create_group(call: Call) -> Answer:
    """POST: create a group; 200 as recorded."""
    return Answer(group_view(call, groups.create_group(call.org, call.cause, call.body)))


def list_groups(call: Call) -> Answer:
    """GET the list: `q` matches the start of the name; `filter` and `search` match by field."""
    return call.listing(_matching(call), lambda group: group_view(call, group), default=10_000, most=10_000)


def _matching(call: Call) -> Iterator[tuple[str, Group]]:
    prefix = (call.asked("q") or "").casefold()
    passes = call.passes("filter", "search")
    for group_id, group in call.org.store.groups.each(call.after()):
        if group["profile"]["name"].casefold().startswith(prefix) and passes(group):
            yield group_id, group


def get_group(call: Call) -> Answer:
    """GET one group."""
    return Answer(group_view(call, call.group()))


def replace_group(call: Call) -> Answer:
    """PUT: replace the profile."""
    return Answer(group_view(call, groups.rename_group(call.org, call.cause, call.group(), call.body)))


def delete_group(call: Call) -> Answer:
    """DELETE a group."""
    group = call.group()
    groups.delete_group(call.org, call.cause, group)
    group_rules.group_deleted(call.org, call.cause, group["id"])
    return NO_CONTENT


def list_members(call: Call) -> Answer:
    """GET the members."""
    group = call.group()
    return call.listing(_members(call, group), lambda user: listed_user(call, user), default=1000, most=1000)


def _members(call: Call, group: Group) -> Iterator[tuple[str, User]]:
    for user_id, _ in call.org.store.members.from_source(group["id"], call.after()):
        user = call.org.store.users.get(user_id)
        if user is not None:
            yield user_id, user


def add_member(call: Call) -> Answer:
    """PUT a user into a group."""
    groups.add_member(call.org, call.cause, call.group(), call.user())
    return NO_CONTENT


def remove_member(call: Call) -> Answer:
    """DELETE a user from a group."""
    group_rules.exclude(call.org, call.cause, call.group()["id"], call.user()["id"])
    groups.remove_member(call.org, call.cause, call.group(), call.user())
    return NO_CONTENT


def list_apps_of_group(call: Call) -> Answer:
    """GET the apps that the group is assigned to."""
    group = call.group()
    return call.listing(_apps(call, group), lambda app: app_view(call, app), default=20, most=200)


def _apps(call: Call, group: Group) -> Iterator[tuple[str, App]]:
    after = call.after()
    for app_id, _ in call.org.store.app_groups.to_target(group["id"]):
        app = call.org.store.apps.get(app_id)
        if app is not None and app_id > after:
            yield app_id, app


def group_view(call: Call, group: Group) -> Json:
    """A group as Okta shows it; a group of an app names the app as its source."""
    own = call.url(f"/api/v1/groups/{group['id']}")
    app_id = group.get("app_id")
    source = {"source": {"href": call.url(f"/api/v1/apps/{app_id}")}} if app_id else {}
    return {
        "id": group["id"],
        "created": group["created"],
        "lastUpdated": group["lastUpdated"],
        "lastMembershipUpdated": group["lastMembershipUpdated"],
        "objectClass": [_OBJECT_CLASSES[group["type"]]],
        "type": group["type"],
        "profile": group["profile"],
        "_links": {
            "logo": [
                {"name": size, "href": call.url(f"/assets/group-{size}.png"), "type": "image/png"}
                for size in ("medium", "large")
            ],
            **source,
            "users": {"href": f"{own}/users"},
            "apps": {"href": f"{own}/apps"},
        },
    }


def require_group(call: Call, group_id: str) -> Group:
    """The group that a body names, or 404."""
    group = call.org.store.groups.get(group_id)
    if group is None:
        raise NotFound(group_id, "UserGroup")
    return group


ENDPOINTS = (
    Endpoint("GET", "/api/v1/groups", list_groups),
    Endpoint("POST", "/api/v1/groups", create_group),
    Endpoint("GET", "/api/v1/groups/{group_id}", get_group),
    Endpoint("PUT", "/api/v1/groups/{group_id}", replace_group),
    Endpoint("DELETE", "/api/v1/groups/{group_id}", delete_group),
    Endpoint("GET", "/api/v1/groups/{group_id}/apps", list_apps_of_group),
    Endpoint("GET", "/api/v1/groups/{group_id}/users", list_members),
    Endpoint("PUT", "/api/v1/groups/{group_id}/users/{user_id}", add_member),
    Endpoint("DELETE", "/api/v1/groups/{group_id}/users/{user_id}", remove_member),
)
