"""`/api/v1/apps/{id}/users`: the users assigned to an app (OB-086 to OB-090)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast, get_args

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.api.users import user_view
from okta_emulator.core.body import member, text
from okta_emulator.core.errors import AttributeIsMapped, NotFound, ValidationFailed
from okta_emulator.core.records import App, AppUser, Json, MappingProperties, Scope, User
from okta_emulator.org import assignments, mappings, schema, user_deliveries
from okta_emulator.org.provisioning import delivers, provisioning_of


def assign_user(call: Call) -> Answer:
    """POST: assign a user, or change an existing assignment (our choice)."""
    app = call.app()
    user_id = text(call.body, "id")
    user = call.org.store.users.get(user_id or "")
    if user is None:
        raise NotFound(str(user_id), "User")
    scope = _scope(call, "USER")
    user_name, profile = _name_and_profile(call, app, user, call.org.switches.mapped_on_assignment)
    app_user = assignments.assign_user(
        call.org, call.cause, app, user, scope=scope, user_name=user_name, profile=profile
    )
    return Answer(app_user_view(call, app, app_user))


def list_app_users(call: Call) -> Answer:
    """GET the list: `q` matches the start of the user name, names and email; `expand=user` embeds the user."""
    app = call.app()
    mapping = mappings.to_app(call.org, app["id"])
    return call.listing(_matching(call, app), lambda found: _view(call, app, found, mapping), default=50, most=500)


def _matching(call: Call, app: App) -> Iterator[tuple[str, AppUser]]:
    prefix = (call.asked("q") or "").casefold()
    for user_id, app_user in call.org.store.app_users.from_source(app["id"], call.after()):
        user = call.org.store.users.get(user_id)
        if user is None:
            continue
        names = [
            app_user["credentials"]["userName"],
            *(user["profile"][key] for key in ("firstName", "lastName", "email")),
        ]
        if any(name.casefold().startswith(prefix) for name in names):
            yield user_id, app_user


def get_app_user(call: Call) -> Answer:
    """GET one assignment."""
    app, _, app_user = _assignment(call)
    return Answer(app_user_view(call, app, app_user))


def update_app_user(call: Call) -> Answer:
    """POST: change the user name or attributes; with scope USER, the assignment becomes direct."""
    app, user, app_user = _assignment(call)
    user_name, profile = _name_and_profile(call, app, user, "refuse")
    present: AppUser = {**app_user, "scope": _scope(call, app_user["scope"])}
    changed = assignments.change_assignment(call.org, call.cause, app, user, present, user_name, profile)
    return Answer(app_user_view(call, app, changed))


def unassign_user(call: Call) -> Answer:
    """DELETE an assignment."""
    app, user, app_user = _assignment(call)
    assignments.unassign_user(call.org, call.cause, app, user, app_user)
    return NO_CONTENT


def _assignment(call: Call) -> tuple[App, User, AppUser]:
    app, user = call.app(), call.user()
    app_user = call.org.store.app_users.get(app["id"], user["id"])
    if app_user is None:
        raise NotFound(call.params["user_id"], "AppUser")
    return app, user, app_user


def _scope(call: Call, default: Scope) -> Scope:
    """The scope in the body."""
    given = text(call.body, "scope") or default
    for scope in get_args(Scope):
        if given == scope:
            return cast("Scope", scope)
    raise ValidationFailed("scope", causes=(f"scope: must be one of {', '.join(get_args(Scope))}",))


def _name_and_profile(call: Call, app: App, user: User, other_values: str) -> tuple[str | None, Json]:
    """User name and profile in the body.

    An attribute that the mapping pushes can't be set manually to another value (OB-090, OB-091); with the mapping's own
    value it stays mapped (OB-096).
    """
    profile = member(call.body, "profile")
    if delivers(call.org, app) and "update" in provisioning_of(call.org, app["id"]).to_app:
        properties = mappings.to_app(call.org, app["id"])
        pushed = {name for name in profile if name in properties and properties[name]["pushStatus"] == "PUSH"}
        mapped = schema.mapped_profile({name: properties[name] for name in pushed}, user["profile"])
        for name in pushed:
            if (profile[name] or None) == mapped.get(name):
                profile = {key: value for key, value in profile.items() if key != name}
            elif other_values == "refuse":
                raise AttributeIsMapped(name)
    return text(member(call.body, "credentials"), "userName"), profile


def app_user_view(call: Call, app: App, app_user: AppUser) -> Json:
    """An assignment as Okta shows it."""
    return _view(call, app, app_user, mappings.to_app(call.org, app["id"]))


def _view(call: Call, app: App, app_user: AppUser, mapping: MappingProperties) -> Json:
    user = call.org.store.users.get(app_user["id"])
    assert user is not None
    last_sync = {"lastSync": app_user["lastSync"]} if app_user["lastSync"] else {}
    embedded = {"_embedded": {"user": user_view(call, user)}} if call.asked("expand") == "user" else {}
    return {
        "id": app_user["id"],
        "externalId": app_user["externalId"],
        "created": app_user["created"],
        "lastUpdated": app_user["lastUpdated"],
        "scope": app_user["scope"],
        "status": app_user["status"],
        "statusChanged": app_user["statusChanged"],
        "passwordChanged": None,
        "syncState": app_user["syncState"],
        **last_sync,
        "credentials": app_user["credentials"],
        "profile": user_deliveries.app_profile(mapping, user, app_user),
        "_links": {
            "app": {"href": call.url(f"/api/v1/apps/{app['id']}")},
            "user": {"href": call.url(f"/api/v1/users/{app_user['id']}")},
        },
        **embedded,
    }


ENDPOINTS = (
    Endpoint("GET", "/api/v1/apps/{app_id}/users", list_app_users),
    Endpoint("POST", "/api/v1/apps/{app_id}/users", assign_user),
    Endpoint("GET", "/api/v1/apps/{app_id}/users/{user_id}", get_app_user),
    Endpoint("POST", "/api/v1/apps/{app_id}/users/{user_id}", update_app_user),
    Endpoint("DELETE", "/api/v1/apps/{app_id}/users/{user_id}", unassign_user),
)
