"""The conditions of group rules."""

from __future__ import annotations

import pytest

from okta_emulator.org.expression import BadExpression, Subject
from okta_emulator.org.rule_expression import check_condition, matches

ADA = Subject(
    {"firstName": "Ada", "lastName": "O'Neil", "badge": 7, "sites": ["Oslo"], "email": None, "essay": "-" * 10_001},
    (("00g1", "Engineering"), ("00g2", "Sales EMEA")),
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('user.firstName=="Ada"', True),
        ("user.firstName == 'Ada' AND user.lastName == \"O'Neil\"", True),
        ('user.firstName=="Eve" || user.badge == 7 && user.email == null', True),
        ('NOT (user.firstName=="Ada")', False),
        ("!String.stringContains(user.email, 'x')", True),
        ("String.toLowerCase(user.firstName) != 'ada'", False),
        ("String.len(user.firstName) == 3", True),
        ("Arrays.contains(user.sites, 'Oslo') and true", True),
        ("isMemberOfGroupName('Engineering')", True),
        ("isMemberOfAnyGroup('00g9', '00g2')", True),
        ("isMemberOfGroupNameStartsWith('EMEA') or isMemberOfGroupNameContains('EMEA')", True),
        ("user.unknown == 'x'", False),
        ('user.email == "a\\qb"', False),  # an escape that JSON doesn't have isn't null
        ("user.lastName == 'O\\'Neil'", True),
        ("user.badge != -7", True),
        ("user.firstName", False),  # not a condition's value
        ("NOT String.stringContains(user.essay, 'x')", False),  # the text is too long to be looked at
    ],
)
def test_a_condition(expression: str, expected: bool) -> None:
    assert matches(expression, ADA) is expected


@pytest.mark.parametrize(
    "text",
    ["", "user.firstName ==", "user.firstName = 'Ada'", "(true", "true true", "user", "user.a.b == 1", "app.x == 1",
     "Time.now()", "String.len()", "String.len('a' 'b')", "(" * 50 + "true" + ")" * 50, "!" * 50 + "true", "x" * 5000,
     "user.badge > 6", "true ? true : false", "'a' + 'b' == 'ab'", "String.append('a', 'b')"],
)  # fmt: skip
def test_what_is_not_a_condition_is_refused(text: str) -> None:
    with pytest.raises(BadExpression):
        check_condition(text)
