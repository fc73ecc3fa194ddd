"""What the pages of the documentation show of the program's output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.conftest import REPOSITORY

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SHOWN = {"text", "json", "http"}


class Block(NamedTuple):
    """A code block that shows what the program, or Okta, writes."""

    page: str
    """The page, relative to the repository, without its extension."""
    kind: str
    text: str


def shown_blocks() -> Iterator[Block]:
    """The blocks that show output: `text`, `json` and `http`, and sessions with more than command lines."""
    for file in [*sorted(REPOSITORY.glob("docs/**/*.md")), *REPOSITORY.glob("*.md")]:
        for kind, text in _BLOCK.findall(file.read_text(encoding="utf-8")):
            if kind in _SHOWN or (kind == "console" and _output_of(text)):
                yield Block(str(file.relative_to(REPOSITORY).with_suffix("")), kind, text)


def block(page: str, number: int = 0) -> str:
    """A block of a page that shows output."""
    return [one.text for one in shown_blocks() if one.page == page][number]


def _output_of(session: str) -> list[str]:
    lines = session.replace("\\\n", "").splitlines()
    return [line for line in lines if line and not line.startswith("$ ")]
