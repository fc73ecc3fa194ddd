"""What GitHub Actions gets: annotations with the line of the spec, a summary also of a command that stops early."""

from __future__ import annotations

from pathlib import Path

import pytest

from oktascim.errors import OktascimError
from oktascim.render.apply_text import apply_summary
from oktascim.render.github import GitHub, on_github
from oktascim.spec.loader import parse
from oktascim.spec.problem import SpecError
from tests.unit.render.test_plan_text import ORPHAN

SPEC = """\
version: 1
integrations:
  - {name: new, label: New, template: scim2-header, sign_on: {mode: swa}}
  - name: waits
    label: Waits
    template: scim2-header
    sign_on: {mode: swa}
"""


@pytest.fixture
def summary(tmp_path) -> Path:
    return tmp_path / "summary.md"


@pytest.fixture
def environ(summary: Path) -> dict[str, str]:
    return {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}


def test_a_report_has_annotations_at_the_line_of_the_spec_and_a_summary(desk, reports, environ, summary) -> None:
    github = GitHub(environ, desk.output, "apply")
    github.loaded(parse(SPEC, Path("specs/acme,eu.yaml")))
    github.applied(reports, apply_summary(reports))
    lines = desk.err.splitlines()
    assert lines[0] == (
        "::error file=specs/acme%2Ceu.yaml,line=4,title=oktascim waits::"
        "Okta rejected [hidden].%0A<why> & more%0AFix it."
    )
    assert len(lines) == 3
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("### oktascim apply\n\nApply incomplete: 1 created, 0 changed, 1 unchanged, 2 failed,")
    assert "| waits | failed | 0oa1 | Okta rejected [hidden]. |" in text
    assert "s3cret" not in text + desk.err


def test_a_plan_is_a_diff_and_its_problems_are_annotations(desk, plans, environ, summary) -> None:
    with on_github(environ, desk.output, "plan") as github:
        github.planned(list(plans.values()), [ORPHAN], {"new": "The token of 'new' is missing."})
    text = summary.read_text(encoding="utf-8")
    assert '```diff\n+ new  "Acme"  scim2-header\n+     label                Acme\n' in text
    assert "\n!     visibility.web  yes → no\n" in text
    assert "\n-     Deactivate and delete: no file has its integration\n" in text
    assert "\n- The token of 'new' is missing.\n" in text
    assert "::warning title=oktascim new::The token of 'new' is missing." in desk.err
    assert "::error title=oktascim stuck::It is stuck.%0AFree it." in desk.err


def test_no_label_ends_the_block_of_a_plan(desk, plans, environ, summary) -> None:
    plan = plans["create"]
    label = plan.integration.model_copy(update={"label": "```\n# ![x](https://evil.example)"})
    GitHub(environ, desk.output, "plan").planned([type(plan)(label, plan.template, None, plan.steps)], [])
    assert summary.read_text(encoding="utf-8").count("\n````") == 2


def test_a_command_that_stops_early_is_told_once(desk, environ, summary) -> None:
    def run() -> None:
        with on_github(environ, desk.output, "apply"):
            raise OktascimError("There is *no* org.", why="No URL.", fix="Set it.")

    with pytest.raises(OktascimError):
        run()
    assert desk.err == "::error title=oktascim apply::There is *no* org.\n"
    assert summary.read_text(encoding="utf-8") == (
        "### oktascim apply\n\nstopped. There is \\*no\\* org.\n\n- No URL.\n- Set it.\n\n"
    )


def test_every_problem_of_a_spec_is_an_annotation_at_its_line(desk, environ, tmp_path) -> None:
    file = tmp_path / "specs" / "bad.yaml"

    def run() -> None:
        with on_github(environ | {"GITHUB_WORKSPACE": str(tmp_path)}, desk.output, "plan"):
            parse(SPEC.replace("label: Waits", "lable: Waits"), file)

    with pytest.raises(SpecError):
        run()
    assert "::error file=specs/bad.yaml,line=5,title=oktascim integrations[1].lable::" in desk.err


def test_what_was_told_is_not_told_again(desk, plans, environ, summary) -> None:
    def run() -> None:
        with on_github(environ, desk.output, "plan") as github:
            github.planned([plans["blocked"]], [])
            raise OktascimError("1 of 1 integration can't be applied.")

    with pytest.raises(OktascimError):
        run()
    assert "stopped" not in summary.read_text(encoding="utf-8")
    assert len(desk.err.splitlines()) == 1


def test_elsewhere_nothing_is_said(desk, reports, plans) -> None:
    github = GitHub({}, desk.output, "apply")
    github.planned(list(plans.values()), [])
    github.applied(reports, apply_summary(reports))
    github.stopped(OktascimError("No."))
    assert desk.err == ""


def test_a_summary_that_cannot_be_written_is_a_note(desk, reports, tmp_path) -> None:
    GitHub({"GITHUB_STEP_SUMMARY": str(tmp_path)}, desk.output, "apply").applied(reports, "Apply complete.")
    assert desk.err.startswith("Can't write the step summary to ")
