"""How an attribute of a resource is compared with what was sent."""

from __future__ import annotations

from typing import Any

import pytest

from okta_emulator.scim_client import comparing
from okta_emulator.scim_client.comparing import ValueComparison

A, B = {"value": "a"}, {"value": "b"}


@pytest.mark.parametrize(
    ("sent", "found", "differs"),
    [
        ([A, B], [B, A], False),
        ([A], [{**A, "type": "work"}, B], False),
        ([A], [], True),
        ([A], [B], True),
        ([A], [A, A], True),
        ([A], [A, {**A, "type": "work"}], True),
        ([A, A], [A, A], False),
        ([A, A], [A], False),
        ([A, {**A, "type": "work"}], [{**A, "type": "work"}, A], False),
        ([], [A], True),
        ([], None, False),
        ([{"n": [A]}], [{"n": [A, A]}], True),
        (True, 1, True),
    ],
)
def test_a_list_has_each_entry_as_often_as_sent(sent: Any, found: Any, differs: bool) -> None:
    assert bool(ValueComparison().of("attribute", sent, found)) == differs


def test_a_comparison_that_takes_too_long_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [{"value": str(number)} for number in range(100)]
    found = [{**one, "display": "more"} for one in sent[:-1]]
    assert ValueComparison().of("attribute", sent, found)
    monkeypatch.setattr(comparing, "_MOST_EFFORT", 100_000)
    assert ValueComparison().of("attribute", sent, found) == []
    assert ValueComparison().of("attribute", "a", "b")
