"""Reads exported events: JSON and CSV from `logs`, CSV from the Admin Console, and event hook payloads.

In a CSV file, only the columns that an explanation uses are read. Their names are those of `logs -o csv` or of the
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
from oktascim.logs.fields import member_at
from oktascim.strict_json import integer

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
"""The members that an explanation uses, and their types if not null."""
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "uuid": ("uuid",),
    "eventType": ("event_type", "type", "eventType"),
    "displayMessage": ("display_message", "message", "displayMessage"),
    "outcome.result": ("outcome.result", "outcome"),
    "outcome.reason": ("outcome.reason", "reason"),
    "transaction.id": ("transaction.id", "transaction"),
}
"""The column of each event member: its names in the console's CSV, in `logs`, and as a path."""


def decoded(content: bytes) -> str:
    """Decode a file; PowerShell's `>` writes UTF-16, and some editors write a byte order mark.

    Raises:
        UnicodeDecodeError: it is neither UTF-8 nor UTF-16.
    """
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig")


def read_events(content: str) -> Iterator[dict[str, Any]]:
    """The events of an export.

    Args:
        content: a JSON array, an object with `events`, the payload of an event hook, one JSON object per line, or CSV
            with a header.

    Raises:
        UsageProblem: it is none of these; the error names the line.
    """
    for place, value in _values(content):
        if not isinstance(value, dict):
            raise _no_export(place, f"it is {_kind_of(value)}, not an object")
        if "finding" in value:  # an explanation line in `logs -o jsonl --explain`
            continue
        for path, kind in _MEMBERS.items():
            member = member_at(value, path)
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
    """The values in an export, each with a description of its place."""
    text = content.strip("\ufeff \t\r\n")
    if not text:
        return ()
    try:
        document = _parsed(text)
    except ValueError as error:
        if _is_json(text.partition("\n")[0]):
            return _lines(text)
        if text.startswith(("{", "[")):
            raise UsageProblem(f"The events aren't JSON: {error}.", fix=_FIX) from None
        return _rows(text)
    if isinstance(document, dict):
        hook = document.get("data")
        document = (hook if isinstance(hook, dict) else document).get("events", [document])
    events = document if isinstance(document, list) else [document]
    return ((f"Event {number}", event) for number, event in enumerate(events, 1))


def _parsed(text: str) -> Any:
    """Parse a JSON text.

    Raises:
        ValueError: it isn't JSON, or is nested deeper than any export.
    """
    try:
        return json.loads(text, parse_int=integer)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _is_json(text: str) -> bool:
    try:
        _parsed(text)
    except ValueError:
        return False
    return True


def _lines(text: str) -> Iterator[tuple[str, Any]]:
    lines = text.split("\n")  # Okta's text may contain U+2028, where splitlines() would split
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield f"Line {number}", _parsed(line)
        except ValueError as error:
            raise UsageProblem(f"Line {number} of the events isn't JSON: {error}.", fix=_FIX) from None


def _no_export(place: str, why: str) -> UsageProblem:
    return UsageProblem("This isn't an export of events.", why=f"{place}: {why}.", fix=_FIX)


def _kind_of(value: Any) -> str:
    return "null" if value is None else _KINDS[type(value)]


def _rows(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        names = rows.fieldnames or ()
        places = {member: next((name for name in known if name in names), "") for member, known in _COLUMNS.items()}
        if not places["eventType"] and not places["outcome.reason"]:
            raise UsageProblem("The events are neither JSON nor CSV with System Log columns.", fix=_FIX)
        for row in rows:
            yield f"Line {rows.line_num}", _event_of({member: row.get(name) for member, name in places.items()})
    except csv.Error as error:
        raise UsageProblem(f"The events aren't CSV after line {rows.line_num}: {error}.", fix=_FIX) from None


def _event_of(cells: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        **{name: cells[name] for name in ("uuid", "eventType", "displayMessage")},
        "outcome": {"result": cells["outcome.result"], "reason": cells["outcome.reason"]},
        "transaction": {"id": cells["transaction.id"]},
    }
