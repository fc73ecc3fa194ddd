"""Lays out text for a terminal of a given width; nothing is cropped, and a pipe gets whole lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oktascim.render.gate import painted
from oktascim.render.terminal import fitted, unbroken, width_of

VALUE_ROOM = 24
"""With less room than this beside its label, a value starts on its own line (our choice)."""


@dataclass(frozen=True)
class Layout:
    """The layout of a text.

    Attributes:
        columns: the width of the terminal, or None for a pipe or a file.
        guard: hides secrets and control characters; applied before a text is broken into lines, so that no part of a
            secret remains on a line.
    """

    columns: int | None = None
    guard: Callable[[str], str] = str

    def hanging(self, head: str, text: str, *, indent: int | None = None, color: str = "") -> list[str]:
        """A text after a head; what doesn't fit is wrapped below the text.

        Args:
            head: what precedes the first line; it ends with a space.
            text: one paragraph.
            indent: the indent of the other lines; by default the width of the head.
            color: one of `gate.COLORS` for the head; none by default.
        """
        head = self.guard(head)
        width = width_of(head) if indent is None else indent
        longer = width_of(head) - width
        filler = f"{'':.<{longer - 1}} " if longer > 0 else ""  # replaces the head except its indent
        first, *others = fitted(filler + self.guard(text), self.columns, width)
        first = first[len(filler) :]
        head = head if first else head.rstrip()
        shown = painted(head, color) if color and head.strip() else head
        return [f"{shown}{first}".rstrip(), *(f"{'':{width}}{line}" for line in others)]

    def labelled(self, head: str, value: str, *, below: int, color: str = "") -> list[str]:
        """A value beside its head; on its own lines if it would be cut or squeezed there.

        Args:
            head: what precedes the value; it ends with a space.
            value: one paragraph.
            below: the indent of a value on its own lines.
            color: one of `gate.COLORS` for the head; none by default.
        """
        text, taken = self.guard(value), width_of(self.guard(head))
        if self.columns is None or taken + min(width_of(text), max(VALUE_ROOM, unbroken(text))) <= self.columns:
            return self.hanging(head, value, color=color)
        under = self.hanging(" " * below, value) if text else []
        if width_of(head.rstrip()) <= self.columns:
            return [*self.hanging(head, "", color=color), *under]
        return [*self.hanging("", head.rstrip(), indent=below), *under]

    def fields(self, rows: Sequence[tuple[str, str]], *, indent: int = 2) -> list[str]:
        """Labels and values in two columns; a value is wrapped in its column, or below the label if short of room."""
        width = max((width_of(self.guard(label)) for label, _ in rows), default=0)
        lines = []
        for label, value in rows:
            head = f"{'':{indent}}{self.guard(label)}{'':{width - width_of(self.guard(label))}}  "
            lines += self.labelled(head, value, below=indent + 4)
        return lines


def wait_line(reason: str, seconds: float) -> str:
    """Why a run waits, and for how long at most."""
    return f"Waiting up to {seconds:.{0 if seconds >= 1 else 1}f} s: {reason}."


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: `1 app`, `2 apps`, `1,200 apps`.

    Args:
        count: how many.
        one: the singular noun.
        many: the plural noun; by default with an s.
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
