"""app list: every value whole at 80, 100 and 120 columns, and a row each at 100."""

from __future__ import annotations

import pytest

from oktascim.okta.apps import app_from
from oktascim.render.app_list import AppRow, app_list_json, app_list_table
from oktascim.render.grid import grid
from oktascim.render.layout import Layout
from oktascim.render.terminal import width_of
from tests.unit.render.conftest import FAILED, LONG
from tests.unit.render.test_plan_text import plain, squeezed


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_no_value_of_the_list_is_cropped(columns: int) -> None:
    table = app_list_table([AppRow(LONG, (FAILED,))], wide=False)
    lines = plain(grid(table.columns, table.rows, Layout(columns)))
    words = squeezed(lines).split()
    for value in table.rows[0]:
        assert set(value.split()) <= set(words)
    assert max(map(width_of, lines)) <= columns
    assert columns < 100 or len(lines) == 2


def test_users_beyond_one_page_are_more_than_a_number() -> None:
    row = AppRow(LONG, (FAILED,), more=True)
    assert app_list_table([row], wide=False).rows[0][3:5] == ["failed", "1+"]
    assert app_list_json([row])[0]["users"] is None


def test_an_empty_list_says_whether_options_left_out_apps() -> None:
    assert app_list_table([], wide=False).empty == "No apps."
    assert app_list_table([], wide=False, filtered=True).empty == "No app matches the filters."


def test_the_wide_list_has_all_facts() -> None:
    (row,) = app_list_table([AppRow(LONG)], wide=True).rows
    assert row[-4:] == ["0oa1b2c3d4e5f6g7h8i9", "scim2headerauth", "", "PUSH_NEW_USERS"]


@pytest.mark.parametrize(("users", "state"), [(None, "on"), ((), "on"), ((FAILED,), "failed")])
def test_the_state_of_provisioning(users: tuple[object, ...] | None, state: str) -> None:
    assert AppRow(LONG, users).provisioning == state
    assert AppRow(app_from({"id": "0oa2", "label": "Bare"})).provisioning == "off"
