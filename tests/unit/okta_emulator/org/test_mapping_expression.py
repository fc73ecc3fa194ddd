"""The expressions of profile mappings (OB-127)."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from okta_emulator.org.expression import BadExpression
from okta_emulator.org.mapping_expression import value_of

ADA = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@acme.example", "level": 7, "tags": ["a", "b"]}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("user.firstName", "Ada"),
        ("source.level", 7),
        ("user.nickName", None),
        ("'it\\'s'", "it's"),
        ("true", True),
        ("user.firstName + ' ' + user.lastName", "Ada Lovelace"),
        ("user.nickName + 'x'", "x"),
        ("user.level + 1", 8),
        ("user.level + -1", 6),
        ("(user.email != null && user.email != '') ? 'work' : ''", "work"),
        ("user.nickName == null ? user.firstName : user.nickName", "Ada"),
        ("user.level >= 7 AND NOT (user.firstName == 'Bob') ? 'high' : 'low'", "high"),
        ("false ? 1 : true ? 2 : 3", 2),
        ("String.toUpperCase(String.substring(user.firstName, 0, 1)) + user.lastName", "ALovelace"),
        ("String.substringBefore(user.email, '@')", "ada"),
        ("String.substringAfter(user.email, '@')", "acme.example"),
        ("String.join('-', user.firstName, user.lastName)", "Ada-Lovelace"),
        ("String.replace(user.email, 'a', 'o')", "odo@ocme.exomple"),
        ("String.stringContains(user.email, 'acme')", True),
        ("String.len(user.firstName)", 3),
        ("Arrays.toCsvString(user.tags)", "a,b"),
        ("Arrays.contains(user.tags, 'b')", True),
        ("Convert.toInt('12')", 12),
        ("Convert.toInt('1e999')", None),
        ("Convert.toNum('nan')", None),
        ("+".join(["1"] * 1_900), 1_900),
        ("||".join(["true"] * 600) + "&& true", True),
    ],
)
def test_what_mappings_use(expression: str, value: Any) -> None:
    assert value_of(expression, ADA) == value


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("Time.now()", "doesn't evaluate Time.now()"),
        ("isMemberOfGroupName('x')", "doesn't evaluate isMemberOfGroupName()"),
        ("user.firstName.toLowerCase()", "doesn't evaluate user.firstName.toLowerCase()"),
        ("firstName", "doesn't know 'firstName'"),
        ("user.firstName[0]", "doesn't evaluate '['"),
        ("user.level -1", "doesn't evaluate '-1'"),
        ("user.firstName +", "ends too early"),
        ("(user.firstName", "')' is missing before its end"),
        ("true ? 1", "':' is missing"),
        ("String.len()", "takes 1 argument"),
        ("'open", "can't read it from ''open'"),
        ("(" * 5000, "longer than"),
        ("(" * 3000, "nested too deeply"),
        ("!" * 3000 + "true", "nested too deeply"),
        ("", "ends too early"),
        ("String.substring(user.firstName, 'x', 2)", "can't be evaluated"),
        ("String.substring(user.firstName, user.none, 2)", "can't be evaluated: '' isn't a number"),
        (f"{'9' * 308}.5 + {'9' * 308}.5", "a number is too large"),
        (f"{'9' * 400} + 1.5", "can't be evaluated: int too large"),
        ("String.replace(" * 30 + "'aa'" + ", 'a', 'aaaaaaaaaa')" * 30, "more than 10000 characters"),
    ],
)
def test_anything_else_is_refused_by_its_name(expression: str, told: str) -> None:
    with pytest.raises(BadExpression) as caught:
        value_of(expression, ADA)
    assert told in str(caught.value)


LARGE = ADA | {"long": "a" * 10_000, "many": ["a" * 100] * 10_000, "number": int("9" * 4_300)}


@pytest.mark.parametrize(
    "expression",
    [
        "String.replace(user.long, 'a', user.long)",
        "String.replace(user.long, '', user.long)",
        "String.replace(user.many, 'a', user.long)",
        "String.join(user.long, user.long, user.long, " + ", ".join(["''"] * 900) + ")",
        "String.join(''" + ", user.long" * 300 + ")",
        "String.append(user.many, '')",
        "Arrays.toCsvString(user.many)",
        "user.many + user.many",
        "Convert.toInt(user.number)",
        "user.number + user.number",
    ],
)
def test_what_would_be_too_large_is_never_built(expression: str) -> None:
    tracemalloc.start()
    with pytest.raises(BadExpression, match=r"more than 10000 characters|too large"):
        value_of(expression, LARGE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000
