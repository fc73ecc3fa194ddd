"""Lists in sentences."""

from __future__ import annotations

from collections.abc import Iterable


def in_words(words: Iterable[str], final: str = " and ") -> str:
    """Words as a list in a sentence: `a, b and c`; `final` precedes the last one."""
    listed = list(words)
    return f"{', '.join(listed[:-1])}{final}{listed[-1]}" if len(listed) > 1 else "".join(listed)
