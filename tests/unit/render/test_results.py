"""Results of single operations: a line each on a terminal, whole at any width; the table in a pipe."""

from __future__ import annotations

import pytest

from oktascim.render.formats import Table
from oktascim.render.layout import Layout
from oktascim.render.results import results_text
from tests.unit.render.test_plan_text import plain, squeezed

APP_ID = "0oa1b2c3d4e5f6g7h8i9"
TABLE = Table(
    ("kind", "name", "state", "evidence"),
    [
        ["user", "ada@acme.example", "ok", f"GET /api/v1/apps/{APP_ID}/users/00u1b2c3d4e5f6g7h8i9 returns 404"],
        ["group", "Engineering", "FAILED", "Okta accepted the assignment, but it isn't there (404)."],
        ["outcome", "user grace@acme.example", "pending", "STAGED"],
    ],
)


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_each_row_is_a_line_with_its_sign_and_no_value_is_broken(columns: int) -> None:
    lines = plain(list(results_text(TABLE, Layout(columns)) or ()))
    said = squeezed(lines)
    assert [line[0] for line in lines if not line.startswith(" ")] == ["✓", "✗", "!"]
    for row in TABLE.rows:
        assert all(word in said.split() for cell in row if cell != "ok" for word in cell.split())
    assert max(map(len, lines)) <= columns


def test_a_pipe_and_nothing_at_all_get_the_table() -> None:
    assert results_text(TABLE, Layout(None)) is None
    assert results_text(Table(TABLE.columns, []), Layout(80)) is None
