"""`/api/v1/users`: users and their lifecycle (OB-080 to OB-083)."""

from __future__ import annotations

from collections.abc import Iterator

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.records import Json, User, UserStatus
from okta_emulator.org import users
from okta_emulator.org.user_types import schema_id

_PREFIXED = ("firstName", "lastName", "email", "login")
_PROVIDER: Json = {"type": "OKTA", "name": "OKTA"}
# Links by status, name to the path below the user's own URL: recorded (OB-603), but our choice for RECOVERY,
# LOCKED_OUT, PROVISIONED and DEPROVISIONED.
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
    "PASSWORD_EXPIRED": _ACTIVE_LINKS,
    "RECOVERY": {
        "reactivate": "lifecycle/reactivate",
        "resetPassword": "lifecycle/reset_password",
        "resetFactors": "lifecycle/reset_factors",
        "changePassword": "credentials/change_password",
        "deactivate": "lifecycle/deactivate",
    },
    "LOCKED_OUT": {"unlock": "lifecycle/unlock", "deactivate": "lifecycle/deactivate"},
    "SUSPENDED": {
        "unsuspend": "lifecycle/unsuspend",
        "resetFactors": "lifecycle/reset_factors",
        "deactivate": "lifecycle/deactivate",
    },
    "DEPROVISIONED": {"activate": "lifecycle/activate", "delete": ""},
}


def create_user(call: Call) -> Answer:
    """POST: create a user; 200 as recorded."""
    user = users.create_user(call.org, call.cause, call.body, activate=call.flag("activate", default=True))
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
        if prefix and not any(_value(user, key).casefold().startswith(prefix) for key in _PREFIXED):
            continue
        if passes(user):
            yield user_id, user


def _value(user: User, key: str) -> str:
    return str(user["profile"].get(key) or "")


def get_user(call: Call) -> Answer:
    """GET one user, by id, login or `me`."""
    return Answer(user_view(call, call.user()))


def update_user(call: Call) -> Answer:
    """POST: change some attributes."""
    return Answer(user_view(call, users.change_user(call.org, call.cause, call.user(), call.body, replace=False)))


def replace_user(call: Call) -> Answer:
    """PUT: change all attributes."""
    return Answer(user_view(call, users.change_user(call.org, call.cause, call.user(), call.body, replace=True)))


def delete_user(call: Call) -> Answer:
    """DELETE: deactivate the user; the second time, delete them."""
    users.remove_user(call.org, call.cause, call.user())
    return NO_CONTENT


def user_view(call: Call, user: User) -> Json:
    """A user as a single object; its links follow the status."""
    view = listed_user(call, user)
    own = view["_links"]["self"]["href"]
    type_id = users.type_of(call.org, user)
    steps = {
        name: {"href": f"{own}/{path}".rstrip("/"), "method": "POST" if path else "DELETE"}
        for name, path in _LINKS[user["status"]].items()
    }
    view["_links"] = {
        **steps,
        "schema": {"href": call.url(f"/api/v1/meta/schemas/user/{schema_id(type_id)}")},
        "self": {"href": own},
        "type": {"href": call.url(f"/api/v1/meta/types/user/{type_id}")},
    }
    return view


def listed_user(call: Call, user: User) -> Json:
    """A user as a list shows them: the only link is `self`."""
    return {
        "id": user["id"],
        "status": user["status"],
        "created": user["created"],
        "activated": user["activated"],
        "statusChanged": user["statusChanged"],
        "lastLogin": user["lastLogin"],
        "lastUpdated": user["lastUpdated"],
        "passwordChanged": user["passwordChanged"],
        "type": {"id": users.type_of(call.org, user)},
        "profile": user["profile"],
        "credentials": credentials_view(user, emails=True),
        "_links": {"self": {"href": call.url(f"/api/v1/users/{user['id']}")}},
    }


def credentials_view(user: User, *, emails: bool = False) -> Json:
    """A user's credentials without secrets; only a user's own view has the emails (recorded)."""
    view: Json = {"password": {}} if user["passwordChanged"] else {}
    if emails:
        view["emails"] = [{"value": user["profile"]["email"], "status": "VERIFIED", "type": "PRIMARY"}]
    if user.get("question"):
        view["recovery_question"] = {"question": user["question"]}
    view["provider"] = _PROVIDER
    return view


ENDPOINTS = (
    Endpoint("GET", "/api/v1/users", list_users),
    Endpoint("POST", "/api/v1/users", create_user),
    Endpoint("GET", "/api/v1/users/{user_id}", get_user),
    Endpoint("POST", "/api/v1/users/{user_id}", update_user),
    Endpoint("PUT", "/api/v1/users/{user_id}", replace_user),
    Endpoint("DELETE", "/api/v1/users/{user_id}", delete_user),
)
