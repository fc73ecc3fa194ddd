"""The rules against fresh public cases, error texts and HTTP exchanges, whose causes their threads established."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from oktascim.diagnose.engine import explain_text
from oktascim.diagnose.finding import Finding

GROUND_TRUTH = Path(os.environ.get("OKTASCIM_GROUND_TRUTH", Path(__file__).parents[2] / ".." / "shared" / "data"))
RULES = Path(__file__).parents[2] / "oktascim" / "diagnose" / "rules"

pytestmark = pytest.mark.skipif(
    not (GROUND_TRUTH / "cases.jsonl").exists(), reason="no ground truth: set OKTASCIM_GROUND_TRUTH to its data folder"
)


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GROUND_TRUTH / "cases.jsonl").read_text().splitlines()]


def words_of_case(case: dict[str, Any]) -> str:
    return str(case.get("message") or case["exchange"])


def finding_for(case: dict[str, Any]) -> Finding:
    (finding,) = explain_text(words_of_case(case))
    return finding


def is_right(case: dict[str, Any], finding: Finding) -> bool:
    return finding.category in {case["category"], *case["also_accepted"]}


def test_the_first_answer_is_right(cases: list[dict[str, Any]]) -> None:
    wrong = [(case["id"], finding.rule) for case in cases if not is_right(case, finding := finding_for(case))]
    assert len(wrong) <= 0.05 * len(cases), wrong


def test_no_wrong_answer_is_given_with_high_confidence(cases: list[dict[str, Any]]) -> None:
    findings = [(case, finding_for(case)) for case in cases]
    wrong = [
        (case["id"], found.rule) for case, found in findings if not is_right(case, found) and found.confidence == "high"
    ]
    assert wrong == []


def test_no_rule_quotes_a_case(cases: list[dict[str, Any]]) -> None:
    patterns = "\n".join(path.read_text().lower() for path in RULES.glob("*.yaml"))
    quoted = [case["id"] for case in cases if words_of_case(case).lower() in patterns]
    assert quoted == []
