"""The provisioning connection of an app, and the features that flow over it (OB-050 to OB-062)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError

USER_PROVISIONING = "USER_PROVISIONING"
INBOUND_PROVISIONING = "INBOUND_PROVISIONING"


@dataclass(frozen=True)
class Connection:
    """What `connections/default` says.

    Attributes:
        status: ENABLED, DISABLED or UNKNOWN; UNKNOWN means that this API does not govern the app.
        auth_scheme: TOKEN, OAUTH2 or UNKNOWN.
        base_url: the SCIM base URL where Okta echoes one, else None.
    """

    status: str
    auth_scheme: str
    base_url: str | None

    @property
    def governed(self) -> bool:
        """Whether the connections API has any say over this app."""
        return self.status != "UNKNOWN" and self.auth_scheme != "UNKNOWN"

    @property
    def enabled(self) -> bool:
        """Whether Okta says that the connection is on."""
        return self.governed and self.status == "ENABLED"


def _connection_from(raw: dict[str, Any] | None) -> Connection:
    raw = raw or {}
    scheme = raw.get("authScheme") or (raw.get("profile") or {}).get("authScheme") or "UNKNOWN"
    return Connection(raw.get("status") or "UNKNOWN", scheme, raw.get("baseUrl"))


async def get_connection(okta: Okta, app_id: str) -> Connection:
    """Read the connection."""
    return _connection_from(await okta.get(f"/api/v1/apps/{app_id}/connections/default"))


async def set_token_connection(okta: Okta, app_id: str, base_url: str, token: SecretStr) -> Connection:
    """Hand Okta a base URL and a credential, and ask for the connection to be switched on at once.

    Returns:
        What Okta answers. A 200 proves nothing: read it back.
    """
    body = {"baseUrl": base_url, "profile": {"authScheme": "TOKEN", "token": token.get_secret_value()}}
    return _connection_from(await okta.post(f"/api/v1/apps/{app_id}/connections/default", body, {"activate": True}))


async def activate_connection(okta: Okta, app_id: str) -> None:
    """Switch the connection on. A 204 proves nothing: read it back."""
    await okta.post(f"/api/v1/apps/{app_id}/connections/default/lifecycle/activate")


async def deactivate_connection(okta: Okta, app_id: str) -> None:
    """Switch the connection off. A 204 proves nothing: read it back."""
    await okta.post(f"/api/v1/apps/{app_id}/connections/default/lifecycle/deactivate")


async def get_feature(okta: Okta, app_id: str, feature: str) -> dict[str, Any] | None:
    """One feature object, or None where this org's features API does not govern the app.

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
    """Change the capabilities of one feature; a partial body leaves the rest alone."""
    await okta.put(f"/api/v1/apps/{app_id}/features/{feature}", capabilities)


def refuses_features(error: OktaError) -> bool:
    """Whether an error says that provisioning is not supported, or not enabled, for this app."""
    return error.status == 400 and any(cause.startswith("Provisioning is not") for cause in error.causes)
