"""`/api/v1/logs`: the System Log, polled or bounded (OB-170 to OB-176).

A request polls if it is ascending and has no `until`: its events are ordered and limited by the time when they were
persisted, and there is always a next link. Every other request is bounded: ordered and limited by `published`, and it
ends. Next links have `after` instead of `since`: the place of the last event and, if bounded, the lower limit.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.api.errors import InvalidCombination
from okta_emulator.core.body import json_or_none
from okta_emulator.core.clock import milliseconds
from okta_emulator.core.errors import (
    InvalidPaging,
    LogsInvalidFilter,
    LogsValidationFailed,
)
from okta_emulator.core.paging import link_headers, whole_number
from okta_emulator.org.eventlog import EventPage, Order
from okta_emulator.org.logquery import Condition, filter_condition, words_condition

_DEFAULT_PAGE = 100
_LARGEST_PAGE = 1000
_LAST_PLACE = 2**62
_YEARS = range(1970, 9999)
_DEFAULT_PERIOD = timedelta(days=7)
_KEPT = timedelta(days=90)
_OLDEST = timedelta(days=180)
_DATE_TEXT = (
    "The date format in your query is not recognized. Please enter dates using ISO8601 string format. "
    "'{0}': must be a valid date-time or empty."
)


@dataclass(frozen=True)
class _Request:
    polling: bool
    since: str
    until: str
    order: Order
    limit: int
    after: tuple[str, int] | None
    condition: Condition


def list_events(call: Call) -> Answer:
    """GET a page of events, in the bytes that were stored."""
    request = _read(call)
    log = call.org.log
    if request.polling:
        place = request.after[1] if request.after else 0
        page = log.polled(request.condition, place, request.since, request.limit)
    else:
        between = (request.since, request.until)
        page = log.bounded(request.condition, between, request.after, request.order, request.limit)
    return Answer(b"[" + b",".join(page.bodies) + b"]", headers=_links(call, request, page))


def _read(call: Call) -> _Request:
    """The request's parameters, read in the order in which their defaults depend on each other."""
    now = call.org.clock.now()
    order = _order(call)
    asked_until = _date(call, "until")
    polling = asked_until is None and order == "ASCENDING"
    until = asked_until or now
    since = _date(call, "since") or until - _DEFAULT_PERIOD
    if since < now - _OLDEST:
        raise LogsInvalidFilter("Invalid parameter: The since parameter is over 180 days prior to the current day.")
    text, words = call.asked("filter"), call.asked("q")
    conditions = [filter_condition(text)] if text else []
    conditions += [words_condition(words)] if words else []
    since_text = milliseconds(max(since, now - _KEPT))
    after: tuple[str, int] | None = None
    if call.asked("after"):
        if call.asked("since"):
            raise InvalidCombination  # documented: the two can't be used together; the code is our choice
        since_text, after = _place(call.after(), polling=polling)
    return _Request(polling, since_text, milliseconds(until), order, _limit(call), after, _all(conditions))


def _all(conditions: list[Condition]) -> Condition:
    sql = " AND ".join(f"({condition})" for condition, _ in conditions)
    return sql or "1", tuple(value for _, values in conditions for value in values)


def _links(call: Call, request: _Request, page: EventPage) -> list[tuple[str, str]]:
    """`self` as requested; `next` always when polling, else while there are more events."""
    last = page.last or request.after
    more = request.polling or (page.full and last is not None)
    after = json.dumps([request.since, *(last or ("", 0))]) if more else None
    query = [(key, value) for key, value in call.query if key != "since"]
    url = call.url(call.path)
    given = call.asked("limit") is not None
    this = link_headers(url, call.query, limit=request.limit, after=None, show_limit=given)
    following = link_headers(url, query, limit=request.limit, after=after, show_limit=given)
    return this[:1] + following[1:]


def _place(position: str, *, polling: bool) -> tuple[str, tuple[str, int] | None]:
    try:
        since, published, seq = json_or_none(position.encode())
        place = (str(published), max(0, min(int(seq), _LAST_PLACE)))
    except (ValueError, TypeError):
        raise InvalidPaging(causes=("Invalid cursor.",)) from None
    return str(since), place if polling or place[0] else None


def _order(call: Call) -> Order:
    order = call.asked("sortOrder") or "ASCENDING"
    for known in get_args(Order):
        if order.upper() == known:
            return known  # type: ignore[no-any-return]
    text = "Api validation failed: 'sortOrder': must be ASCENDING or DESCENDING."  # our wording
    raise LogsValidationFailed(text)


def _limit(call: Call) -> int:
    """0 to 1000; more counts as 1000, and anything else as the default (our choice)."""
    asked = whole_number(call.asked("limit"), _LARGEST_PAGE)
    return _DEFAULT_PAGE if asked is None else asked


def _date(call: Call, name: str) -> datetime | None:
    """An ISO 8601 date in the years 1970 to 9998, in UTC if it has no time zone (both our choice)."""
    value = call.asked(name)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", value))
        if moment.year not in _YEARS:
            raise ValueError
    except ValueError:
        text = _DATE_TEXT.format(name)
        raise LogsValidationFailed(
            f"Api validation failed: '{name}': {text}",
            causes=(f"{name}: {text.partition(' ' + repr(name))[0]}", f"{name}: must be a valid date-time or empty."),
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


ENDPOINTS = (Endpoint("GET", "/api/v1/logs", list_events),)
