"""The keys of OAuth 2.0: the private key that a service app signs its assertions with, and the one of DPoP proofs.

PyJWT and cryptography do the work; this module is imported only in PrivateKey mode.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from base64 import urlsafe_b64encode
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from oktascim.errors import IdentityRefused
from oktascim.secret_text import SecretStr
from oktascim.strict_json import parse_json

ASSERTION_SECONDS = 300
"""How long an assertion is valid; Okta allows an hour (OB-208)."""
_SMALLEST_RSA_KEY = 2048  # RFC 7518, section 3.3
_LONGEST_KEY = 8 * 1024  # characters; an RSA key of 8192 bits has 6,400, and larger ones take minutes to check
_LONGEST_MEMBER = 1400  # characters of a JWK's member: 8192 bits
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_THUMBPRINT = frozenset({"kty", "n", "e", "crv", "x", "y"})
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class UnusableKey(IdentityRefused):
    """The text isn't a private key that Okta accepts."""


class ClientKey:
    """The private key of a service app.

    Args:
        text: a JWK (JSON) or a PEM block, RSA of 2048 bits and more or EC P-256, P-384, P-521 (OB-208).
        source: where it is from, for the errors.
        key_id: the `kid` that Okta shows with the public key; None takes that of the JWK, if it has one.
        passphrase: of an encrypted PEM block.

    Raises:
        UnusableKey: it is something else, or the passphrase is wrong; the words never quote the key.
    """

    def __init__(
        self, text: SecretStr, source: str, *, key_id: str | None = None, passphrase: SecretStr | None = None
    ) -> None:
        plain = text.get_secret_value().strip().lstrip("\ufeff")
        if len(plain) > _LONGEST_KEY:
            raise _too_large(source)
        jwk = _jwk(plain, source) if plain.startswith("{") else None
        self._key: Any = _from_jwk(jwk, source) if jwk is not None else _from_pem(plain, source, passphrase)
        self.algorithm = _algorithm(self._key, source)
        declared = jwk.get("kid") if jwk else None
        self.key_id = key_id or (declared if isinstance(declared, str) else None)

    def assertion(self, client_id: str, audience: str, now: float) -> str:
        """The JWT with which the app authenticates at the token endpoint (OB-208).

        Args:
            client_id: the app's client ID.
            audience: the URL of the token endpoint, unless the org wants another one.
            now: seconds since the epoch.
        """
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "iat": int(now),
            "exp": int(now) + ASSERTION_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        headers = {"kid": self.key_id} if self.key_id else None
        return jwt.encode(claims, self._key, algorithm=self.algorithm, headers=headers)

    def public_jwk(self) -> dict[str, Any]:
        """The public key as Okta takes it, with its thumbprint (RFC 7638) as `kid` unless it has another one."""
        kind = jwt.algorithms.RSAAlgorithm if self.algorithm == "RS256" else jwt.algorithms.ECAlgorithm
        public: dict[str, Any] = kind.to_jwk(self._key.public_key(), as_dict=True)
        members = {name: public[name] for name in sorted(public.keys() & _THUMBPRINT)}
        digest = hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
        kid = self.key_id or urlsafe_b64encode(digest).rstrip(b"=").decode()
        return {**members, "alg": self.algorithm, "use": "sig", "kid": kid}


def new_private_key() -> SecretStr:
    """A new RSA key of 2048 bits as PEM: the kind that every SDK of Okta's can use, too."""
    key = rsa.generate_private_key(65537, _SMALLEST_RSA_KEY)
    return SecretStr(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


class ProofKey:
    """A key of this run alone, to which DPoP binds the access token (RFC 9449); P-256, which signs in a millisecond."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        public = jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        self._public = {name: public[name] for name in ("kty", "crv", "x", "y")}

    def proof(self, method: str, url: str, now: float, *, nonce: str | None = None, token: str | None = None) -> str:
        """The DPoP proof of one request (RFC 9449, section 4.2).

        Args:
            method: the HTTP method.
            url: the address without query and fragment.
            now: seconds since the epoch.
            nonce: the one that Okta gave last.
            token: the access token that the request carries, or None at the token endpoint.
        """
        claims: dict[str, Any] = {"jti": str(uuid.uuid4()), "htm": method, "htu": url, "iat": int(now)}
        if nonce is not None:
            claims["nonce"] = nonce
        if token is not None:
            claims["ath"] = urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"typ": "dpop+jwt", "jwk": self._public})


def _jwk(text: str, source: str) -> dict[str, Any]:
    try:
        jwk = parse_json(text)
    except ValueError:
        raise UnusableKey(
            f"The private key from {source} starts like a JWK, but isn't JSON.",
            fix="Copy the whole JWK again, from { to }.",
        ) from None
    if isinstance(jwk, dict) and isinstance(jwk.get("keys"), list):
        raise UnusableKey(f"{source} has a set of keys.", fix="Use the private key alone, an object with kty and d.")
    if not _PRIVATE & jwk.keys():
        raise _public_key(source)
    if any(len(str(jwk[member])) > _LONGEST_MEMBER for member in (_PRIVATE | _THUMBPRINT) & jwk.keys()):
        raise _too_large(source)
    return dict(jwk)


def _from_jwk(jwk: dict[str, Any], source: str) -> Any:
    try:
        return jwt.PyJWK.from_dict({key: value for key, value in jwk.items() if key not in {"alg", "use"}}).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        kind = jwk.get("kty")
        what = "of a type that Okta doesn't accept" if kind not in {"RSA", "EC"} else "incomplete or damaged"
        raise UnusableKey(f"The JWK from {source} is {what}.", fix=_ACCEPTED) from None


def _from_pem(text: str, source: str, passphrase: SecretStr | None) -> Any:
    if "PUBLIC KEY" in text or "BEGIN CERTIFICATE" in text:
        raise _public_key(source)
    if "PRIVATE KEY" not in text:
        raise UnusableKey(f"{source} has neither a JWK nor a PEM private key.", fix=_ACCEPTED)
    if "OPENSSH PRIVATE KEY" in text:
        fix = "Make a key for Okta, or convert this one: ssh-keygen -p -m PKCS8 -f FILE"
        raise UnusableKey(f"{source} has a key in OpenSSH's own format.", fix=fix)
    secret = passphrase.get_secret_value().encode() if passphrase else None
    text = text.replace("\\r", "").replace("\\n", "\n")  # a PEM block on one line, as some CI systems keep it
    lines = "\n".join(line.strip() for line in text.splitlines())
    encrypted = "ENCRYPTED" in text
    try:
        return load_pem_private_key(lines.encode(), secret if encrypted else None)
    except TypeError:
        raise UnusableKey(
            f"The private key from {source} is encrypted, and no passphrase is set.",
            fix="Set OKTASCIM_PRIVATE_KEY_PASSPHRASE_FROM to where it is: keyring:NAME, command:… or file:PATH.",
        ) from None
    except UnsupportedAlgorithm:
        raise UnusableKey(f"The private key from {source} is of a type that isn't known here.", fix=_ACCEPTED) from None
    except ValueError:
        if encrypted:
            raise UnusableKey(
                f"The private key from {source} can't be decrypted with its passphrase.",
                why="The passphrase is wrong, or the key is damaged.",
                fix="Correct OKTASCIM_PRIVATE_KEY_PASSPHRASE, or the place that OKTASCIM_PRIVATE_KEY_PASSPHRASE_FROM "
                "names.",
            ) from None
        raise UnusableKey(f"The private key from {source} is incomplete or damaged.", fix=_ACCEPTED) from None


def _algorithm(key: Any, source: str) -> str:
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < _SMALLEST_RSA_KEY:
            raise UnusableKey(f"The RSA key from {source} has {key.key_size} bits.", fix=_ACCEPTED)
        return "RS256"
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    raise UnusableKey(f"The private key from {source} is of a type that Okta doesn't accept.", fix=_ACCEPTED)


def _too_large(source: str) -> UnusableKey:
    return UnusableKey(f"The private key from {source} is larger than any that is in use.", fix=_ACCEPTED)


def _public_key(source: str) -> UnusableKey:
    return UnusableKey(
        f"{source} has a public key or a certificate, not the private key.",
        why="oktascim signs with the private key; Okta keeps the public one.",
        fix="Use the private key that you saved when the key pair was made; Okta can't show it again.",
    )


_ACCEPTED = "Okta accepts RSA keys of 2048 bits or more and EC keys P-256, P-384 or P-521, as JWK or PEM."
