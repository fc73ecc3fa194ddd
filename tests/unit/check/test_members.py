"""`connection test` looks inside the users that it gets, with the data of the checks."""

from __future__ import annotations

from typing import Any

import pytest

from oktascim.check.catalogue import catalogue
from oktascim.check.members import judge_users

USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "id": "7",
    "userName": "ada@acme.example",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "emails": [{"value": "ada@acme.example"}],
    "active": True,
    "meta": {"resourceType": "User", "location": "https://acme.example/Users/7"},
}


def test_a_whole_user_passes_and_an_empty_list_says_nothing() -> None:
    assert {verdict.passed for verdict in judge_users([USER], "2.0")} == {True}
    assert judge_users([], "2.0") == ()
    assert judge_users(["nonsense"], "2.0") == ()


@pytest.mark.parametrize(
    ("change", "check", "passed"),
    [
        ({"active": None}, "user.active", False),
        ({"active": "true"}, "user.active", False),
        ({"active": 1}, "user.active", False),
        ({"schemas": []}, "user.schemas", False),
        ({"userName": ""}, "user.userName", False),
        ({"id": 7}, "user.id", False),
        ({"name": "Ada"}, "user.name", None),
        ({"emails": {}}, "user.emails", None),
        ({"meta": None}, "user.meta", None),
    ],
)
def test_a_member_that_is_wrong_in_any_user_is_named_with_the_fix_of_check(
    change: dict[str, Any], check: str, passed: bool | None
) -> None:
    verdicts = judge_users([USER, USER | change], "2.0")
    wrong = [verdict for verdict in verdicts if not verdict.passed]
    assert [(verdict.check, verdict.passed) for verdict in wrong] == [(check, passed)]
    assert wrong[0].detail.startswith("Resources[1].")
    fix = next(one.fix for one in catalogue().checks if one.id == check)
    assert wrong[0].fix == catalogue().fixes[fix].do
