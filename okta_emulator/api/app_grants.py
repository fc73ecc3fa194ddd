"""`/api/v1/apps/{id}/grants`: the scopes of Okta's API that an OAuth client is granted (OB-660)."""

from __future__ import annotations

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.body import text
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.records import App, Grant, Json

_PATH = "/api/v1/apps/{app_id}/grants"


def grant_scope(call: Call) -> Answer:
    """POST: grant a scope to an OAuth client; 200 as recorded. A scope that is granted already keeps its grant."""
    app, scope = call.app(), text(call.body, "scopeId")
    client_id = app["credentials"].get("oauthClient", {}).get("client_id")
    if not scope or client_id is None:  # the texts are our choice
        why = "scopeId: The field cannot be left blank" if client_id else "The app is not an OAuth 2.0 client."
        raise ValidationFailed("scopeId", causes=(why,))
    now = call.org.now()
    known = next((one for _, one in call.org.store.grants.from_source(app["id"]) if one["scopeId"] == scope), None)
    grant: Grant = known or {
        "id": call.org.ids.new("oag"),
        "created": now,
        "lastUpdated": now,
        "scopeId": scope,
        "clientId": client_id,
    }
    call.org.store.grants.put(app["id"], grant["id"], grant)
    return Answer(_view(call, app, grant) | {"_embedded": {"scope": {"id": scope}}})


def list_grants(call: Call) -> Answer:
    """GET the grants."""
    app = call.app()
    return Answer([_view(call, app, grant) for _, grant in call.org.store.grants.from_source(app["id"])])


def get_grant(call: Call) -> Answer:
    """GET one grant."""
    return Answer(_view(call, call.app(), _grant(call)))


def revoke_grant(call: Call) -> Answer:
    """DELETE a grant."""
    call.org.store.grants.delete(call.app()["id"], _grant(call)["id"])
    return NO_CONTENT


def _grant(call: Call) -> Grant:
    grant = call.org.store.grants.get(call.app()["id"], call.params["grant_id"])
    if grant is None:
        raise NotFound(call.params["grant_id"], "OAuth2ScopeConsentGrant")
    return grant


def _view(call: Call, app: App, grant: Grant) -> Json:
    own = call.url(f"/api/v1/apps/{app['id']}")
    return {
        "id": grant["id"],
        "status": "ACTIVE",
        "created": grant["created"],
        "createdBy": {"id": call.org.identity["admin"], "type": "User"},
        "lastUpdated": grant["lastUpdated"],
        "issuer": call.origin,
        "clientId": grant["clientId"],
        "scopeId": grant["scopeId"],
        "source": "ADMIN",
        "_links": {
            "app": {"href": own, "title": app["label"]},
            "self": {"href": f"{own}/grants/{grant['id']}", "hints": {"allow": ["GET", "DELETE"]}},
            "client": {"href": call.url(f"/oauth2/v1/clients/{grant['clientId']}"), "title": app["label"]},
        },
    }


ENDPOINTS = (
    Endpoint("GET", _PATH, list_grants),
    Endpoint("POST", _PATH, grant_scope),
    Endpoint("GET", f"{_PATH}/{{grant_id}}", get_grant),
    Endpoint("DELETE", f"{_PATH}/{{grant_id}}", revoke_grant),
)
