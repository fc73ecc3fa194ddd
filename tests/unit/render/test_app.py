"""app list and app show: every value whole at 80, 100 and 120 columns, and a row each at 100."""

from __future__ import annotations

import pytest

from oktascim.okta.apps import app_from
from oktascim.plan.outcomes import user_outcome
from oktascim.render.app import AppRow, AppView, app_json, app_list_json, app_list_table, app_text
from oktascim.render.grid import grid
from oktascim.render.layout import Layout
from oktascim.render.terminal import width_of
from oktascim.routes.readback import ReadBack
from tests.unit.render.test_plan_text import plain, squeezed

LONG = app_from(
    {
        "id": "0oa1b2c3d4e5f6g7h8i9",
        "name": "scim2headerauth",
        "label": "Acme Customer Relations EMEA",
        "status": "INACTIVE",
        "features": ["PUSH_NEW_USERS"],
        "settings": {"notes": {"admin": "oktascim:platform-team/acme-crm"}},
    }
)
PAGE = "https://acme-admin.okta.com/admin/app/scim2headerauth/instance/0oa1b2c3d4e5f6g7h8i9/#tab-provisioning"
IN_ERROR = {"id": "00u1", "status": "STAGED", "syncState": "ERROR", "lastUpdated": "2026-11-28T11:00:00Z"}
FAILED = user_outcome(IN_ERROR, "ada@acme.example")


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_no_value_of_the_list_is_cropped(columns: int) -> None:
    table = app_list_table([AppRow(LONG, (FAILED,))], wide=False)
    lines = plain(grid(table.columns, table.rows, Layout(columns)))
    words = squeezed(lines).split()
    for value in table.rows[0]:
        assert set(value.split()) <= set(words)
    assert max(map(width_of, lines)) <= columns
    assert columns < 100 or len(lines) == 2


def test_people_beyond_one_page_are_more_than_a_number() -> None:
    row = AppRow(LONG, (FAILED,), more=True)
    assert app_list_table([row], wide=False).rows[0][3:5] == ["failed", "1+"]
    assert app_list_json([row])[0]["people"] is None


def test_the_wide_list_has_all_facts() -> None:
    (row,) = app_list_table([AppRow(LONG)], wide=True).rows
    assert row[-4:] == ["0oa1b2c3d4e5f6g7h8i9", "scim2headerauth", "", "PUSH_NEW_USERS"]


@pytest.mark.parametrize(("users", "state"), [(None, "on"), ((), "on"), ((FAILED,), "failed")])
def test_the_state_of_provisioning(users: tuple[object, ...] | None, state: str) -> None:
    assert AppRow(LONG, users).provisioning == state
    assert AppRow(app_from({"id": "0oa2", "label": "Bare"})).provisioning == "off"


@pytest.mark.parametrize("columns", [80, 100, 120])
def test_no_value_of_the_card_is_cropped(columns: int) -> None:
    event = {"published": "2026-11-28T11:00:00Z", "eventType": "application.provision.user.push", "outcome": {
        "result": "FAILURE", "reason": "Automatic provisioning of user Ada Lovelace to app Acme failed: Unauthorized",
    }}  # fmt: skip
    proof = ReadBack("ENABLED", ("features",), "https://acme.example/scim/v2", frozenset({"create"}))
    view = AppView(LONG, "scim2-header", proof, (FAILED,), 1, 0, (), None, PAGE, event)
    lines = plain(app_text(view, Layout(columns)))
    said = squeezed(lines)
    assert "Acme Customer Relations EMEA 0oa1b2c3d4e5f6g7h8i9" in said
    assert "user ada@acme.example: STAGED, syncState ERROR since 2026-11-28T11:00:00Z" in said
    assert event["outcome"]["reason"] in said
    assert PAGE in said
    assert "log oktascim logs --app platform-team/acme-crm" in said
    assert all(width_of(line) <= columns for line in lines if PAGE not in line)


def test_the_last_event_has_its_reason_also_where_only_the_message_names_it() -> None:
    event = {"displayMessage": "Push group Engineering due to error: Conflict", "outcome": {"result": "FAILURE"}}
    view = AppView(LONG, None, ReadBack("ENABLED", (), None, frozenset()), (), 0, 0, (), None, PAGE, event)
    assert app_json(view)["last_event"]["reason"] == "Conflict"
