"""The rules against real failures: how many categories they get right, and that they quote none of the messages."""

from __future__ import annotations

import html
import json
import os
import re
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from oktascim.diagnose.engine import explain_events, explain_text
from oktascim.diagnose.finding import CATEGORIES, Finding
from oktascim.diagnose.symptom import ACTION_OF_EVENT

GROUND_TRUTH = Path(os.environ.get("OKTASCIM_GROUND_TRUTH", Path(__file__).parents[2] / ".." / "shared" / "data"))
RULES = Path(__file__).parents[2] / "oktascim" / "diagnose" / "rules"

PLACEHOLDERS = {"d112", "d114", *(f"d{number}" for number in range(123, 138))}
"""Official templates without a detail: for event types, not for accuracy."""

pytestmark = pytest.mark.skipif(
    not (GROUND_TRUTH / "failures.jsonl").exists(),
    reason="no ground truth: set OKTASCIM_GROUND_TRUTH to its data folder",
)


@pytest.fixture(scope="module")
def failures() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GROUND_TRUTH / "failures.jsonl").read_text().splitlines()]


def of_text(failure: dict[str, Any]) -> Finding:
    (finding,) = explain_text(failure["message"])
    return finding


def of_event(failure: dict[str, Any]) -> Finding:
    outcome = {"result": "FAILURE", "reason": failure["message"]}
    (finding,) = explain_events([{"uuid": failure["id"], "eventType": failure["event_type"], "outcome": outcome}])
    assert finding is not None
    return finding


def names_it(finding: Finding, category: str) -> bool:
    """Whether the category is the answer or, as for texts with several causes, among those that are listed."""
    return category in {finding.category, *(alternative.category for alternative in finding.alternatives)}


def share(truths: Iterable[bool]) -> float:
    answers = list(truths)
    return sum(answers) / len(answers)


@pytest.mark.parametrize("explain", [of_text, of_event], ids=["text", "event"])
def test_accuracy_on_real_messages(failures: list[dict[str, Any]], explain: Any) -> None:
    concrete = [(explain(failure), failure) for failure in failures if failure["id"] not in PLACEHOLDERS]
    missed = [
        (failure["id"], finding.rule) for finding, failure in concrete if not names_it(finding, failure["category"])
    ]
    assert share(names_it(finding, failure["category"]) for finding, failure in concrete) >= 0.95, missed
    assert share(finding.category == failure["category"] for finding, failure in concrete) >= 0.90, missed


PASTED = {
    "in capitals": str.upper,
    "in small letters": str.lower,
    "in typographic quotes": lambda text: "“" + text.replace('"', "”").replace("'", "’") + "”",
    "from the source of a page": html.escape,
    "with line breaks": lambda text: "\n".join(textwrap.wrap(text, 60, break_long_words=False)),
    "from a log": lambda text: f"2026-01-02T03:04:05.678Z ERROR {text}",
    "from a list": lambda text: f"• {text}",
    "with the name of its column": lambda text: f"Failure reason: {text}",
}


@pytest.mark.parametrize("form", PASTED.values(), ids=PASTED)
def test_how_a_message_was_copied_changes_nothing(failures: list[dict[str, Any]], form: Callable[[str], str]) -> None:
    concrete = [failure for failure in failures if failure["id"] not in PLACEHOLDERS]
    changed = [
        failure["id"]
        for failure in concrete
        if of_text(failure).category != of_text(failure | {"message": form(failure["message"])}).category
    ]
    assert changed == []


def test_official_templates_by_their_event_type(failures: list[dict[str, Any]]) -> None:
    templates = [failure for failure in failures if failure["id"] in PLACEHOLDERS]
    assert share(of_event(failure).category == failure["category"] for failure in templates) >= 0.9


def test_the_categories_are_those_of_the_ground_truth(failures: list[dict[str, Any]]) -> None:
    named_beside = {"network.dns", "network.ip_allowlist", "rate_limit.okta"}
    assert {failure["category"] for failure in failures} | named_beside == set(CATEGORIES)


def test_event_types_exist(failures: list[dict[str, Any]]) -> None:
    known = {kind["id"] for kind in json.loads((GROUND_TRUTH / "event-types.json").read_text())}
    assert set(ACTION_OF_EVENT) <= known
    assert {failure["event_type"] for failure in failures} - {None} <= known


def test_no_rule_quotes_a_message(failures: list[dict[str, Any]]) -> None:
    texts = [plain(failure["message"]) for failure in failures if failure["id"] not in PLACEHOLDERS]
    long_texts = [text for text in texts if len(text.split()) >= 5]
    patterns = [plain(line) for path in RULES.glob("*.yaml") for line in matchers(path)]
    quoted = [text for text in long_texts if any(text in pattern for pattern in patterns)]
    assert quoted == []


def test_no_rule_repeats_the_words_of_the_ground_truth(failures: list[dict[str, Any]]) -> None:
    ours = " ".join(plain(path.read_text()) for path in RULES.glob("*.yaml"))
    theirs = {plain(failure[part]) for failure in failures for part in ("cause", "fix")}
    assert [sentence for sentence in theirs if sentence in ours] == []


def plain(text: str) -> str:
    """The words alone, so that punctuation and pattern syntax cannot hide a quotation."""
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"\\[bWdSws]", " ", text.lower())))


def matchers(path: Path) -> Iterable[str]:
    """Every pattern of a rule file."""
    content = yaml.safe_load(path.read_text())
    if path.name == "vocabulary.yaml":
        return [pattern for patterns in content.values() for pattern in patterns]
    if not isinstance(content, list):
        return []
    conditions = [condition for rule in content for condition in rule["when"]]
    return [pattern for condition in conditions for key in ("says", "also_says") for pattern in condition.get(key, ())]
