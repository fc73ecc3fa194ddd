"""Text from outside in a Markdown page."""

from __future__ import annotations

import re

from oktascim.redact import clean

_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~&]")


def literal(text: str) -> str:
    """A text that Markdown shows literally: it can't create an image, a link or a cell."""
    return _MARKDOWN.sub(r"\\\g<0>", clean(text))
