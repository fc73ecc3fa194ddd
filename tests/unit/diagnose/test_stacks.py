"""Failures of many stacks: their category, honesty about doubt, and cut-off texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from oktascim.diagnose.engine import explain_events, explain_text
from oktascim.diagnose.finding import CATEGORIES, Finding
from oktascim.diagnose.rulebook import rule_book

REASON_LIMIT = 255
"""Characters of an outcome.reason in the System Log."""

ENTRIES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "stacks.yaml").read_text())
TEXTS = [pytest.param(entry, id=f"{entry['right'][0]}-{number}") for number, entry in enumerate(ENTRIES)]
NEEDS_OKTA = {"okta.api_token_or_scope", "okta.api_unsupported", "okta.provisioning_disabled", "rate_limit.okta"}
"""Categories that Okta itself reports, whatever the server's stack."""

WEIGHTS = {rule.id: rule.weight for rule in rule_book().rules}
TELLING = 75
"""The weight from which a rule that stands alone reads high (docs/explain.md)."""

POINTERS = (
    ". For more details, see the documentation at https://docs.acme.example/scim/errors."
    " If you need help, contact the support team of your vendor."
)


def explained(entry: dict[str, Any], text: str) -> Finding:
    if "event" not in entry:
        (finding,) = explain_text(text)
        return finding
    outcome = {"result": "FAILURE", "reason": text}
    (finding,) = explain_events([{"uuid": "u", "eventType": entry["event"], "outcome": outcome}])
    return finding


def pointing(entry: dict[str, Any], pointers: str) -> str:
    return str(entry["text"]).rstrip(".") + pointers


def test_every_category_of_a_server_is_tried() -> None:
    assert {category for entry in ENTRIES for category in entry["right"]} == set(CATEGORIES) - NEEDS_OKTA


def test_the_category_is_right() -> None:
    found = [(entry, explained(entry, entry["text"])) for entry in ENTRIES]
    wrong = [(entry["text"], one.category, one.rule) for entry, one in found if one.category not in entry["right"]]
    assert wrong == []


def test_confidence_is_not_high_where_two_categories_compete() -> None:
    high = [found for entry in ENTRIES if (found := explained(entry, entry["text"])).confidence == "high"]
    contested = [
        (found.rule, other.rule) for found in high for other in found.alternatives if WEIGHTS[other.rule] >= TELLING
    ]
    assert high
    assert contested == []
    assert "unknown" not in {found.category for found in high}


def test_a_pointer_to_a_manual_changes_nothing() -> None:
    changed = [
        entry["text"]
        for entry in ENTRIES
        if explained(entry, pointing(entry, POINTERS)).category != explained(entry, entry["text"]).category
    ]
    assert changed == []


def test_a_cut_off_text_and_the_whole_one_get_one_answer() -> None:
    speaking = [entry for entry in ENTRIES if len(entry["text"]) > REASON_LIMIT / 4]
    wholes = [(entry, pointing(entry, POINTERS + POINTERS[1:])) for entry in speaking]
    assert min(len(whole) for _, whole in wholes) > REASON_LIMIT
    changed = [
        whole
        for entry, whole in wholes
        if explained(entry, whole[:REASON_LIMIT]).category != explained(entry, whole).category
    ]
    assert changed == []


@pytest.mark.parametrize("length", [150, 170, 200, 255])
@pytest.mark.parametrize(
    ("body", "category"),
    [
        (
            '{"detail":"Email ada@acme.example is already registered","status":"409","scimType":"uniqueness"',
            "user.conflict",
        ),
        (
            '{"detail":"jobTitle must not exceed 40 characters","status":"400","scimType":"invalidValue"',
            "user.attribute_invalid",
        ),
    ],
)
def test_a_json_body_may_be_cut_off_anywhere_behind_its_words(body: str, category: str, length: int) -> None:
    text = (
        "Error while creating user ada: Bad Request. Errors reported by remote server: "
        + body
        + ',"schemas":["urn:x"]' * 12
    )
    (finding,) = explain_text(text[:length])
    assert finding.category == category
