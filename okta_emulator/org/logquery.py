"""A System Log filter as SQL, so that SQLite selects the events and reads no others (OB-175, OB-189).

The fields are those of the LogEvent schema. Our choice: case is ignored, and which fields reject which operators
beyond the two documented ones.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

from okta_emulator.core.errors import LogsInvalidFilter, LogsUnsupportedOperator, LogsValidationFailed
from okta_emulator.core.okta_filter import Comparison, Filter, FilterError, Not, parse

Condition = tuple[str, tuple[Any, ...]]

_ROOTS = frozenset(
    {
        "uuid",
        "eventType",
        "version",
        "severity",
        "legacyEventType",
        "displayMessage",
        "actor",
        "client",
        "device",
        "outcome",
        "target",
        "transaction",
        "debugContext",
        "authenticationContext",
        "securityContext",
        "request",
    }
)
_PATH = re.compile(r"[A-Za-z][\w-]*(\.[\w-]+)*")
_ARRAYS = ("target", "request.ipChain")
_NO_CONTAINS = frozenset({"debugContext.debugData.url", "debugContext.debugData.requestUri"})
_SQL_OPERATORS = {"eq": "=", "ne": "<>", "gt": ">", "lt": "<", "ge": ">=", "le": "<="}
# The first test is fast but also matches names of members; the second matches only values.
_WORD = (
    "event.body LIKE ? ESCAPE '\\' AND "
    "EXISTS (SELECT 1 FROM json_tree(event.body) part WHERE part.atom LIKE ? ESCAPE '\\')"
)
_MOST_WORDS = 10
_LARGEST_INTEGER = 2**63 - 1
_LONGEST_WORD = 40
_LONGEST_PATTERN = 49_000  # bytes; SQLite's limit is 50,000


def filter_condition(text: str) -> Condition:
    """The SQL condition, on the table `event`, of a filter.

    Raises:
        LogsInvalidFilter: the text isn't a filter, or names a field that can't be used.
        LogsUnsupportedOperator: a field doesn't support the operator.
    """
    try:
        found = parse(text)
    except FilterError as error:
        raise LogsInvalidFilter(f"Invalid filter '{text}': {error}") from None
    return _condition(found)


def words_condition(text: str) -> Condition:
    """The SQL condition of `q`: every word occurs in some value of the event, ignoring case.

    Raises:
        LogsValidationFailed: too many words, or one that is too long.
    """
    words = text.split()
    rules = "It can contain at most 10 space-separated keywords of at most 40 characters each."
    if any(len(word) > _LONGEST_WORD for word in words):
        raise LogsValidationFailed(
            f"Api validation failed: 'q': Freeform search cannot contain items longer than {_LONGEST_WORD} "
            f"characters. {rules}"
        )
    if len(words) > _MOST_WORDS:  # our wording
        raise LogsValidationFailed(
            f"Api validation failed: 'q': Freeform search cannot contain more than {_MOST_WORDS} items. {rules}"
        )
    values = (f"%{_escaped(word)}%" for word in words)
    return " AND ".join([_WORD] * len(words)) or "1", tuple(itertools.chain.from_iterable((v, v) for v in values))


def _condition(found: Filter) -> Condition:
    if isinstance(found, Comparison):
        return _comparison(found)
    if isinstance(found, Not):
        sql, values = _condition(found.inner)
        return f"NOT ({sql})", values
    left, left_values = _condition(found.left)
    right, right_values = _condition(found.right)
    return f"({left} {found.how.upper()} {right})", left_values + right_values


def _comparison(found: Comparison) -> Condition:
    path = found.path
    if path.split(".")[0] not in _ROOTS or not _PATH.fullmatch(path) or "changeDetails" in path:
        raise LogsInvalidFilter(f"field is not valid: {path}")
    if found.operator == "co" and path in _NO_CONTAINS:
        raise LogsUnsupportedOperator(f"Operator: co, Field: {path}")
    if path == "target.id" and found.operator == "eq":
        return "EXISTS (SELECT 1 FROM event_target t WHERE t.seq = event.seq AND t.id = ?)", (found.value,)
    for array in _ARRAYS:
        if path.startswith(f"{array}."):
            sql, values = _test(_extract("item.value", path.removeprefix(f"{array}.")), found)
            return f"EXISTS (SELECT 1 FROM json_each(event.body, '$.{array}') item WHERE {sql})", values  # noqa: S608
    if path == "eventType":
        return _test("event.event_type", found)
    return _test(_extract("event.body", path), found)


def _extract(document: str, path: str) -> str:
    """The SQL for a member; the path has only letters, digits, dots, hyphens and underscores."""
    quoted = ".".join(f'"{part}"' for part in path.split("."))
    return f"json_extract({document}, '$.{quoted}')"


def _test(column: str, found: Comparison) -> Condition:
    value = found.value
    if isinstance(value, int):  # booleans are 0 and 1 in SQLite, and integers have 64 bits
        value = int(value) if abs(value) <= _LARGEST_INTEGER else float(value)
    if found.operator == "pr":
        return f"{column} IS NOT NULL", ()
    if found.operator in _SQL_OPERATORS:
        sql = f"{column} {_SQL_OPERATORS[found.operator]} ? COLLATE NOCASE"
        return (f"({column} IS NULL OR {sql})" if found.operator == "ne" else f"coalesce({sql}, 0)"), (value,)
    text = _escaped(str(value))
    if len(text.encode()) > _LONGEST_PATTERN:
        raise LogsInvalidFilter(f"The value of {found.path} is too long.")  # our wording
    pattern = {"sw": f"{text}%", "ew": f"%{text}", "co": f"%{text}%"}[found.operator]
    return f"coalesce({column} LIKE ? ESCAPE '\\', 0)", (pattern,)


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
