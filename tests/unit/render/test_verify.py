"""A verify run in words, as Markdown and for machines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from oktascim.redact import Masker
from oktascim.render.layout import Layout
from oktascim.render.streams import Output
from oktascim.render.verify import verify_lines, verify_markdown, verify_text
from oktascim.render.verify_ci import write_verify_junit
from oktascim.verify import report
from oktascim.verify.model import AttributeResult, Said, Side, SideAnswer, State, StepResult, lifecycle
from oktascim.verify.report import VerifyReport

STEPS = {step.id: step for step in lifecycle().steps}


def sides(*answers: SideAnswer) -> tuple[Said, ...]:
    names: tuple[Side, ...] = ("okta", "scim", "log")
    return tuple(Said(side, answer, f"{side} words | <b>") for side, answer in zip(names, answers, strict=True))


def result(step_id: str, state: State, *answers: SideAnswer, **more: Any) -> StepResult:
    return StepResult(STEPS[step_id], state, sides(*answers) if answers else (), 1.0, **more)


PARTS = (AttributeResult("title", "proven", "title"), AttributeResult("nickName", "failed", "nowhere"))
RESULTS = (
    result("user.create", "proven", "agrees", "agrees", "agrees"),
    result("user.update", "failed", "agrees", "disagrees", "agrees", detail="Lost.", fix="Store it.", parts=PARTS),
    result("group.push", "not_applicable", detail="It is off."),
    result("user.deactivate", "failed", "agrees", "disagrees", "agrees", detail="Active.", fix="PATCH."),
    result("user.unassign", "failed", "agrees", "disagrees", "agrees", detail="Active.", fix="PATCH."),
    result("user.delete", "not_run", detail="Not run: user.unassign failed."),
)
REPORT = VerifyReport(
    "https://a.okta.com", "0oa1", "Acme", "https://a.example", "verify-1", RESULTS, left_behind=("Users/1",)
)


def test_lost_access_control_comes_first_and_one_fix_is_said_once() -> None:
    text = "\n".join(verify_lines(REPORT, Layout()))
    assert text.index("1. user.deactivate, user.unassign: Active.") < text.index("2. user.update: Lost.")
    assert text.count("fix: PATCH.") == 1
    assert "not in the account: nickName (1 of 2)" in text
    assert "Not removed: Users/1" in text
    assert "Not applicable: group.push: It is off." in text
    assert text.endswith("3 of 6 steps failed: user.update, user.deactivate, user.unassign.")


def test_the_verdict_claims_only_what_no_step_contradicts() -> None:
    states: dict[str, State] = {"user.create": "proven", "user.second": "proven", "user.leaver.create": "not_run"}
    states |= {"user.unassign": "proven", "user.deactivate": "failed", "group.push": "unproven"}
    found = replace(REPORT, results=tuple(result(step, state) for step, state in states.items()))
    assert found.sentence == "Through Acme, Okta creates accounts. 1 of 6 steps failed: user.deactivate."


def test_the_verdict_names_steps_that_exist() -> None:
    steps = {step for verbs in report._CAN.values() for steps in verbs.values() for step in steps}
    assert steps <= set(STEPS)


def test_steps_that_differ_only_in_names_are_one_and_harm_to_access_comes_first() -> None:
    scim = Said("scim", "disagrees", "b", fault="others_active")
    harm = (Said("okta", "agrees", "a"), scim, Said("log", "agrees", "c"))
    refused = [
        result(step, "failed", "agrees", "disagrees", "agrees", detail=f"“No room for {name}”", fix="Make room.")
        for step, name in (("user.create", "verify-1@a.io"), ("user.second", "second.verify-1@a.io"))
    ]
    harmed = StepResult(STEPS["user.name"], "failed", harm, 1.0, "Back again.", "One only.")
    said = verify_lines(replace(REPORT, results=(*refused, harmed)), Layout())
    heads = [line for line in said if line[:1].isdigit() and ". " in line[:3]]
    assert heads == ["1. user.name: Back again.", "2. user.create, user.second: “No room for verify-1@a.io”"]


def test_steps_that_a_stopped_run_did_not_reach_are_one_line() -> None:
    ended = StepResult(STEPS["group.push"], "not_run", detail="Interrupted.")
    missed = [
        StepResult(STEPS[name], "not_run", detail="Not run: interrupted.") for name in ("group.add", "user.delete")
    ]
    stopped = replace(REPORT, results=(RESULTS[0], RESULTS[2], ended, *missed), interrupted=True, left_behind=())
    said = [*verify_text(stopped, Layout()), *verify_lines(stopped, Layout())]
    assert [line.split()[0] for line in said[1:3]] == ["user.create", "group.push"]
    assert "user.delete" not in "\n".join(said)
    assert said[-1].endswith("Stopped after 1 of 4 steps. What was created is removed.")
    assert "couldn't be removed in full" in replace(stopped, left_behind=("Users/1",)).sentence


def test_a_long_line_is_wrapped_under_its_own_number_or_label() -> None:
    lines = verify_lines(REPORT, Layout(columns=40))
    assert "   3 of 6 steps" not in "\n".join(lines)
    assert lines[1:3] == ["1. user.deactivate, user.unassign:", "   Active."]
    assert max(map(len, lines)) <= 40


def test_markdown_escapes_what_was_read_and_has_the_sheet_only_on_request() -> None:
    page = verify_markdown(REPORT)
    assert "scim words \\| \\<b\\>" in page
    assert "## Test plan" not in page


def test_junit_has_a_case_for_each_step_and_attribute(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    write_verify_junit(file, Output(Masker(), {}), REPORT, strict=False)
    cases = {
        case.get("name"): [child.tag for child in case] for case in ElementTree.parse(file).getroot().iter("testcase")
    }
    assert cases["user.create"] == cases["user.update.title"] == []
    assert cases["user.update"] == cases["user.update.nickName"] == ["failure"]
    assert cases["group.push"] == cases["user.delete"] == ["skipped"]
