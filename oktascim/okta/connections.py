"""The provisioning connection of an app, and its features (OB-050 to OB-062)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oktascim.okta.client import Okta
from oktascim.okta.credential_test import OKTA_TEST
from oktascim.okta.errors import OktaError
from oktascim.secret_text import SecretStr

USER_PROVISIONING = "USER_PROVISIONING"
INBOUND_PROVISIONING = "INBOUND_PROVISIONING"


@dataclass(frozen=True)
class Connection:
    """The response of `connections/default`.

    Attributes:
        status: ENABLED, DISABLED or UNKNOWN; UNKNOWN means that this API doesn't manage the app.
        auth_scheme: TOKEN, OAUTH2 or UNKNOWN.
        base_url: the SCIM base URL if Okta returns it, otherwise None.
    """

    status: str
    auth_scheme: str
    base_url: str | None

    @property
    def governed(self) -> bool:
        """Whether the connections API manages this app."""
        return self.status != "UNKNOWN" and self.auth_scheme != "UNKNOWN"

    @property
    def enabled(self) -> bool:
        """Whether Okta reports the connection as enabled."""
        return self.governed and self.status == "ENABLED"


def _connection_from(raw: dict[str, Any] | None) -> Connection:
    raw = raw or {}
    scheme = raw.get("authScheme") or (raw.get("profile") or {}).get("authScheme") or "UNKNOWN"
    return Connection(raw.get("status") or "UNKNOWN", scheme, raw.get("baseUrl"))


async def get_connection(okta: Okta, app_id: str) -> Connection:
    """Read the connection."""
    return _connection_from(await okta.get(f"/api/v1/apps/{app_id}/connections/default"))


async def set_token_connection(okta: Okta, app_id: str, base_url: str, token: SecretStr) -> Connection:
    """Set a base URL and a credential, and activate the connection in the same call.

    Returns:
        Okta's response. A 200 proves nothing: read it back.
    """
    body = {"baseUrl": base_url, "profile": {"authScheme": "TOKEN", "token": token.get_secret_value()}}
    path = f"/api/v1/apps/{app_id}/connections/default"
    return _connection_from(await okta.post(path, body, {"activate": True}, long_call=OKTA_TEST))


async def activate_connection(okta: Okta, app_id: str) -> None:
    """Activate the connection. A 204 proves nothing: read it back."""
    await okta.post(f"/api/v1/apps/{app_id}/connections/default/lifecycle/activate", long_call=OKTA_TEST)


async def deactivate_connection(okta: Okta, app_id: str) -> None:
    """Deactivate the connection. A 204 proves nothing: read it back."""
    await okta.post(f"/api/v1/apps/{app_id}/connections/default/lifecycle/deactivate")


async def get_feature(okta: Okta, app_id: str, feature: str) -> dict[str, Any] | None:
    """One feature object, or None if this org's features API doesn't manage the app.

    Source: 400 E0000001 with the cause `Provisioning is not supported.` or `… is not enabled for the app instance.`
    (OB-057).
    """
    try:
        answer = await okta.get(f"/api/v1/apps/{app_id}/features/{feature}")
    except OktaError as error:
        if refuses_features(error):
            return None
        raise
    return answer if isinstance(answer, dict) else None


async def put_feature(okta: Okta, app_id: str, feature: str, capabilities: dict[str, Any]) -> None:
    """Change the capabilities of one feature; a partial body leaves the rest unchanged."""
    await okta.put(f"/api/v1/apps/{app_id}/features/{feature}", capabilities)


def refuses_features(error: OktaError) -> bool:
    """Whether an error says that provisioning is not supported, or not enabled, for this app."""
    return error.status == 400 and any(cause.startswith("Provisioning is not") for cause in error.causes)
