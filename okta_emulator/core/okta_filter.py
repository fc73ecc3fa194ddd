"""The filter language of Okta's lists and of the System Log, parsed.

Operators eq, ne, gt, lt, ge, le, sw, ew, co, pr; and, or, not; parentheses (OB-175). One error text is recorded, that
of an unknown operator; the others follow its grammar and are our choice. Positions count from 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from okta_emulator.core.body import json_or_none

Value = str | int | float | bool | None

OPERATORS = ("eq", "ne", "gt", "lt", "ge", "le", "sw", "ew", "co", "pr")
_EXPECTED = "eq,co,sw,pr,gt,ge,lt,le"
_TOKEN = re.compile(r'\s*(?:(?P<paren>[()])|(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[^\s()"]+))')
_DEEPEST = 50  # our choice, as is the number of comparisons: Okta's limits are unknown
_MOST_COMPARISONS = 200


@dataclass(frozen=True)
class Comparison:
    """One attribute compared with one value; `pr` has no value."""

    path: str
    operator: str
    value: Value = None


@dataclass(frozen=True)
class Not:
    """The negation of a filter."""

    inner: Filter


@dataclass(frozen=True)
class Combined:
    """Two filters of which both, or one, must match."""

    how: Literal["and", "or"]
    left: Filter
    right: Filter


Filter = Comparison | Not | Combined


class FilterError(Exception):
    """A text that is not a filter; its message names the position."""


@dataclass(frozen=True)
class _Token:
    text: str
    at: int


def parse(text: str) -> Filter:
    """Parse a filter.

    Raises:
        FilterError: the text isn't a filter.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0
        self._end = len(text)
        self._depth = 0
        self._comparisons = 0

    def whole(self) -> Filter:
        found = self._either()
        if self._peek() is not None:
            token = self._take("the end")
            raise FilterError(f"Unexpected characters '{token.text}' at position {token.at}")
        return found

    def _either(self) -> Filter:
        left = self._both()
        while self._is("or"):
            self._next += 1
            left = Combined("or", left, self._both())
        return left

    def _both(self) -> Filter:
        left = self._one()
        while self._is("and"):
            self._next += 1
            left = Combined("and", left, self._one())
        return left

    def _one(self) -> Filter:
        token = self._take("an attribute")
        if token.text.lower() == "not" and self._is("("):
            return Not(self._grouped(self._take("(")))
        if token.text == "(":
            return self._grouped(token)
        if token.text == ")" or token.text.startswith('"'):
            raise FilterError(f"Unexpected characters '{token.text}' at position {token.at}")
        return self._comparison(token.text)

    def _grouped(self, opening: _Token) -> Filter:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError(f"Too many nested groups at position {opening.at}")
        inner = self._either()
        closing = self._take("a closing parenthesis")
        if closing.text != ")":
            raise FilterError(f"Unexpected characters '{closing.text}' at position {closing.at}")
        self._depth -= 1
        return inner

    def _comparison(self, path: str) -> Comparison:
        self._comparisons += 1
        if self._comparisons > _MOST_COMPARISONS:
            raise FilterError(f"More than {_MOST_COMPARISONS} comparisons")
        operator = self._take("an attribute operator")
        name = operator.text.lower()
        if name not in OPERATORS:
            text, at = operator.text, operator.at
            raise FilterError(f"Unrecognized attribute operator '{text}' at position {at}. Expected: {_EXPECTED}")
        if name == "pr":
            return Comparison(path, name)
        return Comparison(path, name, _value(self._take(f"a value for operator {operator.text}")))

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _is(self, word: str) -> bool:
        token = self._peek()
        return token is not None and token.text.lower() == word

    def _take(self, expected: str) -> _Token:
        token = self._peek()
        if token is None:
            raise FilterError(f"End of input at position {self._end} while expecting {expected}")
        self._next += 1
        return token


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise FilterError(f"Unexpected characters '{text[at:].strip()}' at position {at}")
        kind = found.lastgroup or ""
        tokens.append(_Token(found[kind], found.start(kind)))
        at = found.end()
    return tokens


def _value(token: _Token) -> Value:
    value = None if token.text == "null" else json_or_none(token.text.encode())
    if isinstance(value, str | int | float | bool) or token.text == "null":
        return value
    raise FilterError(f"Invalid comparison value at position {token.at}: {token.text}")


def holds(condition: Filter, document: Any) -> bool:
    """Whether a document matches a filter: case is ignored, and one matching element of an array is enough."""
    if isinstance(condition, Not):
        return not holds(condition.inner, document)
    if isinstance(condition, Combined):
        if condition.how == "and":
            return holds(condition.left, document) and holds(condition.right, document)
        return holds(condition.left, document) or holds(condition.right, document)
    return any(_compares(condition, found) for found in _values_at(document, condition.path.split(".")))


def _values_at(value: Any, path: list[str]) -> list[Any]:
    if isinstance(value, list):
        return [found for item in value for found in _values_at(item, path)]
    if not path:
        return [value]
    return _values_at(value.get(path[0]), path[1:]) if isinstance(value, dict) else [None]


def _compares(condition: Comparison, found: Any) -> bool:
    wanted = condition.value
    if condition.operator == "pr":
        return found is not None and found != ""
    if condition.operator in ("eq", "ne"):
        return (_folded(found) == _folded(wanted)) is (condition.operator == "eq")
    if found is None or isinstance(found, bool) or isinstance(wanted, bool) or wanted is None:
        return False
    left, right = str(found).casefold(), str(wanted).casefold()
    tests = {
        "sw": left.startswith(right),
        "ew": left.endswith(right),
        "co": right in left,
        "gt": left > right,
        "ge": left >= right,
        "lt": left < right,
        "le": left <= right,
    }
    return tests[condition.operator]


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
