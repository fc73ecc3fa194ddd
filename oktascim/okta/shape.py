"""What a JSON value must look like before anybody reads a member of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

TEXT, OBJECT, ANYTHING = str, dict, object
_OKTA_TIME = re.compile(r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_NAMES = {str: "text", dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}


@dataclass(frozen=True)
class Maybe:
    """A value that may be missing or null."""

    shape: Shape


@dataclass(frozen=True)
class Each:
    """An object whose keys are not known beforehand, all of its values of one shape."""

    shape: Shape


@dataclass(frozen=True)
class Time:
    """An instant as Okta writes it: 2026-11-01T00:00:00.000Z."""


# A type, a list whose items have one shape, or an object's members; members that are not named may be anything.
Shape = type | list[Any] | dict[str, Any] | Maybe | Each | Time


def misfit(value: Any, shape: Shape) -> str | None:
    """Where a value differs from a shape, in words, or None where it fits."""
    return _misfit([value], shape, "")


def _misfit(values: Sequence[Any], shape: Shape, place: str) -> str | None:
    """The same for all values found at one place: a list of 1,000 objects is checked member by member."""
    if shape is ANYTHING:
        return None
    if isinstance(shape, Maybe):
        return _misfit([value for value in values if value is not None], shape.shape, place)
    expected = _type_of(shape)
    for kind in set(map(type, values)) - {expected}:
        return _words(place, kind, expected)
    if isinstance(shape, Time):
        wrong = next((value for value in values if not _is_time(value)), None)
        return None if wrong is None else f"{place or 'it'} is not a time: {wrong[:40]!r}"
    if isinstance(shape, list):
        return _misfit(list(chain.from_iterable(values)), shape[0], f"{place}[]")
    if isinstance(shape, Each):
        inner = list(chain.from_iterable(value.values() for value in values))
        return _misfit(inner, shape.shape, f"{place}.*".removeprefix("."))
    if isinstance(shape, dict):
        for name, member in shape.items():
            found = _misfit([value.get(name) for value in values], member, f"{place}.{name}".removeprefix("."))
            if found:
                return found
    return None


def _type_of(shape: Shape) -> type:
    if isinstance(shape, type):
        return shape
    return str if isinstance(shape, Time) else list if isinstance(shape, list) else dict


def _words(place: str, found: type, expected: type) -> str:
    name = place or "it"
    if found is type(None):
        return f"{name} is missing" if place else "it is empty"
    return f"{name} is {_NAMES[found]}, not {_NAMES[expected]}"


def _is_time(text: str) -> bool:
    if not _OKTA_TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
