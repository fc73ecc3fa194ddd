"""The pages of the System Log: of a time window, up to the present, and as they arrive.

Following requests the saved next link repeatedly, at a pace that leaves half of the rate limit to other clients.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from oktascim.http.clock import Announce
from oktascim.http.unreachable import Unreachable
from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError, RateLimited
from oktascim.okta.logs import EVENTS_A_CALL, LogPage, LogQuery, okta_time, read_page
from oktascim.okta.paging import Trail, next_link
from oktascim.okta.ratelimit import bucket_of

_CALL = "GET /api/v1/logs"
DEFAULT_WINDOW = timedelta(days=7)
_CLOCKS_AGREE_WITHIN = timedelta(seconds=5)
_ASSUMED_LIMIT = 60  # calls per minute, until Okta's headers give the limit (our choice)
_SHARE = 0.5
_SLOWER_BY = 1.5
_LONGEST_PAUSE = 30.0
_LONGEST_BACKOFF = 60.0
_SEVERAL_PAGES = 24 * 1024**2  # bytes; glibc ignores more than 32 MiB


async def history(okta: Okta, query: LogQuery, *, ahead: bool = True) -> AsyncGenerator[LogPage]:
    """All pages of a bounded query, in its order.

    Args:
        okta: the org.
        query: without `until`, it ends now by Okta's clock. If this machine's clock lags, the first page is requested
        again, because the latest events would be missing.
        ahead: whether to request the next page before this one is processed, so that Okta, the network and this
        machine work in parallel; False if it may not be needed.

    Raises:
        UnreadableAnswer: the pages don't end: a link repeats, or three pages in a row are empty.
    """
    _keep_freed_memory()
    until = query.until or datetime.fromtimestamp(okta.clock.now(), UTC)
    page = await read_page(okta, _bounded(query, until))
    if query.until is None and page.answered_at and page.answered_at - until > _CLOCKS_AGREE_WITHIN:
        page = await read_page(okta, _bounded(query, page.answered_at))
    trail = Trail(_CALL)
    if not ahead:
        yield page
        while page.following:
            trail.count(empty=page.is_empty)
            trail.visit(page.following)
            page = await read_page(okta, page.following)
            yield page
        return
    coming = _Coming(okta, page.following, trail) if page.following else None
    try:
        yield page
        del page  # processed events don't wait for the next page
        while coming:
            page = await coming.arrive()
            coming = coming.next
            if coming:
                trail.count(empty=page.is_empty)
            yield page
            del page
    finally:
        if coming:
            coming.abandon()


async def catch_up(okta: Okta, start: LogQuery | str) -> AsyncGenerator[LogPage]:
    """Pages of a polling query up to the present.

    Reading stops at an empty page, or at an event published after reading began (by Okta's clock). Otherwise a busy org
    would keep us reading forever.

    Args:
        okta: the org.
        start: a query without an end, or the next link where an earlier run stopped.

    Raises:
        UnreadableAnswer: a next link repeats although its page holds events.
    """
    trail = Trail(_CALL)
    page = await read_page(okta, start)
    began = okta_time(page.answered_at or datetime.fromtimestamp(okta.clock.now(), UTC))
    while True:
        yield page
        if page.following is None or not page.events or page.events.values[-1]["published"] > began:
            return
        trail.visit(page.following)
        page = await read_page(okta, page.following)


async def follow(okta: Okta, start: LogQuery | str, announce: Announce) -> AsyncGenerator[LogPage]:
    """Pages as they arrive, without end; waits out an outage without losing events.

    Args:
        okta: the org.
        start: a query without an end, or a next link.
        announce: receives every wait, except those of the pace.

    Raises:
        OktaError: an error that waiting doesn't resolve, such as a refused token.
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
            announce(f"{(error.why or error.what).rstrip('.')}. Resuming where it stopped", backoff)
            await okta.clock.sleep(backoff)
            continue
        backoff = 0.0
        yield page
        advanced = page.following not in {None, source}
        source = page.following or source
        pause = next_pause(len(page.events) if advanced else 0, pause, calls_a_minute(okta))
        await okta.clock.sleep(pause)


async def last_event(okta: Okta, expression: str) -> dict[str, Any] | None:
    """The newest event of the last seven days that matches an expression in Okta's filter language, or None."""
    until = datetime.fromtimestamp(okta.clock.now(), UTC)
    page = await read_page(okta, replace(_bounded(LogQuery(expression), until), newest_first=True, limit=1))
    return page.events.values[0] if page.events else None


def next_pause(events: int, previous: float, limit: int) -> float:
    """How long to wait before the next call.

    Args:
        events: how many events the last page held.
        previous: seconds waited before it.
        limit: this token's calls per minute.

    Returns:
        Seconds: 0 after a full page, the minimum that the rate limit allows while events arrive, then increasing.
    """
    if events >= EVENTS_A_CALL:
        return 0.0
    shortest = 60.0 / (limit * _SHARE)
    if events:
        return shortest
    return max(shortest, min(_LONGEST_PAUSE, previous * _SLOWER_BY))


def calls_a_minute(okta: Okta) -> int:
    """The log's rate limit from Okta's headers, or a cautious assumption."""
    limit, _ = okta.limits.state().get(bucket_of("GET", "/api/v1/logs"), (0, 0))
    return limit or _ASSUMED_LIMIT


class _Coming:
    """A page being read: its headers name the next one before its body arrives."""

    def __init__(self, okta: Okta, source: str, trail: Trail) -> None:
        trail.visit(source)
        self._okta = okta
        self._trail = trail
        self._link: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._page = asyncio.create_task(read_page(okta, source, self._announced))
        self.next: _Coming | None = None

    async def arrive(self) -> LogPage:
        """The page; `next` is requested as soon as this page's headers name it."""
        either: set[asyncio.Future[Any]] = {self._link, self._page}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if self._link.done() and (link := self._link.result()):
            self.next = _Coming(self._okta, link, self._trail)
        return await self._page

    def abandon(self) -> None:
        """Ignore the page and its failure: nothing waits for it."""
        self._page.cancel()
        if self.next:
            self.next.abandon()

    def _announced(self, response: httpx.Response) -> None:
        if response.is_success and not self._link.done():
            self._link.set_result(next_link(response))


def _keep_freed_memory() -> None:
    """Let each page reuse the memory of the one before, where glibc would return it to the system and ask again.

    Its thresholds follow the largest block that was freed. This one takes no memory, because nothing writes to it.
    """
    _ = bytes(_SEVERAL_PAGES)


def _bounded(query: LogQuery, until: datetime) -> LogQuery:
    return replace(query, since=query.since or until - DEFAULT_WINDOW, until=until)


def _passes(error: Unreachable | OktaError) -> bool:
    return isinstance(error, Unreachable | RateLimited) or error.status >= 500
