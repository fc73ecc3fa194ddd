"""Events as people have them in files: JSON and CSV of `logs`, CSV of the Admin Console, payloads of event hooks.

What is taken from a CSV file is what an explanation looks at. Its columns are named as by `logs -o csv`, or as by the
console's "Download CSV" (event_type, outcome.reason, transaction.id, …; several public programs that read such files
agree on these names).
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from oktascim.errors import UsageProblem
from oktascim.logs.fields import value_at

_FIX = "Export them with `oktascim logs -o jsonl`, or with Download CSV above the System Log of the Admin Console."
_KINDS = {
    dict: "an object", list: "a list", str: "text", int: "a number", float: "a number", bool: "true or false",
}  # fmt: skip
_MEMBERS: Mapping[str, type] = {
    "eventType": str,
    "outcome": dict,
    "outcome.result": str,
    "outcome.reason": str,
    "transaction": dict,
    "transaction.id": str,
    "target": list,
}
"""What an explanation looks at, and what it has to be where it isn't null."""
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "uuid": ("uuid",),
    "eventType": ("event_type", "type", "eventType"),
    "displayMessage": ("display_message", "message", "displayMessage"),
    "outcome.result": ("outcome.result", "outcome"),
    "outcome.reason": ("outcome.reason", "reason"),
    "transaction.id": ("transaction.id", "transaction"),
}
"""Where a member of an event stands in a row, by the names of its column in the console, in `logs`, and as a path."""


def text_of(content: bytes) -> str:
    """The text of a file; PowerShell's `>` writes UTF-16, some editors a byte order mark.

    Raises:
        UnicodeDecodeError: it is neither UTF-8 nor UTF-16.
    """
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig")


def read_events(content: str) -> Iterator[dict[str, Any]]:
    """The events of an export.

    Args:
        content: a JSON array, an object with `events`, the payload of an event hook, one JSON object a line, or CSV
            with a header.

    Raises:
        UsageProblem: it is none of these; the line is named.
    """
    for place, value in _values(content):
        if not isinstance(value, dict):
            raise _no_export(place, f"it is {_kind_of(value)}, not an object")
        if "finding" in value:  # an explanation between the events of `logs -o jsonl --explain`
            continue
        for path, kind in _MEMBERS.items():
            member = value_at(value, path)
            if not isinstance(member, kind | None):
                raise _no_export(place, f"its {path} is {_kind_of(member)}, not {_KINDS[kind]}")
        for target in value.get("target") or ():
            if not isinstance(target, dict):
                raise _no_export(place, f"one of its targets is {_kind_of(target)}, not an object")
        yield value


def holds_events(content: str) -> bool:
    """Whether a text is events in JSON rather than a message."""
    return content.lstrip().startswith(("{", "[")) and '"eventType"' in content


def _values(content: str) -> Iterable[tuple[str, Any]]:
    """What an export holds, each with the words for its place."""
    text = content.strip("\ufeff \t\r\n")
    if not text:
        return ()
    try:
        document = _parsed(text)
    except ValueError as error:
        if _is_json(text.partition("\n")[0]):
            return _lines(text)
        if text.startswith(("{", "[")):
            raise UsageProblem(f"The events are not JSON: {error}.", fix=_FIX) from None
        return _rows(text)
    if isinstance(document, dict):
        hook = document.get("data")
        document = (hook if isinstance(hook, dict) else document).get("events", [document])
    events = document if isinstance(document, list) else [document]
    return ((f"Event {number}", event) for number, event in enumerate(events, 1))


def _parsed(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is no JSON, or is nested so deeply that nobody wrote it.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _is_json(text: str) -> bool:
    try:
        _parsed(text)
    except ValueError:
        return False
    return True


def _lines(text: str) -> Iterator[tuple[str, Any]]:
    lines = text.split("\n")  # Okta's own bytes may hold U+2028, where splitlines() would cut
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield f"Line {number}", _parsed(line)
        except ValueError as error:
            raise UsageProblem(f"Line {number} of the events is not JSON: {error}.", fix=_FIX) from None


def _no_export(place: str, why: str) -> UsageProblem:
    return UsageProblem("This is not an export of events.", why=f"{place}: {why}.", fix=_FIX)


def _kind_of(value: Any) -> str:
    return "null" if value is None else _KINDS[type(value)]


def _rows(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        names = rows.fieldnames or ()
        places = {member: next((name for name in known if name in names), "") for member, known in _COLUMNS.items()}
        if not places["eventType"] and not places["outcome.reason"]:
            raise UsageProblem("The events are neither JSON nor CSV with the columns of the System Log.", fix=_FIX)
        for row in rows:
            yield f"Line {rows.line_num}", _event_of({member: row.get(name) for member, name in places.items()})
    except csv.Error as error:
        raise UsageProblem(f"After line {rows.line_num} the events are not CSV: {error}.", fix=_FIX) from None


def _event_of(cells: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        **{name: cells[name] for name in ("uuid", "eventType", "displayMessage")},
        "outcome": {"result": cells["outcome.result"], "reason": cells["outcome.reason"]},
        "transaction": {"id": cells["transaction.id"]},
    }
