"""Terminals: their width, breaking lines to fit, and Ctrl-C during a prompt."""

from __future__ import annotations

import os
import re
import signal
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO
from unicodedata import east_asian_width

_USUAL_WIDTH = 80
_NARROWEST = 20
_COMMANDS = ("oktascim ", "export ")
_COPIED = ("http://", "https://")
_NAME = re.compile(r"[\w.@+=:/~%-]+")
_LONGEST_NAME = 254  # characters, as of a login


def columns_of(stream: TextIO) -> int | None:
    """The current width of the terminal behind a stream, or None if it isn't one."""
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL_WIDTH  # some pseudo-terminals report 0
    except OSError:
        return _USUAL_WIDTH


def fitted(text: str, columns: int | None, indent: int = 0, narrowest: int = _NARROWEST) -> list[str]:
    """The lines of a text; lines that would cross the edge are broken between words.

    A line that is a command isn't broken: the terminal folds it, and it can be copied.

    Args:
        text: one or more lines.
        columns: the width of the terminal, or None without one.
        indent: how many columns precede each line.
        narrowest: the minimum width, regardless of the terminal.
    """
    if columns is None:
        return text.split("\n")
    room = max(narrowest, columns - indent)
    return [
        piece
        for line in text.split("\n")
        for piece in ([line] if width_of(line) <= room or line.lstrip().startswith(_COMMANDS) else _broken(line, room))
    ]


def width_of(text: str) -> int:
    """How many columns a text takes."""
    return len(text) + _extra_columns(text)


def unbroken(text: str) -> int:
    """The width of the longest piece that `fitted` doesn't break: a word, or a command."""
    lines = [line.lstrip() for line in text.split("\n")]
    return max(
        width_of(piece) for line in lines for piece in ([line] if line.startswith(_COMMANDS) else line.split() or [""])
    )


@contextmanager
def ctrl_c_at_once() -> Iterator[None]:
    """During a prompt Ctrl-C raises KeyboardInterrupt, even if the run has a handler that stops it gracefully."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _broken(line: str, room: int) -> list[str]:
    narrower = room - min(_extra_columns(line), room // 2)
    pieces = textwrap.wrap(line, narrower, break_long_words=False, break_on_hyphens=False)
    return [part for piece in pieces for part in ([piece] if _is_copied(piece) else _cut(piece, narrower))]


def _is_copied(word: str) -> bool:
    """Whether a piece is something that a person copies whole: a URL, a path, a login, a fingerprint."""
    bare = word.strip("`'\"()[].,;:…")
    return bare.startswith(_COPIED) or (len(bare) <= _LONGEST_NAME and bool(_NAME.fullmatch(bare)))


def _cut(word: str, room: int) -> list[str]:
    """A word of any length, such as JSON without blanks, as lines that fit."""
    return [word[start : start + room] for start in range(0, len(word), room)]


def _extra_columns(text: str) -> int:
    """How many characters take two columns: Chinese, Japanese, Korean."""
    return 0 if text.isascii() else sum(east_asian_width(character) in "WF" for character in text)
