"""HTML instead of SCIM JSON: what a reader of the page would see."""

from __future__ import annotations

import re

_TAG = re.compile(r"<[^<>]{0,200}>")
_BLOCKS = tuple(
    (re.compile(start, re.IGNORECASE), re.compile(end, re.IGNORECASE))
    for start, end in (("<!--", "-->"), ("<style", "</style>"), ("<script", "</script>"), ("<svg", "</svg>"))
)
"""The invisible parts of a page."""


def without_blocks(text: str) -> str:
    """The text without scripts, styles, drawings and comments, so that a length limit keeps the words.

    A block without an end goes on to the end of the text. Time is linear in the length of the text.
    """
    if "<" not in text:
        return text
    for start, end in _BLOCKS:
        text = _without_block(text, start, end)
    return text


def _without_block(text: str, start: re.Pattern[str], end: re.Pattern[str]) -> str:
    """The text without everything between a start and the next end, both included."""
    kept, position = [], 0
    while begin := start.search(text, position):
        kept.append(text[position : begin.start()])
        stop = end.search(text, begin.start())
        position = stop.end() if stop else len(text)
    return "".join((*kept, text[position:])) if kept else text


def visible_text(markup: str) -> str:
    """The visible words of a page, which may be cut off."""
    return " ".join(_TAG.sub(" ", markup).replace("<", " ").split())
