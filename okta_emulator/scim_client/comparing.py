"""Compares the value of an attribute with what was sent: strict about that, indifferent to what the server adds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_MOST_EFFORT = 20_000_000  # about the characters that are read; some tenths of a second
_STEP = 50
ABSENT: Any = object()
"""The value of an attribute that a resource doesn't have."""


@dataclass(frozen=True)
class Difference:
    """An attribute that isn't as it was sent."""

    attribute: str
    sent: Any
    found: Any


class ValueComparison:
    """The comparison of one resource.

    A server can answer with lists whose comparison would take hours, while the org waits; a value that takes too long
    counts as it was sent.
    """

    def __init__(self) -> None:
        self._effort = _MOST_EFFORT

    def of(self, name: str, sent: Any, found: Any) -> list[Difference]:
        """The differences of an attribute's value from what was sent.

        Args:
            name: the attribute.
            sent: what was sent.
            found: what the server shows, or `ABSENT`.
        """
        try:
            return list(self._compared(name, sent, found))
        except _TooMuch:
            return []

    def _compared(self, name: str, sent: Any, found: Any) -> Iterator[Difference]:
        self._spend(_STEP)
        if sent in (None, "", [], {}) and found in (ABSENT, None, "", [], {}):
            return
        if isinstance(sent, dict) and isinstance(found, dict):
            for key, value in sent.items():
                yield from self._compared(f"{name}.{key}", value, found.get(key, ABSENT))
        elif isinstance(sent, list) and isinstance(found, list):
            if not self._has_entries(sent, found) or (found and not sent):
                yield Difference(name, sent, found)
        elif type(sent) is not type(found) or sent != found:
            yield Difference(name, sent, None if found is ABSENT else found)

    def _has_entries(self, sent: list[Any], found: list[Any]) -> bool:
        """Whether a list holds each sent entry, as often as it was sent.

        Entries that are equal in both lists cancel out; only the others can hold one another.
        """
        keyed, other = self._by_text(sent), self._by_text(found)
        asked, shown = Counter(text for text, _ in keyed), Counter(text for text, _ in other)
        spare_sent, spare_found = _entries(keyed, asked - shown), _entries(other, shown - asked)
        for text, entry in keyed:
            extra = self._count(entry, spare_found) - self._count(entry, spare_sent)
            if extra > 0 or (text not in shown and not self._count(entry, found)):
                return False
        return True

    def _count(self, sent: Any, entries: Sequence[Any]) -> int:
        """How many entries hold what was sent."""
        return sum(next(self._compared("", sent, one), None) is None for one in entries)

    def _by_text(self, entries: list[Any]) -> list[tuple[str, Any]]:
        keyed = [(json.dumps(one, sort_keys=True), one) for one in entries]
        self._spend(sum(len(text) for text, _ in keyed))
        return keyed

    def _spend(self, effort: int) -> None:
        self._effort -= effort
        if self._effort < 0:
            raise _TooMuch


class _TooMuch(Exception):
    """The comparison takes too long."""


def _entries(keyed: list[tuple[str, Any]], wanted: Counter[str]) -> list[Any]:
    """As many entries of each text as wanted."""
    left, found = Counter(wanted), []
    for text, entry in keyed:
        if left[text] > 0:
            left[text] -= 1
            found.append(entry)
    return found
