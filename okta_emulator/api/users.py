"""`/api/v1/users`: users and their lifecycle (OB-080 to OB-083)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.records import App, AppUser, Json, User, UserStatus
from okta_emulator.org import directory

_PREFIXED = ("firstName", "lastName", "email", "login")
# Links by status as recorded: name to the path below the user's own URL.
_ACTIVE_LINKS = {
    "suspend": "lifecycle/suspend",
    "resetPassword": "lifecycle/reset_password",
    "forgotPassword": "credentials/forgot_password",
    "expirePassword": "lifecycle/expire_password",
    "changeRecoveryQuestion": "credentials/change_recovery_question",
    "resetFactors": "lifecycle/reset_factors",
    "changePassword": "credentials/change_password",
    "deactivate": "lifecycle/deactivate",
}
_LINKS: dict[UserStatus, dict[str, str]] = {
    "ACTIVE": _ACTIVE_LINKS,
    "STAGED": {"activate": "lifecycle/activate", "resetFactors": "lifecycle/reset_factors"},
    "PROVISIONED": {"reactivate": "lifecycle/reactivate", "deactivate": "lifecycle/deactivate"},
    "SUSPENDED": {"unsuspend": "lifecycle/unsuspend", "deactivate": "lifecycle/deactivate"},
    "DEPROVISIONED": {"activate": "lifecycle/activate", "delete": ""},
}


def create_user(call: Call) -> Answer:
    """POST: create a user; 200 as recorded."""
    user = directory.create_user(call.org, call.cause, call.body, activate=call.flag("activate", default=True))
    return Answer(user_view(call, user))


def list_users(call: Call) -> Answer:
    """GET the list: `q`, `filter` or `search`; deprovisioned users only with a filter or search."""
    default = 10 if call.asked("q") else 200
    return call.listing(_matching(call), lambda user: listed_user(call, user), default=default, most=200)


def _matching(call: Call) -> Iterator[tuple[str, User]]:
    prefix = (call.asked("q") or "").casefold()
    filtered = bool(call.asked("filter") or call.asked("search"))
    passes = call.passes("filter", "search")
    for user_id, user in call.org.store.users.each(call.after()):
        if not filtered and user["status"] == "DEPROVISIONED":
            continue
        names = [str(user["profile"].get(key) or "").casefold() for key in _PREFIXED]
        if prefix and not any(name.startswith(prefix) for name in names):
            continue
        if passes(user):
            yield user_id, user


def get_user(call: Call) -> Answer:
    """GET one user, by id, login or `me`."""
    return Answer(user_view(call, call.user()))


def update_user(call: Call) -> Answer:
    """POST: change some attributes."""
    return Answer(
        user_view(call, directory.change_profile(call.org, call.cause, call.user(), call.body, replace=False))
    )


def replace_user(call: Call) -> Answer:
    """PUT: change all attributes."""
    return Answer(user_view(call, directory.change_profile(call.org, call.cause, call.user(), call.body, replace=True)))


def delete_user(call: Call) -> Answer:
    """DELETE: deactivate the user; the second time, delete them."""
    directory.remove_user(call.org, call.cause, call.user())
    return NO_CONTENT


def take_step(call: Call) -> Answer:
    """POST lifecycle/…: `{}`, or an activation link if none is sent by email."""
    operation = call.path.rpartition("/")[2]
    directory.step(call.org, call.cause, call.user(), operation)
    if operation in ("activate", "reactivate") and not call.flag("sendEmail", default=True):
        token = secrets.token_urlsafe(15)
        return Answer({"activationUrl": call.url(f"/welcome/{token}"), "activationToken": token})
    return Answer({})


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


def user_view(call: Call, user: User) -> Json:
    """A user as a single object; its links follow the status."""
    view = listed_user(call, user)
    own = view["_links"]["self"]["href"]
    org = call.org.identity
    steps = {
        name: {"href": f"{own}/{path}".rstrip("/"), "method": "POST" if path else "DELETE"}
        for name, path in _LINKS[user["status"]].items()
    }
    view["_links"] = {
        **steps,
        "schema": {"href": call.url(f"/api/v1/meta/schemas/user/{org['user_schema']}")},
        "self": {"href": own},
        "type": {"href": call.url(f"/api/v1/meta/types/user/{org['user_type']}")},
    }
    return view


def listed_user(call: Call, user: User) -> Json:
    """A user as a list shows them: the only link is `self`."""
    profile = user["profile"]
    password: Json = {"password": {}} if user["passwordChanged"] else {}
    return {
        "id": user["id"],
        "status": user["status"],
        "created": user["created"],
        "activated": user["activated"],
        "statusChanged": user["statusChanged"],
        "lastLogin": user["lastLogin"],
        "lastUpdated": user["lastUpdated"],
        "passwordChanged": user["passwordChanged"],
        "type": {"id": call.org.identity["user_type"]},
        "profile": profile,
        "credentials": {
            **password,
            "emails": [{"value": profile["email"], "status": "VERIFIED", "type": "PRIMARY"}],
            "provider": {"type": "OKTA", "name": "OKTA"},
        },
        "_links": {"self": {"href": call.url(f"/api/v1/users/{user['id']}")}},
    }


_STEPS = ("activate", "deactivate", "reactivate", "suspend", "unsuspend")
ENDPOINTS = (
    Endpoint("GET", "/api/v1/users", list_users),
    Endpoint("POST", "/api/v1/users", create_user),
    Endpoint("GET", "/api/v1/users/{user_id}", get_user),
    Endpoint("POST", "/api/v1/users/{user_id}", update_user),
    Endpoint("PUT", "/api/v1/users/{user_id}", replace_user),
    Endpoint("DELETE", "/api/v1/users/{user_id}", delete_user),
    Endpoint("GET", "/api/v1/users/{user_id}/appLinks", list_app_links),
    *(Endpoint("POST", f"/api/v1/users/{{user_id}}/lifecycle/{step}", take_step) for step in _STEPS),
)
