"""app show: every value whole at 80, 100 and 120 columns."""

from __future__ import annotations

import pytest

from oktascim.render.app import AppView, app_json, app_text
from oktascim.render.layout import Layout
from oktascim.render.terminal import width_of
from oktascim.routes.readback import ReadBack
from tests.unit.render.conftest import FAILED, LONG
from tests.unit.render.test_plan_text import plain, squeezed

PAGE = "https://acme-admin.okta.com/admin/app/scim2headerauth/instance/0oa1b2c3d4e5f6g7h8i9/#tab-provisioning"


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
