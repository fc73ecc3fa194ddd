"""LogEvents as Okta's own bytes: cut from a response, and parsed only when needed."""

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

from oktascim.okta.answers import LOG_EVENT
from oktascim.okta.errors import UnreadableAnswer, unreadable_call
from oktascim.okta.shape import misfit
from oktascim.strict_json import parse_json, refuse_constant

_OPENING = re.compile(rb'\[(\{"\w+":(?:\{"\w+":)?)')
_UUID_KEY = b'"uuid":"'


@dataclass(frozen=True)
class Events:
    """A series of LogEvents in Okta's order (OB-170, OB-171).

    Attributes:
        lines: each event as the bytes that Okta sent, with a line feed between two.
        request_id: Okta's id of the request that they came from, or "".
    """

    lines: bytes = field(default=b"", repr=False)
    request_id: str = ""

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
        """Each event as JSON values. Parsing them together takes half the time.

        Raises:
            UnreadableAnswer: they aren't JSON, or lack a member that oktascim relies on.
        """
        array = b"[" + self.lines.replace(b"\n", b",") + b"]"
        with _collector_paused():  # garbage collection costs as much as the parsing, and finds nothing to free here
            try:
                events: list[dict[str, Any]] = _values_in(array)
            except ValueError as error:
                raise _unreadable(f"The events aren't JSON: {error}.", self.request_id) from None
            if wrong := misfit(events, [LOG_EVENT]):
                raise _unreadable(f"An event differs from what Okta documents: {wrong}.", self.request_id)
        return events

    @property
    def json_lines(self) -> bytes:
        """`lines`, safe to print as JSON: Okta's bytes aren't parsed for that, but NaN isn't JSON.

        Raises:
            UnreadableAnswer: it contains a number that JSON doesn't allow.
        """
        suspicious = any(_stands_as_value(word, self.lines) for word in (b"NaN", b"Infinity"))
        return self.lines if not suspicious or self.values else b""

    def turned(self) -> Events:
        """The same events in reverse order."""
        return Events(b"\n".join(reversed(self.raws)), self.request_id)

    def only(self, numbers: Sequence[int]) -> Events:
        """The events at these indexes."""
        if len(numbers) == len(self):
            return self
        return Events(b"\n".join(self.raws[number] for number in numbers), self.request_id)


def _stands_as_value(word: bytes, lines: bytes) -> bool:
    """Whether a word is where a value could begin: never inside an id, but possibly inside a sentence."""
    place = lines.find(word)
    while place > 0:
        if lines[place - 1] in b":,[- \t\n\r":
            return True
        place = lines.find(word, place + 1)
    return False


def events_in(body: bytes, request_id: str = "") -> Events:
    """Cut a JSON array of LogEvents into its elements.

    An event ends where an element with the first event's first key begins; because quotes inside JSON strings are
    escaped, no value can look like that. A LogEvent has exactly one `uuid`, also counting nested objects. A cut inside
    an event gives more pieces than uuids, and an event that begins differently gives fewer. In both cases the JSON
    parser is used instead, which takes ten times as long.

    Args:
        body: the response of GET /api/v1/logs.
        request_id: Okta's id of the request, for error messages.

    Raises:
        UnreadableAnswer: the body isn't a JSON array of objects.
    """
    opening = _OPENING.match(body)
    if opening and body.endswith(b"}]"):
        first = opening.group(1)
        events = Events(body[1:-1].replace(b"}," + first, b"}\n" + first), request_id)
        if len(events) == body.count(_UUID_KEY):
            return events
    return _parsed(body, request_id)


def _values_in(array: bytes) -> Any:
    try:
        return from_json(array, allow_inf_nan=False, cache_strings="keys")
    except ValueError:  # it refuses a lone surrogate, which JSON allows
        return parse_json(array)


def _unreadable(why: str, request_id: str) -> UnreadableAnswer:
    return unreadable_call("GET", "/api/v1/logs", why, request_id)


def _parsed(body: bytes, request_id: str) -> Events:
    decoder = json.JSONDecoder(parse_constant=refuse_constant)
    pieces: list[str] = []
    try:
        text = body.decode().strip()
        if not (text.startswith("[") and text.endswith("]")):
            raise ValueError("not an array")
        position = _next_element(text, 1)
        while position < len(text) - 1:
            event, end = decoder.raw_decode(text, position)
            if not isinstance(event, dict):
                raise TypeError("one of the events is not an object")
            pieces.append(text[position:end].replace("\n", " ").replace("\r", " "))
            position = _next_element(text, end)
    except (ValueError, TypeError, RecursionError) as error:
        said = "it is nested too deep" if isinstance(error, RecursionError) else error
        raise _unreadable(f"The body isn't a JSON list of events: {said}.", request_id) from None
    return Events("\n".join(pieces).encode(), request_id)


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
