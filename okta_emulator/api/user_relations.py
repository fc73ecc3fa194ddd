"""`/api/v1/users/{id}/groups`, `/appLinks` and lists that stay empty because users don't sign in (OB-608, OB-609)."""

from __future__ import annotations

from collections.abc import Iterator

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.api.groups import group_view
from okta_emulator.core.records import App, AppUser, Group, Json

_USER = "/api/v1/users/{user_id}"


def list_groups(call: Call) -> Answer:
    """GET the groups that a user is in, Everyone included."""
    return call.listing(_groups(call), lambda group: group_view(call, group), default=200, most=200)


def _groups(call: Call) -> Iterator[tuple[str, Group]]:
    after = call.after()
    for group_id, _ in call.org.store.members.to_target(call.user()["id"]):
        group = call.org.store.groups.get(group_id)
        if group is not None and group_id > after:
            yield group_id, group


def list_app_links(call: Call) -> Answer:
    """GET appLinks: the links of active apps on the user's dashboard."""
    user = call.user()
    links: list[Json] = []
    for app_id, app_user in call.org.store.app_users.to_target(user["id"]):
        app = call.org.store.apps.get(app_id)
        if app is None or app["status"] != "ACTIVE" or app["visibility"]["hide"]["web"]:
            continue
        if any(app["visibility"]["appLinks"].values()):
            links.append(_app_link(call, app, app_user))
    return Answer(links)


def list_nothing(call: Call) -> Answer:
    """GET clients, idps or the tokens of a client: users have none here."""
    call.user()
    return Answer([])


def list_grants(call: Call) -> Answer:
    """GET the grants: users have none here; paged as recorded."""
    call.user()
    return call.listing((), lambda grant: grant, default=20, most=200)


def revoke_grants(call: Call) -> Answer:
    """DELETE all grants of a user."""
    call.user()
    return NO_CONTENT


def _app_link(call: Call, app: App, app_user: AppUser) -> Json:
    return {
        "id": app_user["app_user_id"],
        "label": app["label"],
        "linkUrl": call.home(app),
        "logoUrl": call.url("/assets/logo.png"),
        "appName": app["name"],
        "appInstanceId": app["id"],
        "appAssignmentId": app_user["app_user_id"],
        "credentialsSetup": False,
        "hidden": False,
        "sortOrder": 0,
    }


ENDPOINTS = (
    Endpoint("GET", f"{_USER}/groups", list_groups),
    Endpoint("GET", f"{_USER}/appLinks", list_app_links),
    Endpoint("GET", f"{_USER}/clients", list_nothing),
    Endpoint("GET", f"{_USER}/idps", list_nothing),
    Endpoint("GET", f"{_USER}/grants", list_grants),
    Endpoint("DELETE", f"{_USER}/grants", revoke_grants),
)
