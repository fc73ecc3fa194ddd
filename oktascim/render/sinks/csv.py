"""Events as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from oktascim.diagnose.event import Event
from oktascim.diagnose.finding import Finding
from oktascim.logs.fields import FIELDS
from oktascim.okta.log_events import Events
from oktascim.redact import clean
from oktascim.render.sinks.sink import StreamSink
from oktascim.render.streams import Output

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class CsvSink(StreamSink):
    """A header line and one line per event (RFC 4180), harmless to a spreadsheet."""

    def __init__(self, output: Output, fields: Mapping[str, Callable[[Event], Any]] | None) -> None:
        self._stream = output.stdout
        self._fields = fields or FIELDS
        self._write([list(self._fields)])

    def page(self, events: Events, findings: Sequence[Finding]) -> None:
        """Write the page's lines."""
        self._write([[csv_cell(value(event)) for value in self._fields.values()] for event in events.values])
        self._stream.flush()

    def _write(self, rows: list[list[str]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        self._stream.write(text.getvalue())


def csv_cell(value: Any) -> str:
    """A value as a cell: without control characters, with an apostrophe before what a spreadsheet would calculate."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    shown = clean(text)
    return f"'{shown}" if text.startswith(_FORMULA_STARTS) or shown.startswith(_FORMULA_STARTS) else shown
