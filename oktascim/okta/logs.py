"""The System Log: pages of events as Okta's own bytes (facts/okta-api.md 8.2).

A query with an end is *bounded*: ordered by `published`, finite. One without is *polling*: ordered by when Okta
stored the event, and its next link is always there, also on an empty page, so that it can be asked again later.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

import httpx
from pydantic_core import from_json

from oktascim.errors import OktascimError, UsageProblem
from oktascim.okta.client import Okta, Query, next_link
from oktascim.okta.errors import OktaError, OktaRefusedIdentity

EVENTS_A_CALL = 1000  # the most that Okta gives, and calls are what is scarce
DEFAULT_WINDOW = timedelta(days=7)
SCOPE = "okta.logs.read"

_FIRST_KEY = re.compile(rb'\[(\{"\w+":)')
_UUID_KEY = b'"uuid":"'
_POSITION = re.compile(r"at position (\d+)")
_FIELD = re.compile(r"(?:field is not valid|Field): ?([\w.]+)")
_CLOCKS_AGREE_WITHIN = timedelta(seconds=5)
_HEAD_START = 0.001  # seconds in which the next request is on its way, before the work on this page begins
_SHOWN_BEFORE, _SHOWN_AFTER = 60, 30


@dataclass(frozen=True)
class LogQuery:
    """What to ask for.

    Attributes:
        filter: an expression of Okta's filter language, or "" for every event.
        since: the first instant, or None for Okta's default of seven days back.
        until: the end; None makes it a polling query.
    """

    filter: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def parameters(self) -> Query:
        """The query parameters of GET /api/v1/logs."""
        times = {"since": self.since, "until": self.until}
        return {
            **({"filter": self.filter} if self.filter else {}),
            **{name: okta_time(value) for name, value in times.items() if value is not None},
            "limit": EVENTS_A_CALL,
        }


@dataclass(frozen=True)
class LogPage:
    """One answer. It is cut and parsed as a whole, when an event of it is looked at: that is twice as fast.

    Attributes:
        body: the JSON array as Okta sent it.
        following: the next link, or None at the end of a bounded query.
        answered_at: Okta's clock, or None where the answer did not tell.
    """

    body: bytes = field(repr=False)
    following: str | None = None
    answered_at: datetime | None = None

    @property
    def events(self) -> list[LogEvent]:
        """The events, in Okta's order."""
        return [LogEvent(self, number, raw) for number, raw in enumerate(self._pieces)]

    @cached_property
    def _pieces(self) -> list[bytes]:
        return split_events(self.body)

    @cached_property
    def values(self) -> list[dict[str, Any]]:
        """The events as JSON values."""
        with _collector_paused():  # it costs as much as the parsing, and finds nothing in what is only growing
            try:
                events: list[dict[str, Any]] = from_json(self.body)
            except ValueError:  # it refuses half a surrogate pair, which JSON does not
                events = json.loads(self.body)
        return events


class LogEvent:
    """One event of a page.

    Attributes:
        raw: the bytes that Okta sent.
    """

    __slots__ = ("_number", "_page", "raw")

    def __init__(self, page: LogPage, number: int, raw: bytes) -> None:
        self._page = page
        self._number = number
        self.raw = raw

    @property
    def data(self) -> dict[str, Any]:
        """The LogEvent as JSON values (facts/okta-api.md 8.3)."""
        return self._page.values[self._number]


def okta_time(value: datetime) -> str:
    """An instant as Okta writes it: 2026-11-01T00:00:00.000Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def read_page(okta: Okta, source: LogQuery | str) -> LogPage:
    """Make one call.

    Args:
        okta: the org.
        source: a query, or a next link of an earlier page.

    Raises:
        UsageProblem: Okta does not accept the filter or another parameter; the message points at the place.
        OktaRefusedIdentity: the token may not read the log.
    """
    try:
        if isinstance(source, LogQuery):
            response = await okta.request("GET", "/api/v1/logs", query=source.parameters())
        else:
            response = await okta.request("GET", source)
    except OktaRefusedIdentity as error:
        error.fix = f"Grant the scope {SCOPE}, or use the token of an administrator who may read the System Log."
        raise
    except OktaError as error:
        if error.status != 400:
            raise
        raise _refused(error, source) from error
    return LogPage(response.content, next_link(response), _date_of(response))


async def history(okta: Okta, query: LogQuery, *, ahead: bool = True) -> AsyncGenerator[LogPage]:
    """All pages of a bounded query, oldest first.

    Args:
        okta: the org.
        ahead: the next page is asked for before this one is worked on, so that Okta and this machine work at the same
            time; False where it may not be needed.
        query: without `until` it ends now, by Okta's clock: where this machine's clock lags, the first page is asked
            for again, or the latest events would be missing.
    """
    until = query.until or datetime.fromtimestamp(okta.clock.now(), UTC)
    page = await read_page(okta, _bounded(query, until))
    if query.until is None and page.answered_at and page.answered_at - until > _CLOCKS_AGREE_WITHIN:
        page = await read_page(okta, _bounded(query, page.answered_at))
    while following := page.following:
        if not ahead:
            yield page
            page = await read_page(okta, following)
            continue
        upcoming = asyncio.create_task(read_page(okta, following))
        try:
            await asyncio.wait({upcoming}, timeout=_HEAD_START)
            yield page
            page = await upcoming
        finally:
            upcoming.cancel()
    yield page


def _bounded(query: LogQuery, until: datetime) -> LogQuery:
    return replace(query, since=query.since or until - DEFAULT_WINDOW, until=until)


def split_events(body: bytes) -> list[bytes]:
    """Cut a JSON array of LogEvents into its elements, each as the bytes that were sent.

    Every LogEvent has a `uuid` and, in one answer, the same first key. So an event ends where, behind its uuid, an
    element with that key begins; since quotes inside JSON strings are escaped, no value can look like either. This
    takes a sixth of the time of parsing. Where a piece holds a second uuid or an array that is not closed, something is
    different from that, and the JSON parser takes the whole array apart.

    Raises:
        OktascimError: the body is not a JSON array.
    """
    opening = _FIRST_KEY.match(body)
    pieces = _cut(body, b"}," + opening.group(1)) if opening and body.endswith(b"}]") else None
    return _parse(body) if pieces is None else pieces


def _cut(body: bytes, separator: bytes) -> list[bytes] | None:
    pieces = []
    start = 1
    while start:
        uuid = body.find(_UUID_KEY, start)
        end = body.find(separator, uuid)
        stop = end + 1 or len(body) - 1
        second_uuid = body.find(_UUID_KEY, uuid + 1, stop) >= 0
        if uuid < 0 or second_uuid or body.count(b"[", uuid, stop) != body.count(b"]", uuid, stop):
            return None
        pieces.append(body[start:stop])
        start = end + 2 if end >= 0 else 0
    return pieces


def _parse(body: bytes) -> list[bytes]:
    decoder = json.JSONDecoder()
    pieces: list[bytes] = []
    try:
        text = body.decode().strip()
        if not (text.startswith("[") and text.endswith("]")):
            raise ValueError("not an array")
        position = _next_element(text, 1)
        while position < len(text) - 1:
            _, end = decoder.raw_decode(text, position)
            pieces.append(text[position:end].replace("\n", " ").replace("\r", " ").encode())
            position = _next_element(text, end)
    except ValueError as error:
        raise OktascimError("Okta's answer to GET /api/v1/logs is not a list.", fix="Check the org URL.") from error
    return pieces


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


def _date_of(response: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError):
        return None


def _refused(error: OktaError, source: LogQuery | str) -> UsageProblem:
    """Okta's own words, with a caret under the place that they speak of."""
    expression = source.filter if isinstance(source, LogQuery) else ""
    pointed = _pointed(expression, error.summary)
    return UsageProblem(
        "Okta does not accept this filter." if pointed else "Okta does not accept this query.",
        why="\n".join(part for part in (error.why, pointed) if part),
        fix="Operators: eq ne gt lt ge le sw ew co pr; and, or, not; parentheses." if pointed else None,
    )


def _pointed(expression: str, summary: str) -> str:
    """A line of the filter and a caret line below it, or "" where Okta named no place.

    Okta counts positions from 0 (System Log query reference, the example of an unknown operator).
    """
    position, named = _POSITION.search(summary), _FIELD.search(summary)
    if position:
        place = int(position.group(1))
    elif named:
        place = expression.find(named.group(1))
    else:
        return ""
    if not 0 <= place <= len(expression):
        return ""
    start = max(0, place - _SHOWN_BEFORE)
    return f"{expression[start : place + _SHOWN_AFTER]}\n{' ' * (place - start)}^"
