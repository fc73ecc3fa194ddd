"""A plan and a report for people and for programs; the JSON's keys are a contract."""

from __future__ import annotations

from oktascim.okta.apps import app_from
from oktascim.plan.diff import has_changes
from oktascim.render.plan import counts, plan_json, plan_table, report_json, report_table, show_troubles

ORPHAN = app_from({"id": "0oa9", "label": "Gone", "settings": {"notes": {"admin": "oktascim:team/gone"}}})


def test_the_table_has_a_row_for_every_change(plans) -> None:
    rows = plan_table([plans["create"], plans["change"], plans["none"], plans["blocked"]], [ORPHAN]).rows
    assert rows == [
        ["+", "new", "create_app", "label", "", "Acme", "to do"],
        ["+", "new", "create_app", "visibility.web", "", "yes", "to do"],
        ["+", "new", "provisioning", "provisioning.to_app", "create", "create, update", "to do"],
        ["+", "new", "assign_users", "assignments.users", "", "ada", "to do"],
        ["~", "old", "update_app", "visibility.web", "yes", "no", "to do"],
        ["=", "same", "", "", "", "", "no change"],
        ["!", "stuck", "", "", "", "", "It is stuck. Free it."],
        ["-", "team/gone", "delete_app", "Gone", "0oa9", "", "no file names it"],
    ]


def test_what_waits_for_a_person_is_marked(plans) -> None:
    assert [row[-1] for row in plan_table([plans["pending"]]).rows] == ["pending", "waiting"]
    assert [row[-1] for row in plan_table([plans["wizard"]]).rows] == ["pending"]


def test_an_app_that_is_made_anew_is_deleted_first(plans) -> None:
    rows = plan_table([plans["replace"]]).rows
    assert rows[0] == ["+", "other", "delete_app", "Deactivate and delete Acme (0oa1)", "", "", "to do"]
    assert rows[1][2] == "create_app"


def test_has_changes(plans) -> None:
    assert not has_changes([plans["none"]])
    assert not has_changes([])
    assert has_changes([plans["none"], plans["change"]])
    assert has_changes([plans["blocked"]])
    assert has_changes([], [ORPHAN])


def test_the_json_of_a_plan(plans) -> None:
    assert plan_json([plans["change"]], [ORPHAN]) == {
        "changes": True,
        "integrations": [
            {
                "name": "old",
                "owner": None,
                "label": "Acme",
                "template": "scim2-header",
                "action": "change",
                "app_id": "0oa1",
                "problem": None,
                "steps": [
                    {
                        "step": "update_app",
                        "summary": "Set visibility.web",
                        "status": "to do",
                        "changes": [{"field": "visibility.web", "old": True, "new": False}],
                    }
                ],
                "warnings": [],
                "notes": [],
                "changed_by": [],
                "errors": [],
            }
        ],
        "prune": [{"app_id": "0oa9", "label": "Gone", "name": "gone", "owner": "team"}],
    }


def test_the_table_of_a_report(reports) -> None:
    assert report_table(reports).rows == [
        ["new", "Create the app", "ok", "read back"],
        ["same", "", "unchanged", "nothing differs that Okta shows"],
        ["waits", "Set visibility.web", "pending", "A person must."],
        ["waits", "Assign ada", "FAILED", "Okta rejected s3cret&token."],  # the stream masks
        ["stuck", "", "blocked", "It is stuck."],
        ["old", "Set visibility.web", "not run", "Interrupted before the next request."],
    ]


def test_the_json_of_a_report_counts(reports) -> None:
    document = report_json(reports)
    assert [row["name"] for row in document["integrations"]] == ["new", "same", "waits", "stuck", "old"]
    summary = {"done": 1, "unchanged": 1, "blocked": 1, "failed": 1, "interrupted": 1}
    assert document["summary"] == counts(reports) == summary


def test_every_failure_and_every_pending_step_is_told_in_full(desk, reports) -> None:
    show_troubles(desk.output, reports)
    assert "A person must.\n  why: api: no\n  fix: 1. Click.\n" in desk.err
    assert "Error: Okta rejected [hidden].\n  why: <why> & more\n  fix: Fix it.\n" in desk.err
    assert "Error: It is stuck.\n  fix: Free it.\n" in desk.err
    assert "Interrupted" not in desk.err
    assert desk.err.endswith("Run the same command again: it continues where it stopped, and sends nothing twice.\n")
