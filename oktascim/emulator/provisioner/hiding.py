"""Keeps secrets out of recorded exchanges: the configured authorization in every form, and passwords in bodies."""

from __future__ import annotations

import base64
import binascii
import re

from oktascim.emulator.provisioner.model import Connection

HIDDEN = "[hidden]"
_PASSWORD = re.compile(r'("password"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_SHORTEST_SECRET = 4


def secrets_of(connection: Connection) -> tuple[str, ...]:
    """The strings that must not be shown for a connection, longest first.

    The whole header value, what follows its scheme, and for Basic the password. Strings under four characters are
    left out: hiding them would hide nothing but words.
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
    return _PASSWORD.sub(rf'\1"{HIDDEN}"', text)


def _basic_password(credential: str) -> str:
    try:
        return base64.b64decode(credential, validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
