"""What a refusal of Okta's token endpoint means, and what to do about it (OB-210)."""

from __future__ import annotations

import httpx

from oktascim.errors import IdentityRefused
from oktascim.okta.clock_skew import clock_skew
from oktascim.okta.errors import request_id_of
from oktascim.redact import clean
from oktascim.strict_json import parse_json


def token_refusal(response: httpx.Response, source: str, now: float) -> IdentityRefused:
    """What a refusal of the token endpoint means, and what to do about it (OB-210).

    Args:
        response: the answer; not a success.
        source: where the client ID and the key are from.
        now: seconds since the epoch by this machine's clock.
    """
    code, description = oauth_error(response)
    reference = f" [request id {request_id}]" if (request_id := request_id_of(response)) else ""
    said = " ".join(part for part in (code, description) if part) or "no error message"
    return IdentityRefused(
        f"Okta gave no access token to the service app from {source or 'the settings'}.",
        why=f"Okta returned {response.status_code}: {said}{reference}",
        fix=_skew_fix(response, now) or _fix(code, description.lower(), source),
    )


def oauth_error(response: httpx.Response) -> tuple[str, str]:
    """The code and the description of an OAuth error, or of Okta's own envelope, cleaned; "" for what is missing."""
    try:
        body = parse_json(response.content)
    except ValueError:
        return "", ""
    if not isinstance(body, dict):
        return "", ""
    code, text = body.get("error", body.get("errorCode")), body.get("error_description", body.get("errorSummary"))
    return (clean(code) if isinstance(code, str) else "", clean(text) if isinstance(text, str) else "")


def _skew_fix(response: httpx.Response, now: float) -> str | None:
    skew = clock_skew(response, now)
    if skew is None or skew.is_small:
        return None
    return f"This machine's clock is {skew}; assertions carry the time. Set it, with NTP."


def _fix(code: str, description: str, source: str) -> str:
    if code in {"consent_required", "invalid_scope"}:
        return (
            "Grant the app its scopes (Admin Console, Applications, the app, Okta API Scopes); `oktascim auth scopes`."
        )
    if code == "unauthorized_client":
        return "Use an app of the type API Services: it has the grant type client credentials."
    if "kid" in description or "key" in description or "signature" in description:
        return (
            f"Compare the key in {source} with the app's public keys (Admin Console, General, Client Credentials): "
            "the key ID (kid) and the pair must match, and the key must be active."
        )
    if "audience" in description or "'aud'" in description:
        return "Name the org as its Okta domain, not as a custom domain, or set the audience that Okta expects."
    if code == "invalid_client":
        return (
            f"Check the client ID from {source}: the app must exist, be active, and use Public key / Private key for "
            "client authentication."
        )
    if code == "invalid_dpop_proof":
        return "Check that no proxy removes or changes the DPoP header."
    return "Check the app's settings (Admin Console, Applications, the app, General)."
