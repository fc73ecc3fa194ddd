"""Discovery of the org, and its API tokens (OB-202)."""

from __future__ import annotations

from datetime import timedelta

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.clock import whole_seconds
from okta_emulator.core.errors import NotFound
from okta_emulator.core.records import Json

_TOKEN_LIFE = timedelta(days=30)


def well_known(call: Call) -> Answer:
    """GET /.well-known/okta-organization: no token needed."""
    return Answer(
        {
            "id": call.org.identity["id"],
            "cell": "emulator",
            "_links": {"organization": {"href": call.origin}},
            "pipeline": call.org.settings.pipeline,
            "settings": {
                "analyticsCollectionEnabled": False,
                "bugReportingEnabled": False,
                "omEnabled": False,
                "pssoEnabled": False,
            },
        }
    )


def list_tokens(call: Call) -> Answer:
    """GET the org's one token, without its value."""
    return Answer([_token_view(call)])


def get_token(call: Call) -> Answer:
    """GET one token by id; `current` is the request's token."""
    if call.params["token_id"] not in ("current", call.org.identity["token"]):
        raise NotFound(call.params["token_id"], "Token")
    return Answer(_token_view(call))


def revoke_token(call: Call) -> Answer:
    """DELETE a token: accepted without effect, since the org has only one (our choice)."""
    get_token(call)
    return NO_CONTENT


def _token_view(call: Call) -> Json:
    org = call.org.identity
    own = call.url(f"/api/v1/api-tokens/{org['token']}")
    now = call.org.clock.now()
    return {
        "id": org["token"],
        "name": "Emulator token",
        "userId": org["admin"],
        "clientName": "Okta API",
        "tokenWindow": f"P{_TOKEN_LIFE.days}D",
        "network": {"connection": "ANYWHERE"},
        "expiresAt": whole_seconds(now + _TOKEN_LIFE),
        "created": org["created"],
        "lastUpdated": whole_seconds(now),
        "_links": {
            "self": {"href": own, "hints": {"allow": ["GET", "DELETE"]}},
            "user": {"href": call.url(f"/api/v1/users/{org['admin']}"), "hints": {"allow": ["GET"]}},
        },
    }


ENDPOINTS = (
    Endpoint("GET", "/.well-known/okta-organization", well_known),
    Endpoint("GET", "/api/v1/api-tokens", list_tokens),
    Endpoint("GET", "/api/v1/api-tokens/{token_id}", get_token),
    Endpoint("DELETE", "/api/v1/api-tokens/{token_id}", revoke_token),
)
