"""The org's OAuth 2.0 service apps: their access tokens, and what each token allows.

Service apps and tokens are kept only in memory: `/_emulator/service-apps` adds and changes them.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from okta_emulator.core.body import member, text
from okta_emulator.core.clock import FARTHEST_SECONDS, OrgClock
from okta_emulator.core.errors import ValidationFailed
from okta_emulator.core.jwts import OAuthError, check_assertion, check_proof, read_assertion, unauthenticated
from okta_emulator.core.records import Json

TOKEN_SECONDS = 3600  # OB-209
NONCE_SECONDS = 86_400  # a nonce is replaced after this time, and valid for three times as long (OB-213)
_REMEMBERED = 10_000  # identifiers of assertions and proofs that are not accepted again


@dataclass(frozen=True)
class ServiceApp:
    """An app of the type API Services.

    Attributes:
        client_id: its client ID.
        keys: its active public keys as JWKs, by kid.
        scopes: what it was granted.
        dpop: whether it requires DPoP.
        role: its admin role; without one it can't do anything, and with READ_ONLY_ADMIN it can't change
            anything (OB-350).
        token_seconds: how long its access tokens are valid.
    """

    client_id: str
    keys: Mapping[str, Mapping[str, Any]]
    scopes: frozenset[str]
    dpop: bool = False
    role: str | None = "SUPER_ADMIN"
    token_seconds: float = TOKEN_SECONDS


def service_app_from(body: Json) -> ServiceApp:
    """The service app that a control request describes.

    Raises:
        ValidationFailed: a member is missing or has another shape.
    """
    keys, scopes = member(body, "jwks").get("keys"), body.get("scopes")
    if not isinstance(keys, list) or not all(isinstance(key, dict) and isinstance(key.get("kid"), str) for key in keys):
        raise ValidationFailed("jwks", causes=("jwks: must be an object with a list of keys, each with a kid",))
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise ValidationFailed("scopes", causes=("scopes: must be a list of strings",))
    client_id, seconds = text(body, "client_id"), body.get("token_seconds", TOKEN_SECONDS)
    if not client_id:
        raise ValidationFailed("client_id", causes=("client_id: is required",))
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= FARTHEST_SECONDS:
        wrong = f"token_seconds: must be a number above 0, at most {FARTHEST_SECONDS}"
        raise ValidationFailed("token_seconds", causes=(wrong,))
    return ServiceApp(
        client_id,
        {key["kid"]: key for key in keys},
        frozenset(scopes),
        dpop=body.get("dpop") is True,
        role=text(body, "role") if "role" in body else "SUPER_ADMIN",
        token_seconds=seconds,
    )


@dataclass(frozen=True)
class AccessToken:
    """An access token as the org keeps it.

    Attributes:
        text: what the client sends.
        app: the app as it was when the token was issued.
        scopes: what the token allows.
        expires: seconds since the epoch.
        bound_to: the thumbprint of the DPoP key that it is bound to, or None.
    """

    text: str
    app: ServiceApp
    scopes: frozenset[str]
    expires: float
    bound_to: str | None


class _Once:
    """Identifiers that are accepted once; the oldest are forgotten."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    def accept(self, identifier: str) -> bool:
        if identifier in self._seen:
            return False
        self._seen[identifier] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True


@dataclass
class ServiceApps:
    """The service apps of an org, and their tokens.

    Args:
        clock: the org's clock.
    """

    clock: OrgClock
    apps: dict[str, ServiceApp] = field(default_factory=dict)
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    _assertions: _Once = field(default_factory=_Once)
    _proofs: _Once = field(default_factory=_Once)
    _nonces: list[tuple[str, float]] = field(default_factory=list)

    def reset(self) -> None:
        """Forget everything."""
        self.apps.clear()
        self.tokens.clear()
        self._nonces.clear()
        self._assertions, self._proofs = _Once(), _Once()

    def issue(self, form: Mapping[str, str], url: str, proof: str | None) -> AccessToken:
        """Answer a token request (OB-208, OB-209, OB-212).

        Args:
            form: the request's form.
            url: the URL of the token endpoint.
            proof: the DPoP header, or None.

        Raises:
            OAuthError: the client gets no token.
        """
        if form.get("grant_type") != "client_credentials":
            raise OAuthError("unsupported_grant_type", "The grant type is not supported here.")
        if not form.get("client_assertion"):
            raise unauthenticated(
                "Client Credentials requests to the Org Authorization Server must use the private_key_jwt "
                "token_endpoint_auth_method."
            )
        now = self._now()
        assertion = read_assertion(form["client_assertion"])
        app = self.apps.get(str(assertion.claims.get("iss")))
        if app is None:
            raise unauthenticated("The issuer claim for client_assertion is not a valid client_id.")
        check_assertion(assertion, app.keys, url, now)
        if (jti := assertion.claims.get("jti")) is not None and not self._assertions.accept(f"{app.client_id} {jti}"):
            raise unauthenticated("The client_assertion token has already been used.")
        bound_to = self._bound(app, proof, url)
        asked = frozenset(form.get("scope", "").split())
        if not asked:
            raise OAuthError("invalid_scope", "The authorization server resource does not have any configured scopes.")
        granted = asked & app.scopes
        if not granted:
            raise OAuthError("consent_required", "You are not allowed any of the requested scopes.")
        for expired in [one.text for one in self.tokens.values() if one.expires <= now]:
            del self.tokens[expired]
        token = AccessToken(secrets.token_urlsafe(48), app, granted, now + app.token_seconds, bound_to)
        self.tokens[token.text] = token
        return token

    def token_of(self, authorization: str, method: str, url: str, proof: str | None) -> AccessToken | None:
        """The valid token that a call of the Management API carries, or None.

        Raises:
            OAuthError: its DPoP proof isn't valid.
        """
        scheme, _, text = authorization.partition(" ")
        token = self.tokens.get(text)
        if token is None or token.expires <= self._now() or token.app.client_id not in self.apps:
            return None
        if scheme != ("DPoP" if token.bound_to else "Bearer"):
            return None
        if token.bound_to:
            if proof is None:
                raise OAuthError("invalid_dpop_proof", "The DPoP proof JWT header is missing.")
            checked = check_proof(proof, method, url, self._now(), token.text)
            if checked.thumbprint != token.bound_to:
                raise OAuthError("invalid_dpop_proof", "The access_token is not bound to the provided DPoP proof.")
            if not self._proofs.accept(checked.jti):
                raise OAuthError("invalid_dpop_proof", "The DPoP proof JWT has already been used.")
        return token

    def rotate_nonce(self) -> str:
        """Issue a new nonce; earlier ones stay valid for their time."""
        nonce = secrets.token_urlsafe(16)
        self._nonces.append((nonce, self._now()))
        return nonce

    def _bound(self, app: ServiceApp, proof: str | None, url: str) -> str | None:
        if proof is None:
            if app.dpop:
                raise OAuthError("invalid_dpop_proof", "The DPoP proof JWT header is missing.")
            return None
        checked = check_proof(proof, "POST", url, self._now())
        if not self._proofs.accept(checked.jti):
            raise OAuthError("invalid_dpop_proof", "The DPoP proof JWT has already been used.")
        if checked.nonce not in self._good_nonces():
            raise OAuthError(
                "use_dpop_nonce",
                "Authorization server requires nonce in DPoP proof.",
                headers={"dpop-nonce": self._current_nonce()},
            )
        return checked.thumbprint

    def _good_nonces(self) -> list[str]:
        since = self._now() - 3 * NONCE_SECONDS
        self._nonces = [(nonce, issued) for nonce, issued in self._nonces if issued > since]
        return [nonce for nonce, _ in self._nonces]

    def _current_nonce(self) -> str:
        if self._nonces and self._nonces[-1][1] > self._now() - NONCE_SECONDS:
            return self._nonces[-1][0]
        return self.rotate_nonce()

    def _now(self) -> float:
        return self.clock.now().timestamp()
