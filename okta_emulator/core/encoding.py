"""JSON as the database keeps it and the API sends it: compact, in UTF-8."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

_DEEPEST = 100  # levels of arrays and objects; Okta's limit is unknown
_encoder = msgspec.json.Encoder()

decoded = msgspec.json.Decoder().decode
"""The value of JSON text that `encoded` wrote."""


def encoded(value: object) -> bytes:
    """A JSON value as text; each half of a character (surrogate) becomes `?`."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def dumped(value: object) -> str:
    """The same as `encoded`, as a string for the database."""
    return encoded(value).decode()


def finite(text: str) -> float:
    """The number that a JSON text has, for a `parse_float` that accepts only what can be written again.

    Raises:
        ValueError: it is infinite, or no number.
    """
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def is_shallow(value: Any) -> bool:
    """Whether a JSON value has at most `_DEEPEST` levels, so that any code can walk through it."""
    level = [value]
    for _ in range(_DEEPEST):
        nested = (item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list))
        level = [item for items in nested for item in items]
        if not level:
            return True
    return False
