"""Lays out text for a terminal of a given width; nothing is cropped, and a pipe gets whole lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oktascim.render.gate import painted
from oktascim.render.terminal import fitted, width_of

_VALUE_ROOM = 24
"""With less room than this beside its label, a value starts on its own line (our choice)."""
_GAP = 2
_FIRST_ROOM = 10
"""The minimum width of the first column of a grid, even if the others leave less room (our choice)."""


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
        shown = painted(head, color) if color and head.strip() else head
        return [f"{shown}{first}".rstrip(), *(f"{'':{width}}{line}" for line in others)]

    def fields(self, rows: Sequence[tuple[str, str]], *, indent: int = 2, color: str = "") -> list[str]:
        """Labels and values in two columns; a value is wrapped in its column, or below the label if short of room."""
        width = max((width_of(self.guard(label)) for label, _ in rows), default=0)
        lines = []
        for label, value in rows:
            head = f"{'':{indent}}{self.guard(label)}{'':{width - width_of(self.guard(label))}}  "
            if self.columns is not None and self.columns - width_of(head) < _VALUE_ROOM:
                lines += [head.rstrip(), *self.hanging(" " * (indent + 4), value)]
            else:
                lines += self.hanging(head, value, color=color)
        return lines


def grid(columns: Sequence[str], rows: Sequence[Sequence[str]], layout: Layout) -> list[str]:
    """Rows in columns without lines between them; the first column is wrapped if the terminal is too narrow.

    Args:
        columns: the headings.
        rows: a text for each column.
        layout: the layout to use.
    """
    cells = [[layout.guard(text) for text in row] for row in (columns, *rows)]
    widths = [max(map(width_of, column)) for column in zip(*cells, strict=True)]
    if layout.columns is not None:
        others = sum(widths[1:]) + _GAP * (len(widths) - 1)
        widths[0] = max(min(widths[0], layout.columns - others), min(widths[0], _FIRST_ROOM))
    lines = []
    for number, row in enumerate(cells):
        first, *more = fitted(row[0], widths[0], narrowest=_FIRST_ROOM)
        texts = [first, *row[1:]]
        line = (" " * _GAP).join(
            text + " " * (width - width_of(text)) for text, width in zip(texts, widths, strict=True)
        )
        lines += [line.rstrip() if number else painted(line.rstrip(), "1"), *more]
    return lines


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: `1 app`, `2 apps`.

    Args:
        count: how many.
        one: the singular noun.
        many: the plural noun; by default with an s.
    """
    return f"{count} {one if count == 1 else many or f'{one}s'}"
