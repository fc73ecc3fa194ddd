"""Events as JSON: an array, or one per line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from oktascim.diagnose.event import Event
from oktascim.diagnose.finding import Finding
from oktascim.errors import OktascimError
from oktascim.okta.log_events import Events
from oktascim.render.findings import Findings
from oktascim.render.sinks.sink import StreamSink
from oktascim.render.streams import Output

Fields = Mapping[str, Callable[[Event], Any]]


class JsonLinesSink(StreamSink):
    """One event per line, as Okta's own bytes; an explanation is a line `{"finding": …}` after its page.

    The gate escapes what could trick a terminal, which is another spelling of the same JSON.
    """

    def __init__(self, output: Output, fields: Fields | None) -> None:
        self._stream = output.stdout
        self._fields = fields

    def page(self, events: Events, findings: Sequence[Finding]) -> None:
        """Write the page's lines."""
        if events:
            self._write(_as_json(events, self._fields))
        for finding in findings:
            self._write(_dumped({"finding": finding.to_json()}))
        self._stream.flush()

    def _write(self, lines: bytes) -> None:
        self._stream.write_json(lines)  # a page of the log is large: it isn't copied to add a line feed
        self._stream.write_json(b"\n")


class JsonSink(StreamSink):
    """A JSON array of events, or `{"events": […], "findings": […]}` if they are explained."""

    def __init__(self, output: Output, fields: Fields | None, *, explained: bool) -> None:
        self._stream = output.stdout
        self._fields = fields
        self._findings = Findings() if explained else None
        self._separator = b'{"events":[' if explained else b"["

    def page(self, events: Events, findings: Sequence[Finding]) -> None:
        """Write the page's elements."""
        if self._findings:
            self._findings.add(findings)
        if events:
            body = _as_json(events, self._fields).replace(b"\n", b",\n")
            self._stream.write_json(self._separator + b"\n" + body)
            self._stream.flush()
            self._separator = b","

    def finish(self) -> None:
        """End the array and write the findings."""
        opening = b"" if self._separator == b"," else self._separator
        ending = b"]"
        if self._findings:
            found = _dumped([finding.to_json() for finding in self._findings.merged()])
            ending = b'],"findings":' + found + b"}"
        self._stream.write_json(opening + b"\n" + ending + b"\n")


def _as_json(events: Events, fields: Fields | None) -> bytes:
    """The events as Okta sent them, or only the chosen fields, one per line."""
    if fields is None:
        return events.lines
    chosen = ({name: value(event) for name, value in fields.items()} for event in events.values)
    return b"\n".join(map(_dumped, chosen))


def _dumped(value: Any) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except ValueError:
        raise OktascimError("A number in Okta's response to GET /api/v1/logs is too large to show as JSON.") from None
