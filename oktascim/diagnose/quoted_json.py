"""JSON as people quote it: between words, with … for what they leave out, or a member alone."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from oktascim.lazy_pattern import LazyPattern

_DECODER = json.JSONDecoder(strict=False)
ELLIPSIS = LazyPattern(r",\s*(?:…|\.\.\.)(?=\s*[}\]])|(?<=[{\[])\s*(?:…|\.\.\.)[\w:.]*\s*,?|(?:…|\.\.\.)\s*,")
_BRACKET = LazyPattern(r'(?<!":)(?<!": )(?:\{|(?<!\w)\[)')
_FRAGMENT = LazyPattern(r'"(?P<name>\w{1,40})"\s*:\s*(?=["\[{\w-])')
_SAID = LazyPattern(
    r"\b(?P<name>active|totalResults|startIndex)(?:\s*[:=]\s*|\s+)(?P<value>true|false|0|[1-9]\d{0,8}|null)\b"
)


def members_in(text: str) -> dict[str, Any]:
    """Members that a person quotes alone, such as `"active":true` or totalResults 0."""
    members: dict[str, Any] = {found["name"]: json.loads(found["value"]) for found in _SAID.finditer(text)}
    place = 0
    while found := _FRAGMENT.search(text, place):
        try:
            members[found["name"]], place = _DECODER.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            place = found.end()
    return members


@lru_cache(maxsize=8)
def values_in(text: str) -> tuple[tuple[Any, ...], str]:
    """The JSON objects and lists in a text, and the text without them; `…` may stand for members that were left out.

    The last few are kept, since one response is examined for what it shows and for what is said beside it.
    """
    values: list[Any] = []
    words: list[str] = []
    text = ELLIPSIS.sub("", text)
    place = 0
    while found := _BRACKET.search(text, place):
        start = found.start()
        words.append(text[place:start])
        try:
            value, place = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            words.append(text[start])
            place = start + 1
        else:
            values.append(value)
    return tuple(values), "".join((*words, text[place:]))
