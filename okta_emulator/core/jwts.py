"""Checks the JWTs of OAuth 2.0: client assertions and DPoP proofs. PyJWT verifies the signatures."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")  # OB-208, OB-213
_LONGEST_ASSERTION = 3600  # seconds ahead that an assertion may expire (OB-208)
_OLDEST_PROOF = 300  # seconds (OB-213)
_AHEAD = 60  # seconds that another clock may be ahead; Okta's tolerance is unknown


class OAuthError(Exception):
    """An error of the token endpoint or of a DPoP proof (OB-210).

    Args:
        code: the OAuth error.
        description: Okta's description of it.
        status: the HTTP status.
        headers: additional headers.
    """

    def __init__(
        self, code: str, description: str, status: int = 400, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(description)
        self.code, self.description, self.status = code, description, status
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Assertion:
    """A client assertion whose signature isn't verified yet.

    Attributes:
        text: the JWT.
        header: its header.
        claims: its claims.
    """

    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def unauthenticated(description: str) -> OAuthError:
    """The client couldn't be authenticated."""
    return OAuthError("invalid_client", description, 401)


def read_assertion(text: str) -> Assertion:
    """Read an assertion without verifying it.

    Raises:
        OAuthError: it isn't a JWT.
    """
    parsed = _unverified(text)
    if parsed is None:
        raise unauthenticated("The parsing of the client_assertion failed.")
    return Assertion(text, *parsed)


def check_assertion(assertion: Assertion, keys: Mapping[str, Any], audience: str, now: float) -> None:
    """Verify an assertion of a client (OB-208).

    Args:
        assertion: as it was read.
        keys: the client's active public keys as JWKs, by kid.
        audience: the URL of the token endpoint.
        now: seconds since the epoch.

    Raises:
        OAuthError: it isn't valid; the description is Okta's.
    """
    claims = assertion.claims
    if claims.get("sub") != claims.get("iss"):
        raise unauthenticated("The subject claim for client_assertion is not a valid client_id.")
    if claims.get("aud") not in (audience, [audience]):
        raise unauthenticated("The audience claim for client_assertion must be the endpoint invoked for the request.")
    expires, issued = claims.get("exp"), claims.get("iat", now)
    if not isinstance(expires, int):
        raise unauthenticated("The client_assertion must contain the 'exp' claim as seconds since epoch.")
    if expires <= now:
        raise unauthenticated("The client_assertion token is expired.")
    if expires > now + _LONGEST_ASSERTION:
        raise unauthenticated("The client_assertion token has an expiration too far into the future.")
    if not isinstance(issued, int | float) or issued > now + _AHEAD:
        raise unauthenticated("The client_assertion token must be issued before the current time.")
    if assertion.header.get("alg") not in ALGORITHMS:
        raise unauthenticated("The client_assertion JWT signature algorithm is invalid.")
    kid = assertion.header.get("kid")
    key = keys.get(kid) if isinstance(kid, str) else next(iter(keys.values()), None) if len(keys) == 1 else None
    if key is None:
        raise unauthenticated("The client_assertion JWT kid is invalid.")
    if not _is_signed(assertion.text, key):
        raise unauthenticated("The client_assertion signature is invalid.")


@dataclass(frozen=True)
class Proof:
    """A DPoP proof that is valid for its request.

    Attributes:
        thumbprint: of its public key (RFC 7638); the access token is bound to it.
        jti: its identifier, which is accepted once.
        nonce: the nonce that it carries, or None.
    """

    thumbprint: str
    jti: str
    nonce: str | None


def check_proof(text: str, method: str, url: str, now: float, token: str | None = None) -> Proof:
    """Verify a DPoP proof (RFC 9449, section 4.3; OB-213).

    Args:
        text: the header's value.
        method: the method of the request.
        url: its address without query.
        now: seconds since the epoch.
        token: the access token that the request carries, or None at the token endpoint.

    Raises:
        OAuthError: invalid_dpop_proof, with Okta's description.
    """
    parsed = _unverified(text)
    if parsed is None:
        raise _bad("The DPoP proof JWT cannot be parsed.")
    header, claims = parsed
    key, jti, nonce = header.get("jwk"), claims.get("jti"), claims.get("nonce")
    if not isinstance(key, dict) or "d" in key:
        raise _bad("The DPoP proof JWT is invalid.")
    if not isinstance(jti, str) or not jti:
        raise _bad("'jti' claim in the DPoP proof JWT is invalid.")
    faults = (
        (header.get("typ") != "dpop+jwt", "'typ' must be 'dpop+jwt' in the DPoP proof JWT."),
        (header.get("alg") not in ALGORITHMS, "The DPoP proof JWT signature algorithm is invalid."),
        (claims.get("htm") != method, "'htm' claim in the DPoP proof JWT is invalid."),
        (claims.get("htu") != url, "'htu' claim in the DPoP proof JWT is invalid."),
        (
            token is not None and claims.get("ath") != _digest((token or "").encode()),
            "'ath' claim in the DPoP proof does not match the presented access_token.",
        ),
    )
    for wrong, description in faults:
        if wrong:
            raise _bad(description)
    _check_age(claims.get("iat"), now)
    if not _is_signed(text, key):
        raise _bad("The DPoP proof JWT signature is invalid.")
    return Proof(thumbprint(key), jti, nonce if isinstance(nonce, str) else None)


def _check_age(issued: object, now: float) -> None:
    if not isinstance(issued, int | float):
        raise _bad("'iat' claim in the DPoP proof JWT is invalid.")
    if issued > now + _AHEAD:
        raise _bad("The DPoP proof JWT is issued in the future.")
    if issued < now - _OLDEST_PROOF:
        raise _bad("The DPoP proof JWT is issued more than five minutes in the past.")


def thumbprint(key: Mapping[str, Any]) -> str:
    """The thumbprint of a public key (RFC 7638)."""
    members = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y")}[key["kty"]]
    text = json.dumps({name: key[name] for name in members}, separators=(",", ":"), sort_keys=True)
    return _digest(text.encode())


def _unverified(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Header and claims of a JWT whose signature isn't verified; None if it isn't a JWT."""
    import jwt  # imported here because it takes an eighth of an org's start-up time

    try:
        return jwt.get_unverified_header(text), jwt.decode(text, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None


def _is_signed(text: str, key: Mapping[str, Any]) -> bool:
    import jwt

    members = {name: value for name, value in key.items() if name not in {"alg", "use", "key_ops"}}
    try:
        jwt.PyJWS().decode(text, jwt.PyJWK.from_dict(members).key, algorithms=list(ALGORITHMS))
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return False
    return members.get("kty") in {"RSA", "EC"}


def _bad(description: str) -> OAuthError:
    return OAuthError("invalid_dpop_proof", description)


def _digest(data: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
