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

_FIX = "Export them with `oktascim logs -o jsonl`, or with Download CSV above the System Log of the Admin Console."
_OBJECTS = ("outcome", "transaction")
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
    for value in _values(content):
        if not isinstance(value, dict):
            raise UsageProblem("This is not an export of events.", why=f"Instead of an event it holds {value!r:.60}.")
        if "finding" in value:  # an explanation between the events of `logs -o jsonl --explain`
            continue
        for name in _OBJECTS:
            if not isinstance(value.get(name), dict | None):
                raise UsageProblem(
                    "This is not an export of events.", why=f"The {name} of an event is not an object.", fix=_FIX
                )
        yield value


def holds_events(content: str) -> bool:
    """Whether a text is events in JSON rather than a message."""
    return content.lstrip().startswith(("{", "[")) and '"eventType"' in content


def _values(content: str) -> Iterable[Any]:
    text = content.strip("\ufeff \t\r\n")
    if not text:
        return ()
    try:
        document = json.loads(text)
    except ValueError as error:
        if _is_json(text.partition("\n")[0]):
            return _lines(text)
        if text.startswith(("{", "[")):
            raise UsageProblem(f"The events are not JSON: {error}.", fix=_FIX) from None
        return _rows(text)
    if isinstance(document, dict):
        hook = document.get("data")
        document = (hook if isinstance(hook, dict) else document).get("events", [document])
    return document if isinstance(document, list) else [document]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _lines(text: str) -> Iterator[Any]:
    lines = text.split("\n")  # Okta's own bytes may hold U+2028, where splitlines() would cut
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except ValueError as error:
            raise UsageProblem(f"Line {number} of the events is not JSON: {error}.", fix=_FIX) from None


def _rows(text: str) -> Iterator[dict[str, Any]]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    names = rows.fieldnames or ()
    places = {member: next((name for name in known if name in names), "") for member, known in _COLUMNS.items()}
    if not places["eventType"] and not places["outcome.reason"]:
        raise UsageProblem("The events are neither JSON nor CSV with the columns of the System Log.", fix=_FIX)
    try:
        for row in rows:
            yield _event_of({member: row.get(name) for member, name in places.items()})
    except csv.Error as error:
        raise UsageProblem(f"Behind line {rows.line_num} the events are not CSV: {error}.", fix=_FIX) from None


def _event_of(cells: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        **{name: cells[name] for name in ("uuid", "eventType", "displayMessage")},
        "outcome": {"result": cells["outcome.result"], "reason": cells["outcome.reason"]},
        "transaction": {"id": cells["transaction.id"]},
    }
