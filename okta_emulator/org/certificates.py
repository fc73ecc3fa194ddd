"""Signing keys of SAML apps: real self-signed certificates, created on first use.

Every SAML app has its own key, valid for ten years from the app's creation (OB-217). All other apps share the
org's key (OB-650).
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta

from okta_emulator.core.clock import whole_seconds
from okta_emulator.core.records import App, JsonWebKey
from okta_emulator.org.builtin import shared_kid
from okta_emulator.org.state import Org

_YEARS = 10
_DAYS = 365


def keys_of(org: Org, app: App) -> list[JsonWebKey]:
    """The app's keys as JSON Web Keys; the first is created now if there is none yet."""
    kid = app["credentials"]["signing"].get("kid")
    keys = app.get("keys", [])  # the database of an earlier version has none
    if any(key["kid"] == kid for key in keys):
        return keys
    if kid in (None, shared_kid(org.identity)):
        return [_shared_key(org), *keys]
    return _kept(org, app, [new_key(org, app["created"], _YEARS, kid), *keys])


def _shared_key(org: Org) -> JsonWebKey:
    kid = shared_kid(org.identity)
    key = org.store.org_keys.get(kid)
    if key is None:
        key = new_key(org, org.identity["created"], _YEARS, kid)
        org.store.org_keys.put(kid, key)
    return key


def add_key(org: Org, app: App, years: int, kid: str) -> JsonWebKey:
    """Create another key; the app signs with it once it is named in its credentials."""
    return copy_key(org, app, new_key(org, org.now(), years, kid))


def copy_key(org: Org, app: App, key: JsonWebKey) -> JsonWebKey:
    """Add a key to an app; other apps can have the same key."""
    own = [known for known in keys_of(org, app) if known["kid"] != shared_kid(org.identity)]
    _kept(org, app, [*own, key])
    return key


def new_key(org: Org, created: str, years: int, kid: str) -> JsonWebKey:
    """A key pair's certificate as a JSON Web Key; the private key is discarded, since the emulator signs nothing."""
    from okta_emulator.org import signing

    begins = datetime.fromisoformat(created)
    ends = begins + timedelta(days=_DAYS * years)
    certificate = signing.self_signed(org.settings.subdomain, begins, ends)
    return {
        "kty": "RSA",
        "created": created,
        "lastUpdated": created,
        "expiresAt": whole_seconds(ends),
        "kid": kid,
        "use": "sig",
        "x5c": [base64.b64encode(certificate.der).decode()],
        "x5t#S256": _url_safe(hashlib.sha256(certificate.der).digest()),
        "e": "AQAB",
        "n": _url_safe(certificate.modulus),
    }


def _kept(org: Org, app: App, keys: list[JsonWebKey]) -> list[JsonWebKey]:
    org.save_app({**app, "keys": keys})
    return keys


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
