"""The JUnit report, without a secret in it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from oktascim.errors import OktascimError
from oktascim.render.junit import write_junit


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
    assert failure.get("message") == "Okta rejected [hidden]."
    assert failure.text == "Okta rejected [hidden].\n<why> & more\nFix it."


def test_junit_that_cannot_be_written_is_an_error_in_words(desk, reports, tmp_path) -> None:
    with pytest.raises(OktascimError, match="Can't write"):
        write_junit(tmp_path / "nowhere" / "junit.xml", desk.output, reports)


def test_a_step_that_was_not_run_says_so_in_words(desk, reports, tmp_path) -> None:
    file = tmp_path / "junit.xml"
    (step,) = reports[-1].steps
    write_junit(file, desk.output, [replace(reports[-1], steps=(replace(step, error=None),))])
    assert [one.get("message") for one in ElementTree.parse(file).getroot().iter("skipped")] == ["not run"]
