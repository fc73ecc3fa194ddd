"""What a secret looks like, and what text from a server may do to a terminal.

Two independent guards. `Masker` knows the secrets of this run by value and removes them from anything that is
about to be shown, wherever it came from (a SCIM server may echo the token in its error text). `redact_headers` and
`redact_body` work by name and need no knowledge of the values; tracing uses both.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

HIDDEN = "[hidden]"

_SHOWN_HEADERS = frozenset(
    {
        "accept",
        "accept-charset",
        "content-length",
        "content-type",
        "date",
        "link",
        "retry-after",
        "server",
        "user-agent",
        "x-okta-request-id",
        "x-rate-limit-limit",
        "x-rate-limit-remaining",
        "x-rate-limit-reset",
    }
)
_SECRET_KEY = re.compile(
    r"passw|passcode|secret|token|authorization|api_?key|private_?key|assertion|cookie|answer|credential_value",
    re.IGNORECASE,
)
_NOT_SECRET_KEY = re.compile(r"token_?(type|endpoint|url)|revealPassword|passwordChanged", re.IGNORECASE)
_CONTROL_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_MASK_FROM_LENGTH = 4


def clean(text: str, *, keep_newlines: bool = False) -> str:
    """Strip what could move the cursor, recolour the screen or reorder the line.

    Args:
        text: text from a server, of any content.
        keep_newlines: True keeps line feeds and tabs; otherwise they become one space.

    Returns:
        The text without control, format (bidi, zero-width) and separator characters.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for character in text:
        if character in "\n\t":
            kept.append(character if keep_newlines else " ")
        elif unicodedata.category(character) not in _CONTROL_CATEGORIES:
            kept.append(character)
    return "".join(kept)


class Masker:
    """The secrets of this run, known by value, so that no output can carry one."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        """Remember a secret in the forms in which it could come back: bare, URL-escaped, JSON-escaped, base64."""
        forms = {value, value.strip(), quote(value, safe="")}
        forms |= {json.dumps(value, ensure_ascii=plain)[1:-1] for plain in (True, False)}
        forms.add(base64.b64encode(value.encode()).decode())
        forms |= {form.rstrip("=") for form in forms}
        fresh = {form for form in forms if len(form) >= _MASK_FROM_LENGTH} - self._values
        if fresh:
            self._values |= fresh
            longest_first = sorted(self._values, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def mask(self, text: str) -> str:
        """The text with every known secret replaced by `[hidden]`."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text

    def mask_bytes(self, data: bytes) -> bytes:
        """The same for bytes, without decoding them where no secret is in them."""
        for value in self._values:
            if value.encode() in data:
                return self.mask(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        return data


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Only the headers that are known to be harmless, by an allow-list, keys in lower case."""
    return {name.lower(): clean(value) for name, value in headers.items() if name.lower() in _SHOWN_HEADERS}


def redact_body(value: Any) -> Any:
    """A JSON value in which every member whose name speaks of a secret is replaced by `[hidden]`."""
    if isinstance(value, Mapping):
        return {key: _redact_member(str(key), member) for key, member in value.items()}
    if isinstance(value, list):
        return [redact_body(member) for member in value]
    return value


def _redact_member(key: str, member: Any) -> Any:
    if _SECRET_KEY.search(key) and not _NOT_SECRET_KEY.search(key):
        return _hide(member)
    return redact_body(member)


def _hide(value: Any) -> Any:
    """Every text and number in a value, however deep (Okta keeps a password in `credentials.password.value`)."""
    if isinstance(value, Mapping):
        return {key: _hide(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_hide(member) for member in value]
    return value if value is None or isinstance(value, bool) else HIDDEN
