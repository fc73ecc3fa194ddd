"""What a call to Okta is authorized with: here an API token, in `service_app.py` an OAuth 2.0 service app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import httpx

from oktascim.errors import OktascimError
from oktascim.secret_text import SecretStr
from oktascim.settings.credential import ApiTokenSettings, Credential

EVERY_SCOPE = (
    "okta.apps.manage",
    "okta.apps.read",
    "okta.groups.manage",
    "okta.groups.read",
    "okta.logs.read",
    "okta.orgs.read",
    "okta.profileMappings.manage",
    "okta.profileMappings.read",
    "okta.schemas.manage",
    "okta.schemas.read",
    "okta.users.manage",
    "okta.users.read",
)
"""What all commands together can need (OB-214); Okta gives of these what the app was granted (OB-209)."""


class Access(Protocol):
    """The credential of one org; it signs each request just before it is sent."""

    source: str
    """Where the credential is from, such as "OKTA_CLIENT_TOKEN" or "keyring (profile dev)"; "" if unknown."""

    async def sign(self, request: httpx.Request) -> None:
        """Put the credential on a request.

        Raises:
            IdentityRefused: there is none to put on it, because Okta refused to give one.
        """

    def try_again(self, response: httpx.Response) -> bool:
        """Learn from a response; True if the same request, signed again, may pass."""

    async def granted_scopes(self) -> frozenset[str] | None:
        """The scopes that Okta granted; None for a credential without scopes.

        Raises:
            IdentityRefused: Okta refused to give an access token.
        """

    async def close(self) -> None:
        """Close what it holds open."""


class ApiToken:
    """An API token (SSWS).

    Args:
        token: the token, without the SSWS prefix.
        source: where it is from.
    """

    def __init__(self, token: SecretStr, source: str = "") -> None:
        self.source = source
        self._token = token

    async def sign(self, request: httpx.Request) -> None:
        """Put the token on a request."""
        request.headers["Authorization"] = f"SSWS {self._token.get_secret_value()}"

    def try_again(self, response: httpx.Response) -> bool:
        """A refused API token stays refused."""
        return False

    async def granted_scopes(self) -> None:
        """An API token has no scopes: it may do what its creator may."""

    async def close(self) -> None:
        """Nothing is open."""


def access_of(
    org_url: str, credential: Credential, *, passphrase: SecretStr | None, remember: Callable[[str], None], **calls: Any
) -> Access:
    """The access that the settings describe.

    Args:
        org_url: the org's origin.
        credential: the settings' token or service app.
        passphrase: of an encrypted private key.
        remember: receives every access token and every assertion, so that no output can show it.
        calls: clock, announce, limits, trace, transport of the calls to the token endpoint; see `ServiceApp`.

    Raises:
        UnusableKey: the private key isn't one that Okta accepts.
        OktascimError: the extra `oauth` is not installed.
    """
    if isinstance(credential, ApiTokenSettings):
        return ApiToken(credential.token, credential.source)
    try:
        from oktascim.okta.keys import ClientKey
        from oktascim.okta.service_app import ServiceApp
    except ImportError as error:
        raise OktascimError(
            "A service app needs the extra oauth.", why=f"{error}", fix="pip install 'oktascim[oauth]'"
        ) from None
    key = ClientKey(credential.private_key, credential.source, key_id=credential.key_id, passphrase=passphrase)
    return ServiceApp(
        org_url,
        credential.client_id,
        key,
        credential.scopes or EVERY_SCOPE,
        source=credential.source,
        audience=credential.audience,
        dpop=credential.dpop,
        remember=remember,
        **calls,
    )
