"""The conditions of group rules: the subset of Okta's expression language that rules use (OB-620).

`==`, `!=`, `AND`, `OR`, `NOT` (also `&&`, `||`, `!`), parentheses, `user.attribute`, texts, numbers, `true`, `false`,
`null`, and the functions of `_FUNCTIONS` and `_MEMBERSHIP`. Everything else is rejected by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from okta_emulator.core.records import Json

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w.]*)|(?P<sign>==|!=|&&|\|\||[!(),]))"""
)
_ESCAPE = re.compile(r"\\(.)")
_WORDS = {"and": "&&", "or": "||", "not": "!"}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}
_DEEPEST = 30
_LONGEST = 4_000


def _text(value: Any) -> str:
    return "" if value is None else str(value)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "String.startsWith": lambda text, part: _text(text).startswith(_text(part)),
    "String.stringContains": lambda text, part: _text(part) in _text(text),
    "String.toLowerCase": lambda text: _text(text).lower(),
    "String.toUpperCase": lambda text: _text(text).upper(),
    "String.len": lambda text: len(_text(text)),
    "Arrays.contains": lambda items, item: isinstance(items, list) and item in items,
    "Arrays.isEmpty": lambda items: not items,
}
_MEMBERSHIP: dict[str, Callable[[Group, tuple[str, ...]], bool]] = {
    "isMemberOfGroup": lambda group, names: group[0] in names,
    "isMemberOfAnyGroup": lambda group, names: group[0] in names,
    "isMemberOfGroupName": lambda group, names: group[1] in names,
    "isMemberOfGroupNameStartsWith": lambda group, names: group[1].startswith(names),
    "isMemberOfGroupNameContains": lambda group, names: any(name in group[1] for name in names),
}

Group = tuple[str, str]
"""A group's id and name."""


@dataclass(frozen=True)
class Person:
    """The user that a condition is evaluated for: the profile, and the groups as (id, name)."""

    profile: Json
    groups: tuple[Group, ...]


Condition = Callable[[Person], Any]


class ExpressionError(ValueError):
    """A text that isn't a condition of this subset; the message says why."""


def parse(text: str) -> Condition:
    """Read a condition; its result for a user counts as true or false.

    Raises:
        ExpressionError: it isn't one.
    """
    if len(text) > _LONGEST:
        raise ExpressionError(f"longer than {_LONGEST} characters")
    parser = _Parser(_tokens(text))
    condition = parser.either(0)
    if parser.peek() is not None:
        raise ExpressionError(f"unexpected '{parser.peek()}'")
    return condition


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise ExpressionError(f"unexpected '{text[at:].strip()[:20]}'")
        tokens.append(_WORDS.get(found[0].strip().lower(), found[0].strip()))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._next = 0

    def peek(self) -> str | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def either(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise ExpressionError("too many nested groups")
        parts = [self._both(depth)]
        while self._took("||"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else lambda person: any(part(person) for part in parts)

    def _both(self, depth: int) -> Condition:
        parts = [self._compared(depth)]
        while self._took("&&"):
            parts.append(self._compared(depth))
        return parts[0] if len(parts) == 1 else lambda person: all(part(person) for part in parts)

    def _compared(self, depth: int) -> Condition:
        left = self._one(depth)
        if self._took("=="):
            right = self._one(depth)
            return lambda person: left(person) == right(person)
        if self._took("!="):
            other = self._one(depth)
            return lambda person: left(person) != other(person)
        return left

    def _one(self, depth: int) -> Condition:
        word = self._take()
        if word == "!":
            return self._negated(depth)
        if word == "(":
            inner = self.either(depth + 1)
            self._expect(")")
            return inner
        if word[0] in "\"'":
            return _constant(_ESCAPE.sub(r"\1", word[1:-1]))
        if word[0].isdigit() or word[0] == "-":
            return _constant(float(word))
        if self._took("("):
            return self._called(word, self._arguments(depth))
        return _named(word)

    def _negated(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise ExpressionError("too many nested groups")
        inner = self._one(depth + 1)
        return lambda person: not inner(person)

    def _arguments(self, depth: int) -> list[Condition]:
        found: list[Condition] = []
        while not self._took(")"):
            if found:
                self._expect(",")
            found.append(self.either(depth + 1))
        return found

    @staticmethod
    def _called(name: str, arguments: list[Condition]) -> Condition:
        if name in _MEMBERSHIP:
            test = _MEMBERSHIP[name]
            return lambda person: any(
                test(group, tuple(_text(argument(person)) for argument in arguments)) for group in person.groups
            )
        function = _FUNCTIONS.get(name)
        if function is None:
            raise ExpressionError(f"the emulator doesn't have the function {name}")
        if len(arguments) != function.__code__.co_argcount:
            raise ExpressionError(f"{name} takes {function.__code__.co_argcount} arguments")
        return lambda person: function(*(argument(person) for argument in arguments))

    def _took(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self._next += 1
        return True

    def _take(self) -> str:
        token = self.peek()
        if token is None:
            raise ExpressionError("it ends too early")
        self._next += 1
        return token

    def _expect(self, token: str) -> None:
        if not self._took(token):
            raise ExpressionError(f"'{token}' is missing")


def _constant(value: Any) -> Condition:
    return lambda _person: value


def _named(name: str) -> Condition:
    if name in _CONSTANTS:
        return _constant(_CONSTANTS[name])
    kind, _, attribute = name.partition(".")
    if kind != "user" or not attribute or "." in attribute:
        raise ExpressionError(f"unexpected '{name}'")
    return lambda person: person.profile.get(attribute)
