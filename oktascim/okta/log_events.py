"""LogEvents as Okta's own bytes: cut out of an answer, and parsed only when somebody looks inside."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic_core import from_json

from oktascim.errors import OktascimError

_OPENING = re.compile(rb'\[(\{"\w+":(?:\{"\w+":)?)')
_UUID_KEY = b'"uuid":"'


@dataclass(frozen=True)
class Events:
    """Some LogEvents in Okta's order (facts/okta-api.md 8.3).

    Attributes:
        lines: each event as the bytes that Okta sent, with a line feed between two.
    """

    lines: bytes = field(default=b"", repr=False)

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return self.lines.count(b"\n") + 1 if self.lines else 0

    @cached_property
    def raws(self) -> list[bytes]:
        """The bytes of each event."""
        return self.lines.split(b"\n") if self.lines else []

    @cached_property
    def values(self) -> list[dict[str, Any]]:
        """Each event as JSON values. All are parsed together, which takes half the time."""
        array = b"[" + self.lines.replace(b"\n", b",") + b"]"
        with _collector_paused():  # it costs as much as the parsing, and finds nothing in what is only growing
            try:
                events: list[dict[str, Any]] = from_json(array)
            except ValueError:  # it refuses half a surrogate pair, which JSON does not
                events = json.loads(array)
        return events

    def only(self, numbers: Sequence[int]) -> Events:
        """The events at these places."""
        if len(numbers) == len(self):
            return self
        return Events(b"\n".join(self.raws[number] for number in numbers))


def events_in(body: bytes) -> Events:
    """Cut a JSON array of LogEvents into its elements.

    An event ends where an element with the first event's first key begins; since quotes inside JSON strings are
    escaped, no value can look like that. A LogEvent has one `uuid`, and nothing inside it has another: a cut inside an
    event makes more pieces than uuids, an event that begins otherwise fewer. Then the JSON parser does it, which takes
    ten times as long.

    Args:
        body: the answer of GET /api/v1/logs.

    Raises:
        OktascimError: the body is not a JSON array.
    """
    opening = _OPENING.match(body)
    if opening and body.endswith(b"}]"):
        first = opening.group(1)
        events = Events(body[1:-1].replace(b"}," + first, b"}\n" + first))
        if len(events) == body.count(_UUID_KEY):
            return events
    return _parsed(body)


def _parsed(body: bytes) -> Events:
    decoder = json.JSONDecoder()
    pieces: list[str] = []
    try:
        text = body.decode().strip()
        if not (text.startswith("[") and text.endswith("]")):
            raise ValueError("not an array")
        position = _next_element(text, 1)
        while position < len(text) - 1:
            _, end = decoder.raw_decode(text, position)
            pieces.append(text[position:end].replace("\n", " ").replace("\r", " "))
            position = _next_element(text, end)
    except ValueError as error:
        raise OktascimError("Okta's answer to GET /api/v1/logs is not a list.", fix="Check the org URL.") from error
    return Events("\n".join(pieces).encode())


def _next_element(text: str, position: int) -> int:
    while text[position] in " \t\r\n,":
        position += 1
    return position


@contextmanager
def _collector_paused() -> Iterator[None]:
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
