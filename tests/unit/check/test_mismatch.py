"""How the differences of a response are told."""

from __future__ import annotations

from typing import Any, cast

from oktascim.check.mismatch import in_sentences, mismatches
from oktascim.check.values import value_at


class Shown:
    """A response with a body."""

    answer = None

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body

    def at(self, path: str) -> Any:
        return value_at(self.body, path)


def test_an_entry_that_a_list_lacks_is_named_and_not_its_attributes() -> None:
    sent = cast("Any", Shown({"Resources": [{"id": "8"}]}))
    expected = {"Resources[id=9].displayName": "Team", "Resources[id=8].displayName": "Club"}
    assert [text for _, text in mismatches(sent, expected)] == [
        "Resources has no entry with the id 9.",
        'Resources[id=8].displayName is missing; expected "Club".',
    ]


def test_many_missing_attributes_are_one_sentence() -> None:
    sent = cast("Any", Shown({"title": "x", "active": True}))
    expected = dict.fromkeys(("nickName", "title", "locale", "timezone", "userType"), "y")
    wrong = mismatches(sent, expected)
    assert in_sentences(sent, wrong) == ('title is "x"; expected "y". Missing: nickName, locale, timezone, userType.')
    assert in_sentences(sent, wrong[:2]) == ('nickName is missing; expected "y". title is "x"; expected "y".')
