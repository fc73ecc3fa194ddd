"""The expressions of profile mappings: the subset of Okta's expression language that mappings use (OB-127).

Attributes of `user`, `source` and `appuser`; texts, numbers, `true`, `false`, `null`; `+`, comparisons, `&&`, `||`, `!`
(also AND, OR, NOT), `condition ? this : that`, parentheses; and the functions of `_FUNCTIONS`. Everything else is
rejected by name, because a guess could accept a mapping that Okta rejects.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, reduce
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w.]*)|(?P<sign>==|!=|<=|>=|&&|\|\||[-+<>!?:(),{}\[\]#*/%]))"""
)
_ESCAPE = re.compile(r"\\(.)")
_ROOTS = ("user", "source", "appuser")
_WORDS = {"AND": "&&", "OR": "||", "NOT": "!", "and": "&&", "or": "||", "not": "!"}
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_LONGEST, _DEEPEST = 4_000, 40
_LONGEST_VALUE = 10_000  # characters; Okta's limit is unknown

Evaluator = Callable[[Mapping[str, Any]], Any]


class BadExpression(ValueError):
    """An expression that isn't valid, or has a part that the emulator doesn't evaluate; the message names it."""


def _text(value: Any) -> str:
    """A value as text; null is empty (our choice)."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _part(value: Any, start: Any, end: Any) -> str:
    return _text(value)[max(int(start), 0) : max(int(end), 0)]


def _number(value: Any) -> float | int | None:
    try:
        return int(_text(value))
    except ValueError:
        try:
            return _finite(_text(value))
        except ValueError:
            return None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


_FUNCTIONS: Mapping[str, tuple[tuple[int, int | None], Callable[..., Any]]] = {
    # the smallest and largest number of arguments, and the function
    "String.append": ((2, 2), lambda text, more: _text(text) + _text(more)),
    "String.join": ((2, None), lambda between, *parts: _text(between).join(map(_text, parts))),
    "String.len": ((1, 1), lambda text: len(_text(text))),
    "String.removeSpaces": ((1, 1), lambda text: _text(text).replace(" ", "")),
    "String.replace": ((3, 3), lambda text, old, new: _text(text).replace(_text(old), _text(new))),
    "String.replaceFirst": ((3, 3), lambda text, old, new: _text(text).replace(_text(old), _text(new), 1)),
    "String.startsWith": ((2, 2), lambda text, part: _text(text).startswith(_text(part))),
    "String.stringContains": ((2, 2), lambda text, part: _text(part) in _text(text)),
    "String.substring": ((3, 3), _part),
    "String.substringAfter": ((2, 2), lambda text, mark: _text(text).partition(_text(mark))[2]),
    "String.substringBefore": ((2, 2), lambda text, mark: _text(text).partition(_text(mark))[0]),
    "String.toLowerCase": ((1, 1), lambda text: _text(text).lower()),
    "String.toUpperCase": ((1, 1), lambda text: _text(text).upper()),
    "Arrays.contains": ((2, 2), lambda items, item: item in _items(items)),
    "Arrays.isEmpty": ((1, 1), lambda items: not _items(items)),
    "Arrays.size": ((1, 1), lambda items: len(_items(items))),
    "Arrays.toCsvString": ((1, 1), lambda items: ",".join(map(_text, _items(items)))),
    "Convert.toInt": ((1, 1), _whole),
    "Convert.toNum": ((1, 1), _number),
}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def evaluate(expression: str, profile: Mapping[str, Any]) -> Any:
    """The value of an expression for a profile, which is what `user`, `source` and `appuser` name.

    Raises:
        BadExpression: it isn't valid, or the emulator doesn't evaluate a part of it.
    """
    evaluator = parsed(expression)
    try:
        return evaluator(profile)
    except BadExpression:
        raise
    except (TypeError, ValueError) as error:  # a function's argument that isn't a number
        raise BadExpression(f"can't be evaluated: {error}") from None


@lru_cache(maxsize=1_000)
def parsed(expression: str) -> Evaluator:
    """An expression as a function of a profile.

    Raises:
        BadExpression: it isn't valid, or the emulator doesn't evaluate a part of it.
    """
    if len(expression) > _LONGEST:
        raise BadExpression(f"longer than {_LONGEST} characters")
    parser = _Parser(_tokens(expression))
    found = parser.choice(0)
    parser.end()
    return found


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, place, end = [], 0, len(expression.rstrip())
    while place < end:
        match = _TOKEN.match(expression, place)
        if match is None:
            raise BadExpression(f"can't read it from '{expression[place:].strip()[:20]}'")
        kind = str(match.lastgroup)
        text = match[kind]
        found.append(("sign", _WORDS[text]) if kind == "name" and text in _WORDS else (kind, text))
        place = match.end()
    return found


class _Parser:
    """Recursive descent, from the weakest operator down; every rule returns a function of the profile."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise BadExpression(f"the emulator doesn't evaluate '{self._tokens[self._at][1]}' there")

    def choice(self, depth: int) -> Evaluator:
        if depth > _DEEPEST:
            raise BadExpression("nested too deeply")
        condition = self._either(depth)
        if not self._take("?"):
            return condition
        then = self.choice(depth + 1)
        self._require(":")
        otherwise = self.choice(depth + 1)
        return lambda profile: then(profile) if condition(profile) is True else otherwise(profile)

    def _either(self, depth: int) -> Evaluator:
        parts = [self._both(depth)]
        while self._take("||"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else lambda profile: any(part(profile) is True for part in parts)

    def _both(self, depth: int) -> Evaluator:
        parts = [self._comparison(depth)]
        while self._take("&&"):
            parts.append(self._comparison(depth))
        return parts[0] if len(parts) == 1 else lambda profile: all(part(profile) is True for part in parts)

    def _comparison(self, depth: int) -> Evaluator:
        left = self._sum(depth)
        for sign in ("==", "!=", "<=", ">=", "<", ">"):
            if self._take(sign):
                return _compared(sign, left, self._sum(depth))
        return left

    def _sum(self, depth: int) -> Evaluator:
        parts = [self._unary(depth)]
        while self._take("+"):
            parts.append(self._unary(depth))
        return parts[0] if len(parts) == 1 else lambda profile: reduce(_plus, (part(profile) for part in parts))

    def _unary(self, depth: int) -> Evaluator:
        if depth > _DEEPEST:
            raise BadExpression("nested too deeply")
        if self._take("!"):
            negated = self._unary(depth + 1)
            return lambda profile: negated(profile) is not True
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
            return _constant(_number(text))
        if kind == "sign":
            raise BadExpression(f"the emulator doesn't evaluate '{text}' there")
        if self._take("("):
            return self._call(text, depth)
        if text in _CONSTANTS:
            return _constant(_CONSTANTS[text])
        root, _, attribute = text.partition(".")
        if root in _ROOTS and attribute and "." not in attribute:
            return lambda profile: profile.get(attribute)
        raise BadExpression(f"the emulator doesn't know '{text}'; it knows {', '.join(f'{one}.x' for one in _ROOTS)}")

    def _call(self, name: str, depth: int) -> Evaluator:
        if name not in _FUNCTIONS:
            raise BadExpression(f"the emulator doesn't evaluate {name}(); it knows {', '.join(sorted(_FUNCTIONS))}")
        arguments: list[Evaluator] = []
        while not self._take(")"):
            if arguments:
                self._require(",")
            arguments.append(self.choice(depth + 1))
        (least, most), function = _FUNCTIONS[name]
        if len(arguments) < least or (most is not None and len(arguments) > most):
            raise BadExpression(f"{name}() takes {least}{'' if most == least else ' or more'} arguments")
        return lambda profile: _bounded(function(*(_bounded(argument(profile)) for argument in arguments)))

    def _take(self, sign: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == ("sign", sign):
            self._at += 1
            return True
        return False

    def _require(self, sign: str) -> None:
        if not self._take(sign):
            found = f"'{self._tokens[self._at][1]}'" if self._at < len(self._tokens) else "its end"
            raise BadExpression(f"'{sign}' is missing before {found}")


def _constant(value: Any) -> Evaluator:
    return lambda _profile: value


def _plus(one: Any, other: Any) -> Any:
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other))
    return one + other if numbers else _bounded(_bounded(_text(one)) + _bounded(_text(other)))


def _bounded(value: Any) -> Any:
    """The value, unless it is a text that is so long that further functions could exhaust the memory."""
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        raise BadExpression(f"a value has more than {_LONGEST_VALUE} characters")
    return value


def _compared(sign: str, left: Evaluator, right: Evaluator) -> Evaluator:
    def compare(profile: Mapping[str, Any]) -> bool:
        one, other = left(profile), right(profile)
        if sign in ("==", "!="):
            return bool((one == other) == (sign == "=="))
        try:
            return _COMPARISONS[sign](one, other)
        except TypeError:
            return False

    return compare
