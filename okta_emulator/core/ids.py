"""Identifiers in Okta's shapes (OB-018, OB-130, OB-137)."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CELL = "5d7"


class Ids:
    """Creates ids that grow with time, as Okta's do, so that a list ordered by id is ordered by age."""

    def __init__(self) -> None:
        self._last = 0
        self._pinned: dict[str, str] = {}

    def new(self, prefix: str) -> str:
        """A 20 character id such as `0oa…`, `00u…`, `00g…`, `0ua…`, `gPm…`, `prm…`."""
        if prefix in self._pinned:
            return self._pinned.pop(prefix)
        self._last = max(self._last + 1, time.time_ns() // 1_000_000)
        return prefix + _base62(self._last, 7) + _random(7) + _CELL

    @contextmanager
    def pinned(self, prefix: str, wanted: str | None) -> Iterator[None]:
        """Use the given id as the next one with this prefix inside the block; None pins nothing."""
        if wanted is not None:
            self._pinned[prefix] = wanted
        try:
            yield
        finally:
            self._pinned.pop(prefix, None)


def error_id() -> str:
    """`oae` and 22 URL-safe characters."""
    return "oae" + secrets.token_urlsafe(17)[:22]


def request_id() -> str:
    """An `x-okta-request-id` in its current form: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def key_id() -> str:
    """The `kid` of a signing key: 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def _base62(number: int, width: int) -> str:
    text = ""
    for _ in range(width):
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text


def _random(length: int) -> str:
    return "".join(random.choices(_DIGITS, k=length))  # noqa: S311 - an id is no secret
