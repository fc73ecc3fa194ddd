"""JSON between words, elided, or a member alone."""

from __future__ import annotations

from typing import Any

import pytest

from oktascim.diagnose.quoted_json import members_in, values_in


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ('{"a":[1,{"b":2}]} but old', " but old"),
        ("no braces", "no braces"),
        ('{"cut off', '{"cut off'),
        ('{…,"a":1} and […]', " and "),
        ("200, empty body", "200, empty body"),
    ],
)
def test_the_words_beside_the_json(answer: str, words: str) -> None:
    assert values_in(answer)[1] == words


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ('"active":true and "userName" : "ada"', {"active": True, "userName": "ada"}),
        ("totalResults 0, startIndex=3, active: null", {"totalResults": 0, "startIndex": 3, "active": None}),
        ("totalResults 007, startIndex 9999999999, active true", {"active": True}),
        ('"emails":[null] "name":{"a":1}', {"emails": [None], "name": {"a": 1}}),
        ('"a":nonsense, "b":"cut off', {}),
    ],
)
def test_members_quoted_alone(text: str, members: dict[str, Any]) -> None:
    assert members_in(text) == members


def test_values_are_returned_in_order() -> None:
    assert values_in('{"a":1} then [2, …] and ["…"]')[0] == ({"a": 1}, [2], ["…"])
