from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_emulator.core.okta_filter import Combined, Comparison, FilterError, Not, holds, parse

USER: dict[str, Any] = {
    "status": "ACTIVE",
    "age": 40,
    "admin": True,
    "profile": {"login": "Ada@acme.example", "title": None},
    "emails": [{"value": "a@x.io"}, {"value": "b@x.io"}],
}


def test_and_binds_tighter_than_or() -> None:
    found = parse('a eq "1" or b eq "2" and not (c pr)')
    assert found == Combined(
        "or", Comparison("a", "eq", "1"), Combined("and", Comparison("b", "eq", "2"), Not(Comparison("c", "pr")))
    )


@pytest.mark.parametrize(
    "text",
    [
        'status eq "active"',
        'status ne "STAGED"',
        'profile.login sw "ada@"',
        'profile.login ew ".EXAMPLE"',
        'profile.login co "acme"',
        "profile.login pr",
        "not (profile.title pr)",
        'emails.value eq "b@x.io"',
        'emails.value eq "a@x.io" and emails.value eq "b@x.io"',
        "admin eq true",
        'status gt "AB" and status lt "AD" and status ge "ACTIVE" and status le "ACTIVE"',
        '(status eq "X" or status eq "ACTIVE") AND profile.title eq null',
    ],
)
def test_passes(text: str) -> None:
    assert holds(parse(text), USER)


@pytest.mark.parametrize(
    "text",
    ['status eq "STAGED"', "profile.title pr", 'missing eq "x"', 'emails.value eq "c@x.io"', 'profile.title gt "a"'],
)
def test_does_not_pass(text: str) -> None:
    assert not holds(parse(text), USER)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'displayMessage eqq "x"',
            "Unrecognized attribute operator 'eqq' at position 15. Expected: eq,co,sw,pr,gt,ge,lt,le",
        ),
        ("a eq", "End of input at position 4 while expecting a value for operator eq"),
        ('a eq "1" and', "End of input at position 12 while expecting an attribute"),
        ('(a eq "1"', "End of input at position 9 while expecting a closing parenthesis"),
        ('a eq "1") ', "Unexpected characters ')' at position 8"),
        ("a eq nonsense", "Invalid comparison value at position 5: nonsense"),
        ('a eq "open', "Unexpected characters '\"open' at position 4"),
        ("", "End of input at position 0 while expecting an attribute"),
        ("(" * 60 + "a pr", "Too many nested groups at position 50"),
        (" and ".join(["a pr"] * 300), "More than 200 comparisons"),
    ],
)
def test_says_where_it_breaks(text: str, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert str(caught.value) == message


@given(st.text(alphabet='ab ().,"\\eqnotadr1', max_size=40))
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    try:
        assert holds(parse(text), USER) in (True, False)
    except FilterError as error:
        assert str(error)
