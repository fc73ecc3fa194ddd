"""Hides secrets in recorded exchanges: the configured authorization in every form, and passwords in bodies."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache

from okta_emulator.scim_client.connection import Connection

HIDDEN = "[hidden]"
_HIDDEN_HEADERS = frozenset({"authorization", "set-cookie"})
_PASSWORD = re.compile(r'("password"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_SHORTEST_SECRET = 6


@lru_cache(maxsize=64)
def secrets_of(connection: Connection) -> tuple[str, ...]:
    """The strings that must not be shown for a connection, longest first.

    The header value, what follows its scheme, and for Basic the password. Strings of fewer than six characters are
    omitted: they occur in ordinary words and names, which would become unreadable.
    """
    scheme, _, credential = connection.authorization.strip().partition(" ")
    found = {connection.authorization.strip(), credential.strip()}
    if scheme.lower() == "basic":
        found.add(_basic_password(credential))
    return tuple(sorted((text for text in found if len(text) >= _SHORTEST_SECRET), key=len, reverse=True))


def hide(text: str, secrets: tuple[str, ...]) -> str:
    """The text with each secret, and the value of each JSON member `password`, replaced by `[hidden]`."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _PASSWORD.sub(rf'\1"{HIDDEN}"', text) if '"' in text else text


def shown_header(name: str, value: str, secrets: tuple[str, ...]) -> str:
    """The value of a request or response header, safe to show."""
    return HIDDEN if name.lower() in _HIDDEN_HEADERS else hide(value, secrets)


def _basic_password(credential: str) -> str:
    try:
        return base64.b64decode(credential, validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
