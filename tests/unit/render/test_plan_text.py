"""A plan and what apply did, as text: every value whole at every width."""

from __future__ import annotations

import re

import pytest

from oktascim.okta.apps import app_from
from oktascim.plan.compare import Change
from oktascim.plan.steps.app import UpdateApp
from oktascim.render.apply_text import apply_summary, report_line
from oktascim.render.layout import Layout
from oktascim.render.plan_text import plan_summary, plan_text
from oktascim.render.terminal import width_of
from tests.unit.render.conftest import APP, planned

ORPHAN = app_from({"id": "0oa9", "label": "Gone", "settings": {"notes": {"admin": "oktascim:team/gone"}}})
URL = "https://identity.acme.example/a/long/path/to/the/scim/endpoint/of/the/tenant/4711/v2/that-goes-on-and-on"
NAME = "a-name-as-long-as-the-format-of-a-spec-allows-it-to-be-at-most"
SENTENCE = "A label of many words, long enough to be wrapped at eighty columns, and at a hundred, and at 120"
_COLOR = re.compile("\x1b\\[[0-9;]*m")


def plain(lines: list[str]) -> list[str]:
    return [_COLOR.sub("", line) for line in lines]


def squeezed(lines: list[str]) -> str:
    """The text with all line breaks and indents as one space."""
    return " ".join(" ".join(plain(lines)).split())


def test_a_plan_is_a_list_of_what_changes(plans) -> None:
    chosen = [plans["create"], plans["change"], plans["none"], plans["blocked"]]
    assert plain(plan_text(chosen, [ORPHAN], Layout())) == [
        '+ new  "Acme"  scim2-header',
        "    + label                Acme",
        "    + visibility.web       yes",
        "    ~ provisioning.to_app  create → create, update",
        "    + assignments.users    ada",
        "",
        '~ old  "Acme"  scim2-header  0oa1',
        "    ~ visibility.web  yes → no",
        "",
        '! stuck  "Acme"  scim2-header  0oa1',
        "    It is stuck.",
        "    Free it.",
        "",
        '- team/gone  "Gone"  0oa9',
        "    - Deactivate and delete: no file has its integration",
        "",
        "Plan: 1 to create, 1 to change, 1 to delete, 1 unchanged, 1 blocked.",
    ]


def test_without_changes_one_line_says_so(plans) -> None:
    assert plan_text([plans["none"]] * 50, [], Layout()) == ["No changes. 50 integrations match the org."]
    assert plan_summary([plans["none"]]) == "No changes. 1 integration matches the org."
    assert plan_summary([plans["none"]], [ORPHAN]) == "Plan: 0 to create, 0 to change, 1 to delete, 1 unchanged."


def test_a_step_in_the_admin_console_is_named_with_what_follows_it(plans) -> None:
    lines = plain(plan_text([plans["pending"]], [], Layout()))
    assert "    ! Enable provisioning: in the Admin Console, by a browser (--route console) or manually" in lines
    assert "    ! Assign ada: after provisioning is enabled" in lines
    assert lines[-1] == "A step in the Admin Console is needed for waits."


def test_an_owner_and_a_removed_value_are_named(plans) -> None:
    step = UpdateApp((Change("owner", None, "platform-team"), Change("sign_on.login_url", "https://old", None)))
    lines = plain(plan_text([planned("one", step, app=APP)], [], Layout()))
    assert "    ~ owner              none → platform-team" in lines
    assert "    ~ sign_on.login_url  https://old → none" in lines


@pytest.mark.parametrize("columns", [40, 80, 100, 120])
def test_no_value_is_cropped(columns: int) -> None:
    step = UpdateApp((Change("label", "Acme", SENTENCE), Change("provisioning.base_url", None, URL)))
    lines = plan_text([planned(NAME, step, app=APP)], [], Layout(columns))
    said = squeezed(lines)
    assert f"Acme → {SENTENCE}" in said
    assert URL in said
    assert NAME in said
    assert "…" not in said
    assert all(width_of(line) <= columns for line in plain(lines) if not {URL, NAME} & set(line.split()))


@pytest.mark.parametrize("columns", [40, None])
def test_colour_changes_no_word(plans, columns: int | None) -> None:
    lines = plan_text(list(plans.values()), [ORPHAN], Layout(columns))
    assert any("\x1b[32m" in line for line in lines)
    assert squeezed(lines) == squeezed(plan_text(list(plans.values()), [ORPHAN], Layout(200)))


def test_a_secret_is_hidden_before_a_line_is_broken(plans, desk) -> None:
    step = UpdateApp((Change("label", "Acme", "s3cret&token"),))
    assert "[hidden]" in squeezed(plan_text([planned("one", step, app=APP)], [], desk.output.layout))


def test_a_line_says_how_each_integration_ended(reports) -> None:
    assert [squeezed(report_line(report, 4.12, Layout())) for report in reports] == [
        "✓ new created 4.1 s",
        "✗ same unchanged",
        "✗ waits failed: Assign ada 4.1 s",
        "✗ stuck blocked",
        "! old interrupted 4.1 s",
    ]


def test_the_summary_counts_in_the_words_of_a_plan(reports) -> None:
    assert apply_summary(reports) == ("Apply incomplete: 1 created, 0 changed, 1 unchanged, 2 failed, 1 interrupted.")
    assert apply_summary(reports[:2]) == "Apply complete: 1 created, 0 changed, 1 unchanged, 0 failed."
