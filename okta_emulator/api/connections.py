"""`/api/v1/apps/{id}/connections/default`: the provisioning connection (OB-050 to OB-054).

Recorded: okta_org2org works; an app without provisioning answers UNKNOWN to everything and changes nothing. SCIM
templates answer like the latter. With `connections_api="accept"` they accept credentials: that is our choice, and so is
that activating such a connection runs the credential test and answers a failure with E0000059.
"""

from __future__ import annotations

from dataclasses import replace

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.body import member, text
from okta_emulator.core.errors import ValidationFailed
from okta_emulator.core.records import App, Json
from okta_emulator.org.deliveries import check_at_save, check_credentials
from okta_emulator.org.provisioning import Provisioning, header_value, provisioning_of
from okta_emulator.org.provisioning_changes import change_provisioning, save_connection

_SCHEMES = ("TOKEN", "OAUTH2")
_UNKNOWN: Json = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}
_PATH = "/api/v1/apps/{app_id}/connections/default"


def get_connection(call: Call) -> Answer:
    """GET the connection."""
    app = call.app()
    return Answer(_view(call, provisioning_of(call.org, app["id"])) if _governed(call, app) else _UNKNOWN)


async def set_connection(call: Call) -> Answer:
    """POST: set the credentials, and activate with `?activate=true`."""
    app = call.app()
    if not _governed(call, app):
        return Answer(_UNKNOWN)
    present = provisioning_of(call.org, app["id"])
    changed = _with_credentials(call, app, present)
    if call.flag("activate", default=False):
        changed = replace(changed, status="ENABLED")
    return Answer(_view(call, await _save(call, app, present, changed)))


async def activate_connection(call: Call) -> Answer:
    """POST lifecycle/activate."""
    app = call.app()
    if _governed(call, app):
        present = provisioning_of(call.org, app["id"])
        await _save(call, app, present, replace(present, status="ENABLED"))
    return NO_CONTENT


def deactivate_connection(call: Call) -> Answer:
    """POST lifecycle/deactivate."""
    app = call.app()
    if _governed(call, app):
        present = provisioning_of(call.org, app["id"])
        change_provisioning(call.org, call.cause, app, present, replace(present, status="DISABLED"))
    return NO_CONTENT


def _governed(call: Call, app: App) -> bool:
    """Whether this API can configure the app."""
    entry = call.org.entry_of(app)
    if entry is None:
        return False
    return entry.connection or (entry.scim is not None and call.org.settings.connections_api == "accept")


def _with_credentials(call: Call, app: App, present: Provisioning) -> Provisioning:
    profile = member(call.body, "profile")
    scheme = text(profile, "authScheme")
    if scheme not in _SCHEMES:  # the texts are our choice
        raise ValidationFailed("authScheme", causes=(f"authScheme: must be one of {', '.join(_SCHEMES)}",))
    token = text(profile, "token")
    if scheme == "TOKEN" and not token:
        raise ValidationFailed("token", causes=("token: The field cannot be left blank",))
    entry = call.org.entry_of(app)
    assert entry is not None
    return replace(
        present,
        auth_scheme=scheme,
        base_url=text(call.body, "baseUrl") or present.base_url,
        authorization=header_value(entry, token or ""),
    )


async def _save(call: Call, app: App, read: Provisioning, changed: Provisioning) -> Provisioning:
    """Write the connection; an active one to a SCIM server must pass the credential test first."""
    entry = call.org.entry_of(app)
    is_tested = changed.status == "ENABLED" and entry is not None and entry.scim
    checks = (check_credentials, check_at_save) if is_tested else ()
    return await save_connection(call.org, call.cause, app, read, changed, *checks)


def _view(call: Call, provisioning: Provisioning) -> Json:
    own = call.url(call.path.partition("/connections/default")[0] + "/connections/default")
    switch = "deactivate" if provisioning.status == "ENABLED" else "activate"
    scheme = provisioning.auth_scheme
    view: Json = {"authScheme": scheme or "TOKEN", "status": provisioning.status}
    if scheme:
        view |= {"baseUrl": provisioning.base_url} if provisioning.base_url else {}
        view["profile"] = {"authScheme": scheme}
    view["_links"] = {
        switch: {"href": f"{own}/lifecycle/{switch}", "hints": {"allow": ["POST"]}},
        "self": {"href": own, "hints": {"allow": ["POST", "GET"]}},
    }
    return view


ENDPOINTS = (
    Endpoint("GET", _PATH, get_connection),
    Endpoint("POST", _PATH, set_connection),
    Endpoint("POST", f"{_PATH}/lifecycle/activate", activate_connection),
    Endpoint("POST", f"{_PATH}/lifecycle/deactivate", deactivate_connection),
)
