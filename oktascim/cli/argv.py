"""Lets global options stand anywhere on the command line, before or after the command they belong to."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_FLAGS = frozenset({"--verbose", "--no-color", "--yes"})
_SHORT_FLAGS = re.compile("-[vy]+")
_WITH_VALUE = frozenset({"--org-url", "--profile", "--timeout", "--i-mean"})
OUTPUT = frozenset({"-o", "--output"})
"""The names of the option for a result's format."""
TOPICS = ("environment", "exit-codes", "templates")
"""What `help` explains besides the commands."""


def arrange(arguments: Sequence[str]) -> list[str]:
    """Move global options to the front and `-o` behind the command, so that every place works.

    Args:
        arguments: the words of the command line; everything after `--` belongs to someone else and stays.

    Returns:
        The same words in the order in which the parser takes them.
    """
    words = list(arguments)
    end = words.index("--") if "--" in words else len(words)
    front: list[str] = []
    middle: list[str] = []
    output: list[str] = []
    position = 0
    while position < end:
        word = words[position]
        name, has_value, value = word.partition("=")
        is_flag = name in _FLAGS or bool(_SHORT_FLAGS.fullmatch(word))
        width = 1 if has_value or is_flag else 2
        if name in _WITH_VALUE and position + width > end:
            return [word]  # its value is missing, which the parser says
        if is_flag or name in _WITH_VALUE:
            front += words[position : position + width]
        elif word.startswith("-o="):
            output += ["-o", value]
        elif name in OUTPUT:
            output += words[position : min(position + width, end)]
        else:
            width = 1
            (output if _is_short_output(word) else middle).append(word)
        position += width
    return front + middle + output + words[end:]


def command_of(words: Sequence[str]) -> str | None:
    """The first word that is neither an option nor the value of a global one, or None."""
    position = 0
    while position < len(words):
        name, has_value, _ = words[position].partition("=")
        if not name.startswith("-"):
            return words[position]
        position += 2 if name in _WITH_VALUE and not has_value else 1
    return None


def as_help(words: Sequence[str], commands: Collection[str]) -> list[str]:
    """`help COMMAND…` as `COMMAND… --help`; a topic of `help`, also a mistyped one, stays what it is.

    Args:
        words: as `arrange` returns them.
        commands: the names of all commands.
    """
    first = command_of(words)
    if first != "help":
        return list(words)
    place = words.index("help")
    before, after = words[:place], words[place + 1 :]
    if after and after[0] not in commands and (after[0].startswith("-") or _is_like_a_topic(after[0])):
        return list(words)
    return [*before, *after, "--help"]


def _is_like_a_topic(word: str) -> bool:
    from oktascim.nearest import nearest  # slow to import

    return bool(nearest(word, TOPICS))


def output_form(words: Sequence[str]) -> str | None:
    """What `-o` asks for, or None.

    Args:
        words: the words of the command line; the last `-o` with a value counts, and those after `--` belong to
            someone else.
    """
    end = words.index("--") if "--" in words else len(words)
    form = None
    for number, word in enumerate(words[:end], 1):
        name, has_value, value = word.partition("=")
        if name in OUTPUT:
            form = value if has_value else next(iter(words[number:end]), form)
        elif _is_short_output(word):
            form = word[2:]
    return form


def _is_short_output(word: str) -> bool:
    """Whether a word is `-o` with the value attached."""
    return word.startswith("-o") and len(word) > len("-o")
