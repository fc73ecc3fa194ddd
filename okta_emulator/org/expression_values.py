"""What the operators and functions of Okta's expression language do with values (OB-127, OB-620)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from math import isfinite
from typing import Any, NamedTuple

_LONGEST = 10_000  # characters; Okta's limit is unknown
_MOST_BITS = 1_024  # of a whole number: more than a float has, fewer than Python refuses to print


class Function(NamedTuple):
    """A function, and the smallest and the largest number of its arguments; None is any number."""

    least: int
    most: int | None
    call: Callable[..., Any]


def as_text(value: Any) -> str:
    """A value as text; null is empty (our choice).

    Raises:
        ValueError: the value is out of bounds.
    """
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(bounded(str(bounded(value))))


def as_number(value: Any) -> float | int | None:
    """A value as a finite number, or None if it isn't one (our choice)."""
    text = as_text(value)
    with suppress(ValueError):
        return int(text)
    with suppress(ValueError):
        return number if isfinite(number := float(text)) else None
    return None


def bounded(value: Any) -> Any:
    """The value, unless it is a text so long that further functions could exhaust the memory, or not a JSON number.

    Raises:
        ValueError: it is.
    """
    if isinstance(value, str):
        _room_for(len(value))
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("a number is too large")
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise ValueError("a number is too large")
    return value


def _room_for(length: int) -> None:
    """Refuse a text of this length, before it is built."""
    if length > _LONGEST:
        raise ValueError(f"a value has more than {_LONGEST} characters")


def plus(one: Any, other: Any) -> Any:
    """The sum of two numbers; otherwise the two texts, joined."""
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other))
    return bounded(one + other if numbers else as_text(one) + as_text(other))


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A comparison that is false where neither value is the smaller, as of a text and a number (our choice)."""

    def compared(one: Any, other: Any) -> bool:
        try:
            return compare(one, other)
        except TypeError:
            return False

    return compared


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": _ordered(operator.le),
    ">=": _ordered(operator.ge),
    "<": _ordered(operator.lt),
    ">": _ordered(operator.gt),
}


def _whole(value: Any) -> int | None:
    number = as_number(value)
    return None if number is None else int(number)


def _part(value: Any, start: Any, end: Any) -> str:
    return as_text(value)[_bound(start) : _bound(end)]


def _bound(value: Any) -> int:
    number = _whole(value)
    if number is None:
        raise ValueError(f"'{as_text(value)[:20]}' isn't a number")
    return max(number, 0)


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _joined(between: Any, *parts: Any) -> str:
    mark, texts = as_text(between), []
    length = -len(mark)
    for part in parts:
        texts.append(as_text(part))
        length += len(texts[-1]) + len(mark)
        _room_for(length)
    return mark.join(texts)


def _replaced(value: Any, old: Any, new: Any) -> str:
    text, mark, put = as_text(value), as_text(old), as_text(new)
    _room_for(len(text) + text.count(mark) * (len(put) - len(mark)))
    return text.replace(mark, put)


FUNCTIONS: Mapping[str, Function] = {
    "String.append": Function(2, 2, lambda text, more: as_text(text) + as_text(more)),
    "String.join": Function(2, None, _joined),
    "String.len": Function(1, 1, lambda text: len(as_text(text))),
    "String.removeSpaces": Function(1, 1, lambda text: as_text(text).replace(" ", "")),
    "String.replace": Function(3, 3, _replaced),
    "String.replaceFirst": Function(3, 3, lambda text, old, new: as_text(text).replace(as_text(old), as_text(new), 1)),
    "String.startsWith": Function(2, 2, lambda text, part: as_text(text).startswith(as_text(part))),
    "String.stringContains": Function(2, 2, lambda text, part: as_text(part) in as_text(text)),
    "String.substring": Function(3, 3, _part),
    "String.substringAfter": Function(2, 2, lambda text, mark: as_text(text).partition(as_text(mark))[2]),
    "String.substringBefore": Function(2, 2, lambda text, mark: as_text(text).partition(as_text(mark))[0]),
    "String.toLowerCase": Function(1, 1, lambda text: as_text(text).lower()),
    "String.toUpperCase": Function(1, 1, lambda text: as_text(text).upper()),
    "Arrays.contains": Function(2, 2, lambda items, item: item in _items(items)),
    "Arrays.isEmpty": Function(1, 1, lambda items: not _items(items)),
    "Arrays.size": Function(1, 1, lambda items: len(_items(items))),
    "Arrays.toCsvString": Function(1, 1, lambda items: _joined(",", *_items(items))),
    "Convert.toInt": Function(1, 1, _whole),
    "Convert.toNum": Function(1, 1, as_number),
}
