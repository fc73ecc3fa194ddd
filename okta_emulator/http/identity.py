"""Whether the sender of a Management API call may make it: the API token, or an access token with its scopes."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Scope

from okta_emulator.api.call import Answer
from okta_emulator.api.errors import InvalidToken, refusal
from okta_emulator.api.oauth import oauth_answer
from okta_emulator.api.scopes import needed
from okta_emulator.core.errors import AccessDenied
from okta_emulator.core.jwts import OAuthError
from okta_emulator.core.token import is_token
from okta_emulator.org.service_apps import AccessToken
from okta_emulator.org.state import Org

_READ_ONLY = "READ_ONLY_ADMIN"
_READS = frozenset({"GET", "HEAD"})


def refused(org: Org, scope: Scope) -> Answer | None:
    """The response that rejects a call, or None if its sender may make it.

    Args:
        org: the org.
        scope: the ASGI scope of the call.
    """
    headers = Headers(scope=scope)
    given = headers.get("authorization", "")
    if is_token(given, org.settings.token):
        return None
    method, path = scope["method"], scope["path"]
    origin = f"{scope['scheme']}://{headers.get('host', '')}"
    try:
        token = org.service_apps.token_of(given, method, origin + path, headers.get("dpop"))
    except OAuthError as error:
        return oauth_answer(error)
    if token is None:
        return refusal(InvalidToken())
    return _lacking(token, method, path, origin)


def _lacking(token: AccessToken, method: str, path: str, origin: str) -> Answer | None:
    """The refusal for a missing scope (an empty 403, OB-211) or admin role (OB-350), or None."""
    missing = sorted(needed(method, path) - token.scopes)
    if missing:
        challenge = (
            f'Bearer authorization_uri="{origin}/oauth2/v1/authorize", realm="{origin}", scope="{" ".join(missing)}", '
            'error="insufficient_scope", '
            'error_description="The access token provided does not contain the required scopes.", '
            f'resource="{path}"'
        )
        return Answer(status=403, headers=[("www-authenticate", challenge)])
    if token.app.role is None or (token.app.role == _READ_ONLY and method not in _READS):
        return refusal(AccessDenied())
    return None
