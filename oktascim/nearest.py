"""The names that a mistyped word most likely means."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, names: Iterable[str], *, most: int = 1, cutoff: float = 0.6) -> list[str]:
    """The names that look most like a word, whatever their case; the nearest first.

    Args:
        word: what somebody typed.
        names: what there is.
        most: how many names at most.
        cutoff: how alike they must be, from 0 to 1.
    """
    by_lower = {name.lower(): name for name in sorted(names, reverse=True)}
    return [by_lower[lower] for lower in difflib.get_close_matches(word.lower(), by_lower, n=most, cutoff=cutoff)]
