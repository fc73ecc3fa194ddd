"""What a terminal is: how wide, how words are broken to fit it, and what Ctrl-C does while a person is asked."""

from __future__ import annotations

import os
import signal
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO
from unicodedata import east_asian_width

_USUAL_WIDTH = 80
_NARROWEST = 20
_COMMAND = "oktascim "


def columns_of(stream: TextIO) -> int | None:
    """How wide the terminal behind a stream is at this moment, or None where nobody looks."""
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL_WIDTH  # some pseudo-terminals say 0
    except OSError:
        return _USUAL_WIDTH


def fitted(text: str, columns: int | None, indent: int = 0, narrowest: int = _NARROWEST) -> list[str]:
    """The lines of a text, those broken between words that would run over the edge.

    A line that is a command stays whole: the terminal itself folds it, and it can be copied.

    Args:
        text: one or more lines.
        columns: the width of the terminal, or None where there is none.
        indent: how many columns stand before each line.
        narrowest: how much room there is at least, regardless of the terminal.
    """
    if columns is None:
        return text.split("\n")
    room = max(narrowest, columns - indent)
    return [
        piece
        for line in text.split("\n")
        for piece in ([line] if width_of(line) <= room or line.lstrip().startswith(_COMMAND) else _broken(line, room))
    ]


def width_of(text: str) -> int:
    """How many columns a text takes."""
    return len(text) + _extra_columns(text)


@contextmanager
def ctrl_c_at_once() -> Iterator[None]:
    """While a person is asked Ctrl-C raises KeyboardInterrupt, though a run may have a gentler handler for it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _broken(line: str, room: int) -> list[str]:
    narrower = room - min(_extra_columns(line), room // 2)
    return textwrap.wrap(line, narrower, break_long_words=False, break_on_hyphens=False)


def _extra_columns(text: str) -> int:
    """How many characters take two columns: Chinese, Japanese, Korean."""
    return 0 if text.isascii() else sum(east_asian_width(character) in "WF" for character in text)
