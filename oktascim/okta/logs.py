"""The calls to the System Log (OB-170 to OB-173).

A query with an end is *bounded*: ordered by `published`, finite. One without an end is *polling*: ordered by when Okta
stored the event. Every page has a next link, even an empty one, so that it can be requested again later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import httpx

from oktascim.errors import UsageProblem
from oktascim.http.clock import date_of
from oktascim.okta.client import Okta, Query
from oktascim.okta.errors import OktaError, OktaRefusedIdentity, request_id_of
from oktascim.okta.log_events import Events, events_in
from oktascim.okta.paging import next_link

EVENTS_A_CALL = 1000  # Okta's maximum; calls are the scarce resource
SCOPE = "okta.logs.read"
_TOOK_TOO_LONG = "E0000009"
_EMPTY_AT_MOST = 16  # bytes of an empty list, including blanks

_POSITION = re.compile(r"at position (\d{1,9})\b")
_FIELD = re.compile(r"(?:field is not valid|Field): ?([\w.]+)")
_SHOWN_BEFORE, _SHOWN_AFTER = 44, 26  # with the two ellipses, it fits on one line of an 80-column terminal


@dataclass(frozen=True)
class LogQuery:
    """A query.

    Attributes:
        filter: an expression of Okta's filter language, or "" for every event.
        since: the first instant, or None for Okta's default of seven days back.
        until: the end; None makes it a polling query.
        newest_first: the order, only for bounded queries.
        limit: the maximum number of events per call.
    """

    filter: str = ""
    since: datetime | None = None
    until: datetime | None = None
    newest_first: bool = False
    limit: int = EVENTS_A_CALL

    def parameters(self) -> Query:
        """The query parameters of GET /api/v1/logs."""
        times = {"since": self.since, "until": self.until}
        return {
            **({"filter": self.filter} if self.filter else {}),
            **{name: okta_time(value) for name, value in times.items() if value is not None},
            **({"sortOrder": "DESCENDING"} if self.newest_first else {}),
            "limit": self.limit,
        }


@dataclass(frozen=True)
class LogPage:
    """One response.

    Attributes:
        body: the JSON array as Okta sent it.
        following: the next link, or None at the end of a bounded query.
        answered_at: Okta's clock, or None if the response has no date.
        request_id: Okta's id of the request, or "".
    """

    body: bytes = field(repr=False)
    following: str | None = None
    answered_at: datetime | None = None
    request_id: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it has no events, judged by its size."""
        return len(self.body) < _EMPTY_AT_MOST and self.body.strip() == b"[]"

    @cached_property
    def events(self) -> Events:
        """Its events, cut out on first use, after the next page has been requested."""
        return events_in(self.body, self.request_id)


def okta_time(value: datetime) -> str:
    """An instant in Okta's format: 2026-11-01T00:00:00.000Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def read_page(
    okta: Okta, source: LogQuery | str, announced: Callable[[httpx.Response], None] | None = None
) -> LogPage:
    """Make one call.

    Args:
        okta: the org.
        source: a query, or a next link of an earlier page.
        announced: receives the response as soon as its headers are there, before its body.

    Raises:
        UsageProblem: Okta doesn't accept the filter or another parameter; the message points at the position.
        OktaRefusedIdentity: the token isn't allowed to read the log.
    """
    try:
        if isinstance(source, LogQuery):
            response = await okta.request("GET", "/api/v1/logs", query=source.parameters(), announced=announced)
        else:
            response = await okta.request("GET", source, announced=announced)
    except OktaRefusedIdentity as error:
        if error.status == 403:  # not for an invalid token
            error.fix = f"Grant the scope {SCOPE}, or use the token of an administrator who can read the System Log."
        raise
    except OktaError as error:
        if error.code == _TOOK_TOO_LONG:
            error.fix = "Okta gave up on this query. Request less at a time, with --since, --until and --type."
        if error.status != 400:
            raise
        raise _refused(error, source) from error
    return LogPage(response.content, next_link(response), date_of(response), request_id_of(response))


def _refused(error: OktaError, source: LogQuery | str) -> UsageProblem:
    """Okta's own message, with a caret under the position that it names."""
    expression = source.filter if isinstance(source, LogQuery) else ""
    pointed = _pointed(expression, error.summary)
    return UsageProblem(
        "Okta doesn't accept this filter." if pointed else "Okta doesn't accept this query.",
        why="\n".join(part for part in (error.why, pointed) if part),
        fix=_way_out(expression, error.summary) if pointed else None,
    )


def _way_out(expression: str, summary: str) -> str:
    named = _FIELD.search(summary)
    if named and named.group(1) == "published":
        return "Okta can't filter by time: use --since and --until."
    quotes = " Put text in double quotes." if "'" in expression else ""
    return f"Operators: eq ne gt lt ge le sw ew co pr; and, or, not; parentheses.{quotes}"


def _pointed(expression: str, summary: str) -> str:
    """A line of the filter and a caret line below it, or "" if Okta named no position.

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
    start, end = max(0, place - _SHOWN_BEFORE), place + _SHOWN_AFTER
    before, behind = "…" if start else "", "…" if end < len(expression) else ""
    return f"{before}{expression[start:end]}{behind}\n{' ' * (len(before) + place - start)}^"
