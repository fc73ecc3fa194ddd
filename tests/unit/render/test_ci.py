"""Reports for the machines that run us: JUnit, annotations, step summary; no secret in any of them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from oktascim.errors import OktascimError
from oktascim.render.apply_text import apply_summary
from oktascim.render.ci import tell_github, write_junit


def test_junit_has_a_suite_per_integration_and_a_case_per_step(desk, reports, tmp_path) -> None:
    file = tmp_path / "junit.xml"
    write_junit(file, desk.output, reports)
    root = ElementTree.parse(file).getroot()
    assert [suite.get("name") for suite in root] == ["new", "same", "waits", "stuck", "old"]
    cases = {(case.get("classname"), case.get("name")): [child.tag for child in case] for case in root.iter("testcase")}
    assert cases == {
        ("new", "Create the app"): [],
        ("same", "unchanged"): [],
        ("waits", "Set visibility.web"): ["skipped"],
        ("waits", "Assign ada"): ["failure"],
        ("stuck", "blocked"): ["failure"],
        ("old", "Set visibility.web"): ["skipped"],
    }
    failure = next(root.iter("failure"))
    assert failure.get("message") == "Okta refused [hidden]."
    assert failure.text == "Okta refused [hidden].\n<why> & [2Jmore\nFix it."


def test_junit_that_cannot_be_written_is_an_error_in_words(desk, reports, tmp_path) -> None:
    with pytest.raises(OktascimError, match="Cannot write"):
        write_junit(tmp_path / "nowhere" / "junit.xml", desk.output, reports)


def test_github_gets_annotations_and_a_summary(desk, reports, tmp_path) -> None:
    summary = tmp_path / "summary.md"
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    tell_github(environ, desk.output, reports, apply_summary(reports))
    lines = desk.err.splitlines()
    assert lines[0] == "::error title=oktascim waits::Okta refused [hidden].%0A<why> & [2Jmore%0AFix it."
    assert len(lines) == 3
    text = summary.read_text(encoding="utf-8")
    assert text.startswith(
        "### oktascim apply: incomplete: 1 created, 0 changed, 1 unchanged, 2 failed, 1 interrupted.\n"
    )
    assert "| waits | failed | 0oa1 | Okta refused [hidden]. |" in text
    assert "s3cret" not in text + desk.err


def test_elsewhere_nothing_is_said(desk, reports) -> None:
    tell_github({}, desk.output, reports, apply_summary(reports))
    assert desk.err == ""
