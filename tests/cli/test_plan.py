"""What `plan` and `apply` say about an integration that can't be applied."""

from __future__ import annotations

import pytest

from oktascim.errors import ExitCode
from tests.support.world import SPEC, World

REASON = "there is no user nobody@acme.example"


@pytest.fixture
def blocked(org: World) -> str:
    """A spec that assigns somebody who doesn't exist."""
    return org.spec(SPEC.replace("users: [ada@acme.example]", "users: [nobody@acme.example]"))


@pytest.mark.parametrize("line", [["plan"], ["plan", "-o", "table"], ["apply", "--yes"]], ids=" ".join)
def test_a_person_reads_once_what_blocks_an_integration(org: World, blocked: str, line: list[str]) -> None:
    told = org.oktascim(*line, blocked)
    assert told.code == ExitCode.FAILED
    assert (told.stdout + told.stderr).count(REASON) == 1


def test_beside_a_document_the_error_says_what_blocks_each_integration(org: World, blocked: str) -> None:
    told = org.oktascim("plan", blocked, "-o", "json")
    assert REASON in told.json["integrations"][0]["problem"]["what"]
    assert "1 of 1 integration can't be applied: acme-crm." in told.stderr
    assert f"acme-crm: The spec can't be assigned: {REASON}" in " ".join(told.stderr.split())
