"""`/api/v1/apps/{id}/features`: what the connection provisions (OB-057 to OB-063).

SCIM templates aren't among the documented apps. Our choice: with `connections_api="org"` they answer like apps without
provisioning, even after an administrator has set them up in the console; with "accept" they answer like the documented
apps, and a PUT changes the app's `features` array.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.core.body import member, text
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.records import App, Json
from okta_emulator.org.provisioning import Provisioning, provisioning_of
from okta_emulator.org.provisioning_changes import change_provisioning

USER = "USER_PROVISIONING"
INBOUND = "INBOUND_PROVISIONING"
_DESCRIPTIONS = {
    USER: "User provisioning settings from Okta to a downstream application",
    INBOUND: "In-bound provisioning settings for provisioning users from an application to Okta",
}
_STATUSES = ("ENABLED", "DISABLED")
_MATCHING = {
    "exactMatchCriteria": "USERNAME",
    "allowPartialMatch": False,
    "autoConfirmPartialMatch": False,
    "autoConfirmExactMatch": False,
    "autoConfirmNewUsers": False,
    "autoActivateNewUsers": False,
}
_INBOUND_DEFAULT: Json = {
    "importSettings": {
        "username": {"userNameFormat": "EMAIL"},
        "schedule": {"status": "DISABLED", "fullImport": None, "incrementalImport": None},
    },
    "importRules": {"userCreateAndMatch": _MATCHING},
}


def list_features(call: Call) -> Answer:
    """GET both features."""
    app, provisioning = _enabled(call)
    return Answer([_view(call, app, provisioning, name) for name in _DESCRIPTIONS])


def get_feature(call: Call) -> Answer:
    """GET one feature; its name is checked before the app."""
    name = _name(call)
    app, provisioning = _enabled(call)
    return Answer(_view(call, app, provisioning, name))


def put_feature(call: Call) -> Answer:
    """PUT: change the capabilities that the body has."""
    name = _name(call)
    body = call.body
    app, provisioning = _enabled(call)
    change: Callable[[Provisioning, Json], Provisioning] = _change_user if name == USER else _change_inbound
    changed = change_provisioning(call.org, call.cause, app, provisioning, change(provisioning, body))
    return Answer(_view(call, app, changed, name))


def _name(call: Call) -> str:
    name = call.params["feature"]
    if name not in _DESCRIPTIONS:
        raise NotFound(name, "PublicAppFeatureSetName")
    return name


def _enabled(call: Call) -> tuple[App, Provisioning]:
    """The app and its provisioning, if this API can configure it and the connection is active."""
    app = call.app()
    entry = call.org.entry_of(app)
    accepts = call.org.settings.connections_api == "accept"
    if entry is None or not (entry.connection or (entry.scim and accepts)):
        raise ValidationFailed("feature", causes=("Provisioning is not supported.",))
    provisioning = provisioning_of(call.org, app["id"])
    if provisioning.status != "ENABLED":
        raise ValidationFailed("feature", causes=("Provisioning is not enabled for the app instance.",))
    return app, provisioning


def _change_user(provisioning: Provisioning, body: Json) -> Provisioning:
    """Set the options in the body; the password's seed and change keep their values if the body doesn't set them."""
    update = member(body, "update")
    parts = {
        "create": member(member(body, "create"), "lifecycleCreate"),
        "update": member(update, "profile"),
        "deactivate": member(update, "lifecycleDeactivate"),
        "sync_password": member(update, "password"),
    }
    chosen = set(provisioning.to_app)
    for option, part in parts.items():
        status = text(part, "status")
        if status is None:
            continue
        if status not in _STATUSES:  # the text is our choice
            raise ValidationFailed("status", causes=(f"status: must be one of {', '.join(_STATUSES)}",))
        chosen = chosen | {option} if status == "ENABLED" else chosen - {option}
    password = {key: text(parts["sync_password"], key) or old for key, old in provisioning.password.items()}
    return replace(provisioning, to_app=tuple(sorted(chosen)), password=password)


def _change_inbound(provisioning: Provisioning, body: Json) -> Provisioning:
    return replace(provisioning, inbound=_laid_over(provisioning.inbound or _INBOUND_DEFAULT, body))


def _laid_over(old: Json, new: Json) -> Json:
    """Old members overlaid with new ones; members that the feature doesn't have are dropped."""
    known = {**old}
    for key, value in new.items():
        if isinstance(old.get(key), dict) and isinstance(value, dict):
            known[key] = _laid_over(old[key], value)
        elif key in old or key in ("userNameExpression", "expression", "timezone"):
            known[key] = value
    return known


def _view(call: Call, app: App, provisioning: Provisioning, name: str) -> Json:
    own = call.url(f"/api/v1/apps/{app['id']}/features/{name}")
    capabilities = _user_capabilities(provisioning) if name == USER else provisioning.inbound or _INBOUND_DEFAULT
    return {
        "name": name,
        "status": "ENABLED",
        "description": _DESCRIPTIONS[name],
        "capabilities": capabilities,
        "_links": {"self": {"href": own, "hints": {"allow": ["GET", "PUT"]}}},
    }


def _user_capabilities(provisioning: Provisioning) -> Json:
    def status(option: str) -> Json:
        return {"status": "ENABLED" if option in provisioning.to_app else "DISABLED"}

    return {
        "create": {"lifecycleCreate": status("create")},
        "update": {
            "profile": status("update"),
            "lifecycleDeactivate": status("deactivate"),
            "password": status("sync_password") | provisioning.password,
        },
    }


ENDPOINTS = (
    Endpoint("GET", "/api/v1/apps/{app_id}/features", list_features),
    Endpoint("GET", "/api/v1/apps/{app_id}/features/{feature}", get_feature),
    Endpoint("PUT", "/api/v1/apps/{app_id}/features/{feature}", put_feature),
)
