"""The generated page is current, and the data of the checks is whole."""

from __future__ import annotations

import importlib.util
from typing import Any

from oktascim.check.bodies import SCHEMAS
from oktascim.check.catalogue import catalogue
from oktascim.check.procedures import PROCEDURES
from tests.conftest import REPOSITORY


def make_checks() -> Any:
    spec = importlib.util.spec_from_file_location("make_checks", REPOSITORY / "docs" / "make_checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_made_from_the_checks() -> None:
    made = make_checks()
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), "run `make docs`"


def test_every_check_says_why_whence_and_how() -> None:
    used = set()
    for check in catalogue().checks:
        assert check.why.endswith("."), check.id
        assert check.source, check.id
        assert bool(check.steps) != bool(check.procedure), check.id
        used |= {check.fix, *check.fix_by.values()}
    unused = set(catalogue().fixes) - used - set(catalogue().by_status.values())
    assert unused == {"answer", "by-id", "created-status"}, "chosen by the response alone: fixes.py"
    assert {check.procedure for check in catalogue().checks} - {""} == set(PROCEDURES)


def test_both_versions_know_the_same_variables() -> None:
    assert set(SCHEMAS["2.0"]) == set(SCHEMAS["1.1"])
