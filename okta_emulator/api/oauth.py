"""The token endpoint of the org authorization server, for service apps (OB-208 to OB-213)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from okta_emulator.api.call import Answer
from okta_emulator.core.jwts import OAuthError
from okta_emulator.org.state import Org

TOKEN_PATH = "/oauth2/v1/token"  # noqa: S105  a path
_FORM = "application/x-www-form-urlencoded"
_NOT_STORED = [("cache-control", "no-store")]  # RFC 6749, section 5.1


async def token(org: Org, request: Request) -> Response:
    """Answer a token request.

    Args:
        org: the org.
        request: the request; its body is capped.
    """
    url = f"{request.url.scheme}://{request.url.netloc}{TOKEN_PATH}"
    try:
        if request.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
            raise OAuthError("invalid_request", "Accept and/or Content-Type headers do not match supported values.")
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        granted = org.service_apps.issue(form, url, request.headers.get("dpop"))
    except OAuthError as error:
        return oauth_answer(error).response()
    body = {
        "token_type": "DPoP" if granted.bound_to else "Bearer",
        "expires_in": int(granted.app.token_seconds),
        "access_token": granted.text,
        "scope": " ".join(sorted(granted.scopes)),
    }
    return Answer(body, headers=_NOT_STORED).response()


def oauth_answer(error: OAuthError) -> Answer:
    """An OAuth error as the org answers it (OB-210)."""
    body = {"error": error.code, "error_description": error.description}
    return Answer(body, error.status, headers=[*_NOT_STORED, *error.headers.items()])
