"""Suggests names for a mistyped word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, names: Iterable[str], *, most: int = 1, cutoff: float = 0.6) -> list[str]:
    """The names most similar to a word, ignoring case, the nearest first.

    Args:
        word: the typed word.
        names: the existing names.
        most: the maximum number of results.
        cutoff: the minimum similarity, from 0 to 1.
    """
    by_lower = {name.lower(): name for name in sorted(names, reverse=True)}
    return [by_lower[lower] for lower in difflib.get_close_matches(word.lower(), by_lower, n=most, cutoff=cutoff)]
