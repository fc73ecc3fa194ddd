"""Hides secrets in recorded exchanges: the configured authorization in every form, and passwords in bodies."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from functools import lru_cache
from urllib.parse import quote, quote_plus

from okta_emulator.scim_client.connection import Connection

HIDDEN = "[hidden]"
_HIDDEN_HEADERS = frozenset({"authorization", "set-cookie"})
_PASSWORD = re.compile(r'("password"\s*:\s*)"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_SHORTEST_SECRET = 6


def _forms(secret: str) -> set[str]:
    """A secret as servers repeat it: as it is, and as text in JSON, in a URL and in base64."""
    quoted = json.dumps(secret, ensure_ascii=False)[1:-1]
    coded = base64.b64encode(secret.encode()).decode()
    return {secret, quoted, json.dumps(quoted, ensure_ascii=False)[1:-1], quoted.replace("/", "\\/"),
            json.dumps(secret)[1:-1], quote(secret, safe=""), quote_plus(secret), html.escape(secret), coded,
            coded.rstrip("=")}  # fmt: skip


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
    return _longest_first(found)


def passwords_in(body: str) -> tuple[str, ...]:
    """The passwords that a request sends, in the forms in which its response may repeat them, longest first."""
    if '"password"' not in body.lower():
        return ()
    return _longest_first({json.loads(f'"{match[2]}"') for match in _PASSWORD.finditer(body)})


def _longest_first(secrets: set[str]) -> tuple[str, ...]:
    forms = {form for secret in secrets if len(secret) >= _SHORTEST_SECRET for form in _forms(secret)}
    return tuple(sorted(forms, key=len, reverse=True))


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
