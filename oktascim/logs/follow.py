"""Polling: the kept next link is asked again, at a pace that leaves half of the rate limit to others."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

from oktascim.http import Announce, Unreachable
from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError, RateLimited
from oktascim.okta.logs import EVENTS_A_CALL, LogPage, LogQuery, okta_time, read_page
from oktascim.okta.paging import Trail
from oktascim.okta.ratelimit import bucket_of

_REMEMBERED = 50_000
_ASSUMED_LIMIT = 60  # calls a minute, until Okta's headers tell (our choice)
_SHARE = 0.5
_SLOWER_BY = 1.5
_LONGEST_PAUSE = 30.0
_LONGEST_BACKOFF = 60.0


class SeenEvents:
    """The uuids of the latest events, so that none is shown twice.

    Args:
        capacity: how many are remembered; polling repeats only what is recent.
    """

    def __init__(self, capacity: int = _REMEMBERED) -> None:
        self._order: deque[str] = deque()
        self._uuids: set[str] = set()
        self._capacity = capacity

    def is_fresh(self, uuid: str) -> bool:
        """Whether an event was not seen before; it counts as seen from now on."""
        if uuid in self._uuids:
            return False
        self._uuids.add(uuid)
        self._order.append(uuid)
        if len(self._order) > self._capacity:
            self._uuids.discard(self._order.popleft())
        return True


async def catch_up(okta: Okta, start: LogQuery | str) -> AsyncGenerator[LogPage]:
    """Pages of a polling query up to the present.

    The present is reached at an empty page, or at an event that was published after reading began, by Okta's clock: an
    org that never rests would keep us reading for ever.

    Args:
        okta: the org.
        start: a query without an end, or the next link at which an earlier run stopped.

    Raises:
        UnreadableAnswer: a next link comes back, though its page holds events.
    """
    trail = Trail("GET /api/v1/logs")
    page = await read_page(okta, start)
    began = okta_time(page.answered_at or datetime.fromtimestamp(okta.clock.now(), UTC))
    while True:
        yield page
        if page.following is None or not page.events or page.events.values[-1]["published"] > began:
            return
        trail.visit(page.following)
        page = await read_page(okta, page.following)


async def follow(okta: Okta, start: LogQuery | str, announce: Announce) -> AsyncGenerator[LogPage]:
    """Pages as they come, for ever; an outage is waited out and nothing is lost by it.

    Args:
        okta: the org.
        start: a query without an end, or a next link.
        announce: told of every wait that has a reason other than pace.

    Raises:
        OktaError: an answer that waiting does not help, such as a refused token.
    """
    source = start
    pause = backoff = 0.0
    while True:
        try:
            page = await read_page(okta, source)
        except (Unreachable, OktaError) as error:
            if not _passes(error):
                raise
            backoff = min(_LONGEST_BACKOFF, backoff * 2 or 1.0)
            announce(f"{(error.why or error.what).rstrip('.')}. Resuming from where it stopped", backoff)
            await okta.clock.sleep(backoff)
            continue
        backoff = 0.0
        yield page
        advanced = page.following not in {None, source}
        source = page.following or source
        pause = next_pause(len(page.events) if advanced else 0, pause, calls_a_minute(okta))
        await okta.clock.sleep(pause)


def next_pause(events: int, previous: float, limit: int) -> float:
    """How long to wait before the next call.

    Args:
        events: how many events the last page held.
        previous: seconds waited before it.
        limit: calls a minute that this token has.

    Returns:
        Seconds: none after a full page, the least that the rate limit allows while events come, then more and more.
    """
    if events >= EVENTS_A_CALL:
        return 0.0
    shortest = 60.0 / (limit * _SHARE)
    if events:
        return shortest
    return max(shortest, min(_LONGEST_PAUSE, previous * _SLOWER_BY))


def calls_a_minute(okta: Okta) -> int:
    """The size of the log's bucket as Okta's headers told it, or a careful assumption."""
    limit, _ = okta.limits.state().get(bucket_of("GET", "/api/v1/logs"), (0, 0))
    return limit or _ASSUMED_LIMIT


def _passes(error: Unreachable | OktaError) -> bool:
    return isinstance(error, Unreachable | RateLimited) or error.status >= 500
