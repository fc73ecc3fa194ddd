"""Strict parsing of JSON from outside: no NaN, no Infinity, and no nesting that would exhaust the stack."""

from __future__ import annotations

import json
import math
from itertools import chain
from typing import Any, NoReturn

_MOST_DIGITS = 4_000  # Python refuses more than 4,300, with advice for programmers
DEEPEST = 100  # Okta's objects have fewer than ten levels; walking a value recursively takes two frames per level


def parse_json(text: bytes | str) -> Any:
    """Parse a JSON text.

    Args:
        text: a whole JSON text; bytes are UTF-8 or another encoding that JSON allows (RFC 8259 8.1 and its
        predecessors).

    Returns:
        The value; a lone surrogate, which JSON can express but no output can contain, becomes U+FFFD.

    Raises:
        ValueError: it isn't JSON, contains a number that JSON doesn't allow, or has more than 100 levels.
    """
    try:
        value = json.loads(text, parse_constant=refuse_constant, parse_float=_finite, parse_int=integer)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _check_depth(value)
    return _whole(value) if (b"\\u" in text if isinstance(text, bytes) else "\\u" in text) else value


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN, Infinity and -Infinity, which Python's parser accepts.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"{name} isn't a JSON number")


def integer(digits: str) -> int:
    """The integer with these digits; `parse_int` of a JSON parser.

    Raises:
        ValueError: there are more than 4,000.
    """
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(digits):,} digits")
    return int(digits)


_TOO_DEEP = f"it is nested more than {DEEPEST} levels deep"


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits[:20]} is too large")
    return number


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(member) for member in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(member) for key, member in value.items()}
    return value


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST + 1):
        inner = chain.from_iterable(
            one.values() if type(one) is dict else one for one in level if type(one) in {dict, list}
        )
        level = list(inner)
        if not level:
            return
    raise ValueError(_TOO_DEEP)
