"""Draws a table on a terminal: in columns if they fit, otherwise as a list with a heading for each row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from math import ceil

from oktascim.render.gate import painted
from oktascim.render.layout import VALUE_ROOM, Layout
from oktascim.render.terminal import fitted, unbroken, width_of

_GAP = 2
_MOST_LINES = 4
"""A column narrower than `VALUE_ROOM` is wrapped into about this many lines at most (our choice)."""
_BOLD = "1"
MARK_COLORS = {"ok": "32", "FAILED": "31", "advice": "33", "unproven": "33"}
"""The colour of a mark: a state in a column without a heading."""


def grid(columns: Sequence[str], rows: Sequence[Sequence[str]], layout: Layout, *, key: int = 1) -> list[str]:
    """The rows of a table as painted lines. No value is cropped, and no word is cut.

    One column may be wrapped between words. If that isn't enough, each row becomes a block: its first columns as the
    heading, the others that aren't empty below it. Two columns become labels and values.

    Args:
        columns: the headings; "" for a mark that needs none.
        rows: a text for each column.
        layout: the layout to use.
        key: how many columns with a heading tell one row from the others.
    """
    cells = [[layout.guard(text) for text in row] for row in (columns, *rows)]
    widths = _widths(cells, layout.columns)
    if widths is not None:
        marks = frozenset(at for at, name in enumerate(columns) if not name)
        headings = [painted(line, _BOLD) for line in _line(cells[0], widths, frozenset())]
        return headings + [line for row in cells[1:] for line in _line(row, widths, marks)]
    if len(columns) == len(("label", "value")):
        head, *others = layout.fields([(row[0], row[1]) for row in (columns, *rows)], indent=0)
        return [painted(head, _BOLD), *others]
    lead = next(number for number, name in enumerate(columns) if name) + key
    while lead < len(columns) and not columns[lead]:
        lead += 1  # a mark behind the key belongs to the heading
    lines = [line for row in rows for line in _block(columns, row, lead, layout)]
    return lines[1:] if lines[0] == "" else lines


def _widths(cells: Sequence[Sequence[str]], room: int | None) -> list[int] | None:
    """The width of each column, the widest that can be wrapped narrowed to fit; None if that isn't enough."""
    by_column = list(zip(*cells, strict=True))
    widths = [max(map(width_of, column)) for column in by_column]
    excess = 0 if room is None else sum(widths) + _GAP * (len(widths) - 1) - room
    if excess <= 0:
        return widths
    for at in sorted(range(len(widths)), key=lambda at: -widths[at]):
        narrowed, enough = widths[at] - excess, min(VALUE_ROOM, ceil(widths[at] / _MOST_LINES))
        if narrowed >= max(enough, *map(unbroken, by_column[at])):
            return [*widths[:at], narrowed, *widths[at + 1 :]]
    return None


def _line(row: Sequence[str], widths: Sequence[int], marks: frozenset[int]) -> list[str]:
    """The lines of a row; the cells of the columns `marks` in their colours."""
    pieces = [fitted(text, width, narrowest=width) for text, width in zip(row, widths, strict=True)]
    lines = []
    for texts in zip_longest(*pieces, fillvalue=""):
        blanks = [" " * (width - width_of(text)) for text, width in zip(texts, widths, strict=True)]
        shown = [_marked(text) if at in marks else text for at, text in enumerate(texts)]
        lines.append((" " * _GAP).join(text + blank for text, blank in zip(shown, blanks, strict=True)).rstrip())
    return lines


def _marked(text: str) -> str:
    color = MARK_COLORS.get(text)
    return painted(text, color) if color else text


def _block(columns: Sequence[str], row: Sequence[str], lead: int, layout: Layout) -> list[str]:
    """A row as a block, after an empty line; without a heading it continues the block above."""
    head = "  ".join(filter(None, row[:lead]))
    if lead == len(columns) - 1:
        return layout.labelled(f"{head}  ", row[-1], below=4)
    heading = ["", *(painted(line, _BOLD) for line in layout.hanging("", head, indent=2))] if head else []
    fields = [(name, value) for name, value in zip(columns[lead:], row[lead:], strict=True) if value]
    return [*heading, *layout.fields(fields)]
