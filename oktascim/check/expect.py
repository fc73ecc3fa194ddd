"""Compares a server's response with the expected one; an expectation is data, a fault is a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from oktascim.check.values import MISSING, as_text

_SHOWN = 120
_KINDS = {
    "id": "a text without bulkId (RFC 7643 section 3.1)",
    "refusal": "a refusal, such as 401",
    "filled": "a value",
    "absent": "no value",
    "empty": "no value",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "array": "an array",
    "object": "an object",
}
"""Words for what `is` expects."""


def _type(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return "null" if value is None else names.get(type(value), "missing")


def _equal(actual: Any, wanted: Any) -> bool:
    """JSON equality, also of what arrays and objects contain: true is not 1, and 1 is not "1"."""
    if isinstance(actual, dict) and isinstance(wanted, dict):
        return actual.keys() == wanted.keys() and all(_equal(actual[name], wanted[name]) for name in wanted)
    if isinstance(actual, list) and isinstance(wanted, list):
        return len(actual) == len(wanted) and all(map(_equal, actual, wanted))
    return _type(actual) == _type(wanted) and bool(actual == wanted)


def _is(actual: Any, wanted: Any) -> bool:
    tests: dict[str, bool] = {
        "absent": actual is MISSING or actual is None,
        "filled": actual not in (MISSING, None, "", [], {}) or actual is False,
        "empty": actual in (MISSING, None, "", [], {}) and actual is not False,
        "id": isinstance(actual, str) and actual != "" and "bulkId" not in actual,
        "refusal": _type(actual) == "integer" and actual >= 300,
        "number": _type(actual) in {"integer", "number"},
    }
    return tests[wanted] if wanted in tests else _type(actual) == wanted


def _has(actual: Any, wanted: Any) -> bool:
    if isinstance(actual, str):
        return as_text(wanted) in actual
    items = actual if isinstance(actual, list) else []
    if isinstance(wanted, dict):
        return any(isinstance(one, dict) and all(_equal(one.get(key), wanted[key]) for key in wanted) for one in items)
    return any(_equal(one, wanted) for one in items)


def _members(actual: Any, wanted: Any) -> bool:
    """The `value` of each member, in any order; a missing array counts as an empty one."""
    items = actual if isinstance(actual, list) else []
    found = [one.get("value") if isinstance(one, dict) else None for one in items]
    return sorted(map(str, found)) == sorted(map(str, wanted)) and (actual in (MISSING, None) or actual == items)


def _number(actual: Any, wanted: Any) -> bool:
    try:
        return float(as_text(actual)) == float(as_text(wanted))
    except (ValueError, TypeError):
        return False


def _below(actual: Any, wanted: Any) -> bool:
    return _type(actual) in {"integer", "number"} and actual < float(wanted)


def _shown_in(words: str) -> Callable[[Any], str]:
    return lambda wanted: words.format(_short(wanted))


_COMPARISONS: Mapping[str, tuple[Callable[[Any], str], Callable[[Any, Any], bool]]] = {
    "equals": (_shown_in("{}"), _equal),
    "is": (_KINDS.__getitem__, _is),
    "in": (
        lambda wanted: " or ".join(map(_short, wanted)),
        lambda actual, wanted: any(_equal(actual, one) for one in wanted),
    ),
    "has": (_shown_in("{} in it"), _has),
    "lacks": (_shown_in("no {} in it"), lambda actual, wanted: not _has(actual, wanted)),
    "members": (lambda wanted: f"exactly the members {_short(wanted)}" if wanted else "no members", _members),
    "same_text": (
        _shown_in("the text {}"),
        lambda actual, wanted: actual is not MISSING and as_text(actual) == as_text(wanted),
    ),
    "number": (_shown_in("{}"), _number),
    "below": (_shown_in("less than {}"), _below),
    "not": (_shown_in("anything but {}"), lambda actual, wanted: not _equal(actual, wanted)),
    "ends": (
        _shown_in("something that ends with {}"),
        lambda actual, wanted: unquote(str(actual)).endswith(wanted),
    ),
    "starts": (
        _shown_in("something that starts with {}"),
        lambda actual, wanted: str(actual).lower().startswith(wanted),
    ),
}
"""What each comparison expects as text, and whether a value meets it."""
COMPARISONS = frozenset(_COMPARISONS)


def fault(path: str, actual: Any, expected: Any) -> str | None:
    """What is wrong with a value, or None.

    Args:
        path: the path of the value, for the sentence.
        actual: the value, or MISSING.
        expected: a JSON value that must be equal, or one comparison: `{is: boolean}`, `{in: [200, 204]}`,
            `{has: …}`, `{lacks: …}`, `{members: […]}`, `{same_text: …}`, `{number: …}`, `{below: …}`, `{not: …}`,
            `{starts: …}`, `{ends: …}`.
    """
    comparison, wanted = "equals", expected
    if isinstance(expected, dict) and len(expected) == 1 and (name := next(iter(expected))) in COMPARISONS:
        comparison, wanted = name, expected[name]
    in_words, holds = _COMPARISONS[comparison]
    if holds(actual, wanted):
        return None
    seen = _short(_ids_of(actual) if comparison == "members" else actual)
    return f"{path} is {seen}; expected {in_words(wanted)}."


def _ids_of(members: Any) -> Any:
    """The ids of members, which say more than their first letters; anything else as it is."""
    is_plain = isinstance(members, list) and all(isinstance(one, dict) and "value" in one for one in members)
    return [one["value"] for one in members] if is_plain else members


def differences(found: Any, before: Mapping[str, Any]) -> Iterator[str]:
    """How an object differs from what it was, a sentence for each attribute.

    Args:
        found: the object.
        before: the attributes that it had; a server may add others, and members such as name.formatted.
    """
    for name, value in before.items():
        now = found.get(name, MISSING) if isinstance(found, dict) else MISSING
        if not contains(now, value):
            yield fault(name, now, {"equals": value}) or ""


def contains(found: Any, wanted: Any) -> bool:
    """Whether a value is the wanted one, or an object with at least its members."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(contains(found.get(name), one) for name, one in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(contains, found, wanted))
    return _equal(found, wanted)


def path_in_words(path: str) -> str:
    """The path of an expectation, as the subject of a sentence."""
    if path.startswith("header."):
        return f"The header {path.removeprefix('header.').title()}"
    return {"http": "The status", "seconds": "The response time in seconds", "$": "The body"}.get(path, path)


def _short(value: Any) -> str:
    text = repr(value) if value is MISSING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
