"""The required shape of a JSON value, checked before its members are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, repeat
from types import NoneType
from typing import Any

TEXT, OBJECT, ANYTHING = str, dict, object
_NAMES = {str: "text", dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}


@dataclass(frozen=True)
class Maybe:
    """A value that may be missing or null."""

    shape: Shape


@dataclass(frozen=True)
class Each:
    """An object with arbitrary keys whose values all have one shape."""

    shape: Shape


@dataclass(frozen=True)
class Time:
    """An instant in Okta's format: 2026-11-01T00:00:00.000Z."""


# A type, a list whose items have one shape, or an object's members; other members may have any value.
Shape = type | list[Any] | dict[str, Any] | Maybe | Each | Time


def misfit(value: Any, shape: Shape) -> str | None:
    """Describe where a value differs from a shape; None if it fits."""
    return _misfit([value], shape, "")


def _misfit(values: Sequence[Any], shape: Shape, place: str) -> str | None:
    """The same for all values at one path: a list of 1,000 objects is checked member by member."""
    optional, inner = (True, shape.shape) if isinstance(shape, Maybe) else (False, shape)
    if inner is ANYTHING:
        return None
    expected = _type_of(inner)
    kinds = set(map(type, values))
    wrong = kinds - {expected, NoneType} if optional else kinds - {expected}
    if wrong:
        return _mismatch(place, min(wrong, key=lambda kind: kind.__name__), expected)
    if inner is expected:
        return None
    return _misfit_inside([value for value in values if value is not None] if optional else values, inner, place)


def _misfit_inside(values: Sequence[Any], shape: Shape, place: str) -> str | None:
    if isinstance(shape, dict):
        for name, member in shape.items():
            found = _misfit(list(map(dict.get, values, repeat(name))), member, f"{place}.{name}" if place else name)
            if found:
                return found
        return None
    if isinstance(shape, list):
        return _misfit(list(chain.from_iterable(values)), shape[0], f"{place}[]")
    if isinstance(shape, Each):
        return _misfit(list(chain.from_iterable(map(dict.values, values))), shape.shape, f"{place}.*" if place else "*")
    wrong = next((text for text in values if not _is_time(text)), None)
    return None if wrong is None else f"{place or 'it'} isn't a time: {wrong[:40]!r}"


def _type_of(shape: Shape) -> type:
    if isinstance(shape, type):
        return shape
    return str if isinstance(shape, Time) else list if isinstance(shape, list) else dict


def _mismatch(place: str, found: type, expected: type) -> str:
    name = place or "it"
    if found is NoneType:
        return f"{name} is missing" if place else "it is empty"
    return f"{name} is {_NAMES[found]}, not {_NAMES[expected]}"


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)  # accepts more than Okta's form, so the fixed characters are checked too
    except ValueError:
        return False
    return text[4:14:3] == "--T:" and text[16:17] == ":" and text[-1] == "Z" and text > "1970"
