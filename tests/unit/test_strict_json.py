"""What counts as JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oktascim.strict_json import parse_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner))


@given(VALUES, st.booleans())
def test_json_is_read_as_it_is(value, plain: bool) -> None:
    text = json.dumps(value, ensure_ascii=plain)
    assert parse_json(text) == parse_json(text.encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "[", "NaN", "[Infinity]", '{"a": -Infinity}', "1e999", "[-1e999]", "9" * 5_000, "\ufeff[]x"),
        *("[" * 102 + "]" * 102, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000),
    ],
    ids=lambda text: text[:12],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_json(text)


def test_a_hundred_levels_are_fine() -> None:
    assert parse_json("[" * 100 + "]" * 100)


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    assert parse_json(b'{"\\ud800":["a\\udc00","\\ud83d\\ude00"]}') == {"\ufffd": ["a\ufffd", "\U0001f600"]}


def test_a_number_of_thousands_of_digits_is_refused_in_our_words() -> None:
    with pytest.raises(ValueError, match=r"^a number has 5,000 digits$"):
        parse_json('{"totalResults": ' + "9" * 5_000 + "}")
