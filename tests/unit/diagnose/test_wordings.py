"""The rules generalise: the same fact in the words of many servers gets the same category."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from oktascim.diagnose.engine import explain_events, explain_text
from oktascim.diagnose.finding import CATEGORIES

WORDINGS = yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text())
CASES = [
    pytest.param(category, wording, id=f"{category}-{number}")
    for category, wordings in WORDINGS.items()
    for number, wording in enumerate(wordings)
]


def test_every_category_is_tried() -> None:
    assert set(WORDINGS) == set(CATEGORIES)
    assert len(CASES) >= 400


@pytest.mark.parametrize(("category", "wording"), CASES)
def test_the_category_of_a_wording(category: str, wording: str | dict[str, str]) -> None:
    if isinstance(wording, str):
        (finding,) = explain_text(wording)
    else:
        outcome = {"result": "FAILURE", "reason": wording["text"] or None}
        (found,) = explain_events([{"uuid": "u", "eventType": wording["event"], "outcome": outcome}])
        assert found is not None
        finding = found
    assert finding.category == category, finding.rule
