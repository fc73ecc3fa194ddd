"""Service apps of an emulated org, and the key pairs that go with them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

EVERYTHING = [
    f"okta.{resource}.{verb}"
    for resource in ("apps", "groups", "logs", "orgs", "profileMappings", "schemas", "users")
    for verb in ("read", "manage")
]


@dataclass(frozen=True)
class KeyPair:
    """A private key as PEM, and its public half as a JWK with a kid."""

    pem: str
    public: dict[str, Any]

    @property
    def kid(self) -> str:
        return self.public["kid"]


def key_pair(kid: str = "k1", *, kind: str = "EC") -> KeyPair:
    key: Any = rsa.generate_private_key(65537, 2048) if kind == "RSA" else ec.generate_private_key(ec.SECP256R1())
    algorithm = jwt.algorithms.RSAAlgorithm if kind == "RSA" else jwt.algorithms.ECAlgorithm
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return KeyPair(pem, json.loads(algorithm.to_jwk(key.public_key())) | {"kid": kid})


def registered(pair: KeyPair, *, scopes: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """The body of `POST /_emulator/service-apps`."""
    return {"client_id": "0oaservice", "jwks": {"keys": [pair.public]}, "scopes": scopes or EVERYTHING, **more}
