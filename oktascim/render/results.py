"""The results of several changes as text: one line each, with the sign of its state."""

from __future__ import annotations

from collections.abc import Sequence

from oktascim.render.formats import Table
from oktascim.render.layout import Layout
from oktascim.render.terminal import width_of

_SIGNS = {"FAILED": ("✗", "31"), "failed": ("✗", "31"), "pending": ("!", "33"), "interrupted": ("!", "33")}
_DONE = ("✓", "32")


def results_text(table: Table, layout: Layout) -> Sequence[str] | None:
    """The rows of a table with the columns `state` and, as the last one, `evidence`.

    Returns:
        Painted lines; None for an empty table or without a terminal; the table itself is shown then.
    """
    if layout.columns is None or not table.rows:
        return None
    at = list(table.columns).index("state")
    lines: list[str] = []
    for row in table.rows:
        sign, color = _SIGNS.get(row[at], _DONE)
        head, said = "  ".join(filter(None, row[:at])), [row[at], row[-1]]
        text = "  ".join(one for one in said if one not in {"", "ok"})
        if width_of(layout.guard(head)) + len(f"{sign} ") <= layout.columns:
            lines += layout.hanging(f"{sign} {head}  ", text, indent=4, color=color)
        else:
            lines += layout.hanging(f"{sign} ", f"{head}  {text}", indent=4, color=color)
    return lines
