"""The grammar of Okta's expression language, as far as the emulator has it: one parser for all that use it.

Texts, numbers, `true`, `false`, `null`, attributes of the user, function calls, parentheses; and, from the weakest
operator down, `condition ? this : that`, `||`, `&&` (also OR, AND), comparisons, `+`, and `!` (also NOT). A `Language`
says which of these one use has. All else is rejected by name: a guess could accept an expression that Okta rejects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import Any

from okta_emulator.core.records import Json
from okta_emulator.org.expression_values import COMPARISONS, Function, as_number, as_text, bounded, plus

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<name>[A-Za-z_][\w.]*)|(?P<sign>==|!=|<=|>=|&&|\|\||[-+<>!?:(),{}\[\]#*/%]))"""
)
_ESCAPE = re.compile(r"\\(.)")
_WORDS = {"and": "&&", "or": "||", "not": "!"}
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_PUNCTUATION = frozenset("(),")
_LONGEST, _DEEPEST = 4_000, 40

NamedGroup = tuple[str, str]
"""A group's id and name."""


@dataclass(frozen=True)
class Subject:
    """The user that an expression is evaluated for: the profile, and the groups."""

    profile: Json
    groups: tuple[NamedGroup, ...] = ()


Evaluator = Callable[[Subject], Any]
MembershipTest = Callable[[NamedGroup, tuple[str, ...]], bool]


@dataclass(frozen=True, eq=False)  # compared by identity, so that `parsed` can remember by it
class Language:
    """What one use of the expressions has of the language.

    Attributes:
        roots: the names that stand for the profile: `user` in `user.email`.
        signs: the operators.
        functions: the functions that take values only, by name.
        memberships: those that ask whether any group of the user is one of the arguments, by name.
    """

    roots: tuple[str, ...]
    signs: frozenset[str]
    functions: Mapping[str, Function]
    memberships: Mapping[str, MembershipTest] = field(default_factory=dict)


class BadExpression(ValueError):
    """An expression that isn't valid, or has a part that the emulator doesn't evaluate; the message names it."""


def evaluate(language: Language, expression: str, person: Subject) -> Any:
    """The value of an expression for a user.

    Raises:
        BadExpression: it isn't valid, the emulator doesn't evaluate a part of it, or it has no value for this user.
    """
    evaluator = parsed(language, expression)
    try:
        return bounded(evaluator(person))
    except (TypeError, ValueError, ArithmeticError) as error:  # such as an argument that isn't a number
        raise BadExpression(f"can't be evaluated: {error}") from None


@lru_cache(maxsize=1_000)
def parsed(language: Language, expression: str) -> Evaluator:
    """An expression as a function of a user.

    Raises:
        BadExpression: it isn't valid, or the emulator doesn't evaluate a part of it.
    """
    if len(expression) > _LONGEST:
        raise BadExpression(f"longer than {_LONGEST} characters")
    parser = _Parser(language, _tokens(language, expression))
    found = parser.choice(0)
    parser.end()
    return found


def _tokens(language: Language, expression: str) -> list[tuple[str, str]]:
    found, place, end = [], 0, len(expression.rstrip())
    while place < end:
        match = _TOKEN.match(expression, place)
        if match is None:
            raise BadExpression(f"can't read it from '{expression[place:].strip()[:20]}'")
        kind = str(match.lastgroup)
        text = match[kind]
        if kind == "name" and text.lower() in _WORDS:
            kind, text = "sign", _WORDS[text.lower()]
        if kind == "sign" and text not in language.signs | _PUNCTUATION:
            raise BadExpression(f"the emulator doesn't evaluate '{text}' there")
        found.append((kind, text))
        place = match.end()
    return found


class _Parser:
    """Recursive descent, from the weakest operator down; every rule returns a function of the user."""

    def __init__(self, language: Language, tokens: Sequence[tuple[str, str]]) -> None:
        self._language = language
        self._tokens = tokens
        self._at = 0

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise BadExpression(f"the emulator doesn't evaluate '{self._tokens[self._at][1]}' there")

    def choice(self, depth: int) -> Evaluator:
        _limit(depth)
        condition = self._either(depth)
        if not self._take("?"):
            return condition
        then = self.choice(depth + 1)
        self._require(":")
        otherwise = self.choice(depth + 1)
        return lambda person: then(person) if condition(person) is True else otherwise(person)

    def _either(self, depth: int) -> Evaluator:
        parts = self._parts("||", self._both, depth)
        return parts[0] if len(parts) == 1 else lambda person: any(part(person) is True for part in parts)

    def _both(self, depth: int) -> Evaluator:
        parts = self._parts("&&", self._comparison, depth)
        return parts[0] if len(parts) == 1 else lambda person: all(part(person) is True for part in parts)

    def _comparison(self, depth: int) -> Evaluator:
        left = self._sum(depth)
        for sign, compare in COMPARISONS.items():
            if self._take(sign):
                return _compared(compare, left, self._sum(depth))
        return left

    def _sum(self, depth: int) -> Evaluator:
        parts = self._parts("+", self._unary, depth)
        return parts[0] if len(parts) == 1 else lambda person: reduce(plus, (part(person) for part in parts))

    def _parts(self, sign: str, rule: Callable[[int], Evaluator], depth: int) -> list[Evaluator]:
        """What a rule reads, once and then after every such sign."""
        parts = [rule(depth)]
        while self._take(sign):
            parts.append(rule(depth))
        return parts

    def _unary(self, depth: int) -> Evaluator:
        _limit(depth)
        if self._take("!"):
            negated = self._unary(depth + 1)
            return lambda person: negated(person) is not True
        if self._take("("):
            inner = self.choice(depth + 1)
            self._require(")")
            return inner
        return self._value(depth)

    def _value(self, depth: int) -> Evaluator:
        if self._at >= len(self._tokens):
            raise BadExpression("it ends too early")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "text":
            return _constant(_ESCAPE.sub(r"\1", text[1:-1]))
        if kind == "number":
            return _constant(as_number(text))
        if kind == "sign":
            raise BadExpression(f"the emulator doesn't evaluate '{text}' there")
        if self._take("("):
            return self._call(text, self._arguments(depth))
        if text in _CONSTANTS:
            return _constant(_CONSTANTS[text])
        root, _, attribute = text.partition(".")
        if root in self._language.roots and attribute and "." not in attribute:
            return lambda person: person.profile.get(attribute)
        known = ", ".join(f"{root}.x" for root in self._language.roots)
        raise BadExpression(f"the emulator doesn't know '{text}'; it knows {known}")

    def _arguments(self, depth: int) -> list[Evaluator]:
        found: list[Evaluator] = []
        while not self._take(")"):
            if found:
                self._require(",")
            found.append(self.choice(depth + 1))
        return found

    def _call(self, name: str, arguments: Sequence[Evaluator]) -> Evaluator:
        functions, memberships = self._language.functions, self._language.memberships
        if name in memberships:
            return _member_of(memberships[name], arguments)
        if name not in functions:
            known = ", ".join(sorted({*functions, *memberships}))
            raise BadExpression(f"the emulator doesn't evaluate {name}(); it knows {known}")
        least, most, function = functions[name]
        if len(arguments) < least or (most is not None and len(arguments) > most):
            more, plural = "" if most == least else " or more", "" if least == most == 1 else "s"
            raise BadExpression(f"{name}() takes {least}{more} argument{plural}")
        return lambda person: bounded(function(*(bounded(argument(person)) for argument in arguments)))

    def _take(self, sign: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == ("sign", sign):
            self._at += 1
            return True
        return False

    def _require(self, sign: str) -> None:
        if not self._take(sign):
            found = f"'{self._tokens[self._at][1]}'" if self._at < len(self._tokens) else "its end"
            raise BadExpression(f"'{sign}' is missing before {found}")


def _limit(depth: int) -> None:
    if depth > _DEEPEST:
        raise BadExpression("nested too deeply")


def _constant(value: Any) -> Evaluator:
    return lambda _person: value


def _member_of(test: MembershipTest, arguments: Sequence[Evaluator]) -> Evaluator:
    def asked(person: Subject) -> bool:
        named = tuple(as_text(argument(person)) for argument in arguments)
        return any(test(group, named) for group in person.groups)

    return asked


def _compared(compare: Callable[[Any, Any], bool], left: Evaluator, right: Evaluator) -> Evaluator:
    return lambda person: compare(left(person), right(person))
