"""LogEvents as Okta's own bytes: cut from a response, and parsed only when needed.

msgspec does the cutting: it checks that the response is JSON, and returns the bytes of each element.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypedDict

from oktascim.okta.answers import LOG_EVENT
from oktascim.okta.errors import UnreadableAnswer, unreadable_call
from oktascim.okta.shape import misfit
from oktascim.strict_json import parse_json, refuse_constant

if TYPE_CHECKING:
    import msgspec

_OPENING_BRACE = ord("{")


@dataclass(frozen=True)
class Events:
    """A series of LogEvents in Okta's order (OB-170, OB-171).

    Attributes:
        lines: each event as the bytes that Okta sent, with a line feed between two.
        request_id: Okta's id of the request that they came from, or "".
        count: how many there are, where it is known already, or None.
    """

    lines: bytes = field(default=b"", repr=False)
    request_id: str = ""
    count: int | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return self._counted if self.count is None else self.count

    @cached_property
    def _counted(self) -> int:
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
        array = self._array()
        with _collector_paused():  # garbage collection costs as much as the parsing, and finds nothing to free here
            try:
                events: list[dict[str, Any]] = _values_in(array)
            except ValueError as error:
                raise _unreadable(f"The events aren't JSON: {error}.", self.request_id) from None
            if wrong := misfit(events, [LOG_EVENT]):
                raise _unreadable(f"An event differs from what Okta documents: {wrong}.", self.request_id)
        return events

    @cached_property
    def types(self) -> list[str]:
        """The eventType of each event. Where nothing else is needed, the rest is checked to be JSON, and not kept.

        Raises:
            UnreadableAnswer: as `values`.
        """
        try:
            return [event["eventType"] for event in _type_decoder().decode(self._array())]
        except (ValueError, RecursionError):  # `values` accepts more, or says what is wrong
            return [event["eventType"] for event in self.values]

    def _array(self) -> bytes:
        return b"[" + self.lines.replace(b"\n", b",") + b"]"

    def turned(self) -> Events:
        """The same events in reverse order."""
        return Events(b"\n".join(reversed(self.raws)), self.request_id)

    def only(self, numbers: Sequence[int]) -> Events:
        """The events at these indexes."""
        if len(numbers) == len(self):
            return self
        return Events(b"\n".join(self.raws[number] for number in numbers), self.request_id)


def events_in(body: bytes, request_id: str = "") -> Events:
    """Cut a JSON array of LogEvents into its elements, one per line.

    Args:
        body: the response of GET /api/v1/logs.
        request_id: Okta's id of the request, for error messages.

    Raises:
        UnreadableAnswer: the body isn't a JSON array of objects.
    """
    import msgspec

    try:
        if not body.isascii():
            body.decode()  # msgspec doesn't check the encoding of text that it only passes on
        if b"\n" in body or b"\r" in body:
            body = msgspec.json.format(body, indent=-1)
        elements = _array_decoder().decode(body)
    except (ValueError, RecursionError):
        return _parsed(body, request_id)
    if all(memoryview(element)[0] == _OPENING_BRACE for element in elements):
        return Events(b"\n".join(elements), request_id, len(elements))
    return _parsed(body, request_id)


@cache
def _array_decoder() -> msgspec.json.Decoder[list[msgspec.Raw]]:
    import msgspec

    return msgspec.json.Decoder(list[msgspec.Raw])


class _Typed(TypedDict):
    eventType: str


@cache
def _type_decoder() -> msgspec.json.Decoder[list[_Typed]]:
    import msgspec

    return msgspec.json.Decoder(list[_Typed])


def _values_in(array: bytes) -> Any:
    from pydantic_core import from_json  # events that are written as they came are never parsed

    try:
        return from_json(array, allow_inf_nan=False, cache_strings="keys")
    except ValueError:  # it refuses a lone surrogate, which JSON allows
        return parse_json(array)


def _unreadable(why: str, request_id: str) -> UnreadableAnswer:
    return unreadable_call("GET", "/api/v1/logs", why, request_id)


def _parsed(body: bytes, request_id: str) -> Events:
    """The same with Python's own parser, which accepts a lone surrogate and says what is wrong and where."""
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
