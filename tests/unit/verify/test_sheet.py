"""The sheet of the OIN test plan: its data is sound, and its outcomes follow from the steps."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from oktascim.check.catalogue import catalogue
from oktascim.verify.actions import STEP_ACTIONS
from oktascim.verify.model import Said, State, StepResult, judged, lifecycle
from oktascim.verify.okta_side import OKTA_SIDES
from oktascim.verify.sheet import Sheet, load_plan, sheet_of
from tests.conftest import REPOSITORY

STEPS = {step.id: step for step in lifecycle().steps}
EVERYTHING = frozenset({"create", "update", "deactivate", "sync_password", "push_groups", "import", "profile_source"})
PROVEN = [StepResult(step, "proven", (Said("okta", "agrees", "there"),)) for step in lifecycle().steps]


def outcomes(sheet: Sheet) -> dict[str, str]:
    return {row.case.id: row.outcome for row in sheet.rows}


def test_the_data_names_only_what_exists() -> None:
    plan, steps = load_plan("oin"), {step.id for step in lifecycle().steps}
    cases = [*plan.cases, *plan.crud]
    assert len({case.id for case in cases}) == len(cases)
    assert {name for case in cases for name in case.steps} <= steps
    assert {need for case in cases for need in case.needs} <= plan.needs.keys()
    assert all(case.steps or case.by_hand for case in cases)
    checks = {check.id for check in catalogue().checks}
    for step in lifecycle().steps:
        assert step.action in STEP_ACTIONS
        assert step.okta in OKTA_SIDES
        assert set(step.needs) <= lifecycle().needs.keys()
        assert {name for names in step.checks.values() for name in names} <= checks
        assert set(step.checks) - {"1.1"} == {"catalog", "wizard"}
        assert set(step.fix) <= {"catalog", "wizard", "1.1", "any"}
        assert {*step.after, *step.after_success} <= steps
    for fault in lifecycle().faults.values():
        assert (fault.fix in catalogue().fixes) != bool(fault.do)
        assert set(fault.checks) <= checks


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        ("member-removal-ignored", STEPS["group.remove"].checks["catalog"]),
        ("put-only-adds-members", STEPS["group.remove"].checks["wizard"]),
        ("pathless-patch-ignored", STEPS["user.deactivate"].checks["catalog"]),
        ("put-ends-memberships", lifecycle().faults["left_group"].checks),
        ("deactivation-deletes", lifecycle().faults["gone.deactivate"].checks),
    ],
)
def test_a_fix_names_checks_that_fail_on_the_same_server(fault: str, checks: tuple[str, ...]) -> None:
    table = yaml.safe_load((REPOSITORY / "tests" / "support" / "broken_faults.yaml").read_text(encoding="utf-8"))
    assert set(checks) & set(table[fault])


def test_what_is_proven_passes_and_what_a_user_must_do_stays_manual() -> None:
    found = outcomes(sheet_of("oin", PROVEN, EVERYTHING))
    assert (found["C9337"], found["C9293"], found["C9304"], found["CRUD 6"]) == ("passed", "partly", "manual", "passed")


@pytest.mark.parametrize(
    ("state", "outcome"),
    [("failed", "failed"), ("unproven", "unproven"), ("not_run", "unproven"), ("not_applicable", "not_applicable")],
)
def test_the_outcome_follows_the_worst_step(state: State, outcome: str) -> None:
    results = [replace(one, state=state) if one.step.id == "user.reactivate" else one for one in PROVEN]
    assert outcomes(sheet_of("oin", results, EVERYTHING))["C9293"] == outcome


def test_what_is_off_is_not_applicable_and_leaves_nothing_to_do() -> None:
    sheet = sheet_of("oin", PROVEN, EVERYTHING - {"import"})
    row = next(row for row in sheet.rows if row.case.id == "C9304")
    assert (row.outcome, row.evidence, row.left_to_do) == ("not_applicable", "The app doesn't import.", "")
    assert "49 are not in this sheet" in sheet.to_json()["unlisted"]


def test_a_spreadsheet_adds_the_cases_that_are_not_mapped() -> None:
    listed = {f"C{number}": "A case" for number in range(1000, 1049)} | {"C9337": "Okta's own title"}
    sheet = sheet_of("oin", PROVEN, EVERYTHING, listed)
    assert outcomes(sheet)["C1000"] == "manual"
    assert outcomes(sheet)["C9337"] == "passed"
    assert sheet.to_json()["unlisted"] is None


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (("agrees", "agrees", "agrees"), "proven"),
        (("agrees", "disagrees", "agrees"), "failed"),
        (("agrees", "not_asked", "agrees"), "unproven"),
        (("agrees", "agrees", "silent"), "unproven"),
        (("not_asked", "not_asked", "not_asked"), "unproven"),
        (("agrees", "not_asked", "disagrees"), "failed"),
    ],
)
def test_only_three_agreements_are_a_proof(answers: tuple[str, ...], state: str) -> None:
    sides = tuple(Said(side, answer, "") for side, answer in zip(("okta", "scim", "log"), answers, strict=True))
    assert judged(sides) == state
