"""The rules generalise: the same fact in the words of many servers gets the same category."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from oktascim.diagnose.engine import explain_events, explain_text
from oktascim.diagnose.finding import CATEGORIES, Finding

WORDINGS = yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text())


def test_every_category_is_tried() -> None:
    assert set(WORDINGS) == set(CATEGORIES)
    assert sum(map(len, WORDINGS.values())) >= 400


def finding_of(wording: str | dict[str, str]) -> Finding:
    if isinstance(wording, str):
        (finding,) = explain_text(wording)
        return finding
    outcome = {"result": "FAILURE", "reason": wording["text"] or None}
    (found,) = explain_events([{"uuid": "u", "eventType": wording["event"], "outcome": outcome}])
    assert found is not None
    return found


@pytest.mark.parametrize("category", WORDINGS)
def test_the_category_of_its_wordings(category: str) -> None:
    found = [(wording, finding_of(wording)) for wording in WORDINGS[category]]
    assert [(wording, one.category, one.rule) for wording, one in found if one.category != category] == []
