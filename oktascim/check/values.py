"""JSON values by path, and variables in texts, with the syntax of Okta's test suites."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_PART = re.compile(r'\.?([^.\[\]]+)|\[(\d+)\]|\["([^"]+)"\]|\[(\w+)=([^\]]*)\]')
LONGEST_FILLED = 1_000_000
"""Characters; a server can return values of megabytes, which a text can repeat."""
_LONGEST_INDEX = 9
_VARIABLE = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")


class _Missing:
    def __repr__(self) -> str:
        return "missing"

    def __bool__(self) -> bool:
        return False


MISSING = _Missing()
"""The result of a path without a value; JSON null is a value."""


class UnknownVariable(Exception):
    """A text refers to a variable without a value."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class FilledTooLong(Exception):
    """With its variables, a text would be longer than anything that is sent."""

    def __init__(self) -> None:
        super().__init__(f"With its variables, a text has more than {LONGEST_FILLED:,} characters.")


def value_at(value: Any, path: str) -> Any:
    """The value at a path, or MISSING.

    Args:
        value: a JSON value.
        path: `name.givenName`, `Resources[0].id`, `["urn:…"].department`, `Resources[id=7].active`; "" is the value.
    """
    for part in _PART.finditer(path):
        name, index, quoted, key, wanted = part.groups()
        if index is not None:
            value = _item(value, index)
        elif key is not None:
            items = value if isinstance(value, list) else []
            value = next((one for one in items if isinstance(one, dict) and str(one.get(key)) == wanted), MISSING)
        else:
            value = value.get(name or quoted, MISSING) if isinstance(value, dict) else MISSING
    return value


def _item(value: Any, index: str) -> Any:
    is_there = isinstance(value, list) and len(index) <= _LONGEST_INDEX and int(index) < len(value)
    return value[int(index)] if is_there else MISSING


def put(value: Mapping[str, Any], path: str, new: Any) -> dict[str, Any]:
    """A copy of an object with another value at a dotted path."""
    first, _, rest = path.partition(".")
    inner = value.get(first)
    return {**value, first: put(inner if isinstance(inner, dict) else {}, rest, new) if rest else new}


def filled(template: Any, variables: Mapping[str, Any], escape: Callable[[str], str] = str) -> Any:
    """A copy of a JSON value with each `{{name}}` replaced; a text that consists only of a variable gets its type.

    Args:
        template: the value.
        variables: values by name.
        escape: applied to each value inserted into a longer text.

    Raises:
        UnknownVariable: a name has no value.
        FilledTooLong: a text would become longer than `LONGEST_FILLED`.
    """
    if isinstance(template, dict):
        return {filled(key, variables, escape): filled(one, variables, escape) for key, one in template.items()}
    if isinstance(template, list):
        return [filled(one, variables, escape) for one in template]
    if not isinstance(template, str):
        return template
    if (whole := _VARIABLE.fullmatch(template)) and escape is str:
        return _value(whole[1], variables)
    length = len(template) + sum(len(as_text(_value(name, variables))) for name in variables_in(template))
    if length > LONGEST_FILLED:
        raise FilledTooLong
    return _VARIABLE.sub(lambda found: escape(as_text(_value(found[1], variables))), template)


def variables_in(text: str) -> list[str]:
    """The names of the variables in a text."""
    return _VARIABLE.findall(text)


def as_text(value: Any) -> str:
    """A text unchanged; any other value as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _value(name: str, variables: Mapping[str, Any]) -> Any:
    if name not in variables:
        raise UnknownVariable(name)
    return variables[name]
