"""Paths, variables and comparisons."""

from __future__ import annotations

from typing import Any

import pytest

from oktascim.check.expect import differences, fault
from oktascim.check.values import MISSING, UnknownVariable, filled, put, value_at

USER = {"id": "7", "name": {"givenName": "Ada"}, "emails": [{"value": "a@x"}], "urn:x:2.0:User": {"department": "R"}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", "7"),
        ("name.givenName", "Ada"),
        ("emails[0].value", "a@x"),
        ("emails[1].value", MISSING),
        ("emails[value=a@x].value", "a@x"),
        ("emails[value=b@x].value", MISSING),
        ('["urn:x:2.0:User"].department', "R"),
        ("id.deeper", MISSING),
        ("", USER),
    ],
)
def test_paths(path: str, value: Any) -> None:
    assert value_at(USER, path) == value


def test_put_leaves_the_original_alone() -> None:
    assert put(USER, "name.familyName", "L")["name"] == {"givenName": "Ada", "familyName": "L"}
    assert USER["name"] == {"givenName": "Ada"}
    assert put({"name": None}, "name.familyName", "L") == {"name": {"familyName": "L"}}


def test_variables_keep_their_type_where_they_are_the_whole_text() -> None:
    assert filled({"a": "{{n}}", "b": ["x{{n}}"], "{{k}}": None}, {"n": 1, "k": "key"}) == {
        "a": 1,
        "b": ["x1"],
        "key": None,
    }
    with pytest.raises(UnknownVariable, match="nobody"):
        filled("{{nobody}}", {})


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (True, True),
        ("x", {"is": "string"}),
        (None, {"is": "absent"}),
        (False, {"is": "filled"}),
        (MISSING, {"is": "empty"}),
        ([], {"is": "empty"}),
        (204, {"in": [200, 204]}),
        (["a"], {"has": "a"}),
        ([{"value": "1", "type": "w"}], {"has": {"value": "1"}}),
        (["a"], {"lacks": "b"}),
        ([{"value": "2"}, {"value": "1"}], {"members": ["1", "2"]}),
        (None, {"members": []}),
        (False, {"same_text": "false"}),
        (404, {"same_text": "404"}),
        ("200", {"number": 200}),
        (0.5, {"below": 0.6}),
        (MISSING, {"not": True}),
        ("Renamed", {"starts": "renamed"}),
        ({"is": "x", "in": 1}, {"is": "x", "in": 1}),
    ],
)
def test_what_fits(actual: Any, expected: Any) -> None:
    assert fault("it", actual, expected) is None


@pytest.mark.parametrize(
    ("actual", "expected", "sentence"),
    [
        (1, True, "it is 1; expected true."),
        ({"a": [{"b": 1}]}, {"a": [{"b": True}]}, 'it is {"a": [{"b": 1}]}; expected {"a": [{"b": true}]}.'),
        ("true", True, 'it is "true"; expected true.'),
        (MISSING, {"is": "boolean"}, "it is missing; expected true or false."),
        ("bulkId-1", {"is": "id"}, 'it is "bulkId-1"; expected a text without bulkId (RFC 7643 section 3.1).'),
        (200, {"is": "refusal"}, "it is 200; expected a refusal, such as 401."),
        ("1", {"is": "number"}, 'it is "1"; expected a number.'),
        (True, {"is": "integer"}, "it is true; expected an integer."),
        ([], {"is": "filled"}, "it is []; expected a value."),
        ([{"value": "1"}, {"value": "1"}], {"members": ["1"]}, 'it is ["1", "1"]; expected exactly the members ["1"].'),
        ([{"id": "1"}], {"members": ["1"]}, 'it is [{"id": "1"}]; expected'),
        ("x", {"members": []}, 'it is "x"; expected no members.'),
        (501, {"in": [200, 204]}, "it is 501; expected 200 or 204."),
        (["a"], {"has": "b"}, 'it is ["a"]; expected "b" in it.'),
        (None, {"number": 0}, "it is null; expected 0."),
        (True, {"below": 2}, "less than 2"),
        ("x" * 500, "y", "…"),
    ],
)
def test_what_does_not(actual: Any, expected: Any, sentence: str) -> None:
    assert sentence in str(fault("it", actual, expected))


def test_a_difference_deep_in_a_value_has_a_sentence() -> None:
    before = {"name": {"rank": 1}, "tags": [0]}
    assert list(differences({"name": {"rank": True, "more": 2}, "tags": [0]}, before)) == [
        'name is {"rank": true, "more": 2}; expected {"rank": 1}.'
    ]
    assert list(differences({"name": {"rank": True}, "tags": [False]}, before)) == [
        'name is {"rank": true}; expected {"rank": 1}.',
        "tags is [false]; expected [0].",
    ]
