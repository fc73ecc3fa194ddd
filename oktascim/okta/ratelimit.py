"""Okta's rate-limit buckets, and the pacing that keeps a run from ever meeting a 429.

A bucket is a one-minute counter that Okta shares between paths (OB-150, OB-151). Its size is not known before
the first answer, so the first request of a bucket goes alone; from then on the headers of every answer say how many
calls are left and when the counter restarts.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from oktascim.http.client import date_of
from oktascim.http.clock import Announce, Clock

CONCURRENT_CALLS = 30  # an Integrator Free org takes 35 in flight (OB-156)
_BUCKETS = (
    (re.compile(r"/api/v1/apps/[^/]+"), "/api/v1/apps/{id}"),
    (re.compile(r"/api/v1/apps(/.*)?"), "/api/v1/apps"),
    (re.compile(r"/api/v1/logs"), "/api/v1/logs"),
    (re.compile(r"/api/v1/users"), "/api/v1/users"),
    (re.compile(r"/api/v1/users/[^/]+"), "/api/v1/users/{id}"),
    (re.compile(r"/api/v1/users/.*"), "/api/v1/users/{id}/…"),
    (re.compile(r"/api/v1/groups/[^/]+"), "/api/v1/groups/{id}"),
    (re.compile(r"/api/v1/groups(/.*)?"), "/api/v1/groups"),
)
_WINDOW = 60.0  # seconds that a counter runs (OB-150)
_SPARE_SECOND = 1.0
_CONCURRENCY_PAUSE = 2.0
LONGEST_WAIT = 2 * (_WINDOW + _SPARE_SECOND)  # seconds that one call waits for answers other than 429
_LARGEST_LIMIT = 1_000_000  # calls a minute; what is larger is not one of Okta's counters


def bucket_of(method: str, path: str) -> str:
    """The name of the counter that a call draws on (OB-151, OB-152).

    Args:
        method: the HTTP method; reading one user and writing one have counters of their own.
        path: the path of the request, without the query.

    Returns:
        A path pattern such as `/api/v1/apps/{id}`, or `/api/v1` for all that has no counter of its own.
    """
    for pattern, name in _BUCKETS:
        if pattern.fullmatch(path):
            return f"{method} {name}" if name == "/api/v1/users/{id}" else name
    return "/api/v1"


class Bucket:
    """One counter: what Okta said of it last, and what is in flight."""

    def __init__(self) -> None:
        self.known = False
        self.limit = math.inf
        self.remaining = math.inf
        self.refilled_at = math.inf
        self.in_flight = 0
        self.changed = asyncio.Condition()
        self._window = 0.0

    def may_send(self, now: float) -> bool:
        """Whether one more call fits into the window; before the first answer, only a call that is alone does."""
        if not self.known:
            return self.in_flight == 0
        if now >= self.refilled_at:
            self.remaining, self.refilled_at = self.limit, math.inf
        return self.remaining - self.in_flight > 0

    def learn(self, response: httpx.Response, now: float) -> None:
        """Take over the counter from an answer; its own Date, not this machine's clock, tells how long to wait."""
        self.known = True
        counter = _counter(response)
        if counter is None or counter.limit < 1:  # limit 0: the concurrency limit was breached, not this counter
            return
        if counter.reset > self._window + 1:
            self._window = counter.reset
            self.limit, self.remaining = counter.limit, counter.remaining
        elif counter.reset < self._window - 1 or self.refilled_at == math.inf:
            return  # an answer of a window that has ended since
        else:
            self.remaining = min(self.remaining, counter.remaining)
        self.refilled_at = now + max(0.0, counter.reset - counter.date) + _SPARE_SECOND


@dataclass(frozen=True)
class _Counter:
    limit: float
    remaining: float
    reset: float
    date: float


def _counter(response: httpx.Response) -> _Counter | None:
    """The counter in an answer's headers, or None where they make no sense.

    A reset that is farther away than a window is long is taken for the end of a window: nobody waits for a year.
    """
    date, headers = date_of(response), response.headers
    try:
        limit = float(headers["x-rate-limit-limit"])
        remaining = float(headers["x-rate-limit-remaining"])
        reset = float(headers["x-rate-limit-reset"])
    except (KeyError, ValueError):
        return None
    makes_sense = 0 <= limit <= _LARGEST_LIMIT and math.isfinite(remaining) and not math.isnan(reset)
    if date is None or not makes_sense:
        return None
    now = date.timestamp()
    return _Counter(limit, remaining, min(max(reset, 0.0), now + _WINDOW), now)


class RateLimits:
    """Every bucket of one org, and the number of calls in flight.

    Args:
        clock: where time comes from.
        announce: told of every wait, as (reason, seconds), before it begins.
    """

    def __init__(self, clock: Clock, announce: Announce) -> None:
        self._clock = clock
        self._announce = announce
        self._buckets: dict[str, Bucket] = {}
        self._slots = asyncio.Semaphore(CONCURRENT_CALLS)

    def state(self) -> dict[str, tuple[int, int]]:
        """What Okta has told: bucket name to (limit per minute, calls left)."""
        return {
            name: (int(bucket.limit), int(bucket.remaining))
            for name, bucket in sorted(self._buckets.items())
            if bucket.limit < math.inf
        }

    def seconds_until_free(self, method: str, path: str, calls: int) -> float:
        """How long it takes until so many calls fit into their bucket; 0 where they fit now or nothing is known."""
        bucket, now = self._buckets.get(bucket_of(method, path)), self._clock.monotonic()
        if bucket is None or bucket.remaining - bucket.in_flight >= calls or bucket.refilled_at == math.inf:
            return 0.0
        return max(0.0, bucket.refilled_at - now)

    @asynccontextmanager
    async def turn(self, method: str, path: str) -> AsyncIterator[Bucket]:
        """Wait until a call fits into its bucket, and hold its place while it is in flight."""
        name = bucket_of(method, path)
        bucket = self._buckets.setdefault(name, Bucket())
        await self._wait_for_place(name, bucket)
        try:
            async with self._slots:
                yield bucket
        finally:
            async with bucket.changed:
                bucket.in_flight -= 1
                bucket.changed.notify_all()

    def learn(self, bucket: Bucket, response: httpx.Response) -> None:
        """Take over the headers of an answer."""
        bucket.learn(response, self._clock.monotonic())

    def wait_after_429(self, bucket: Bucket) -> float:
        """Seconds until the bucket is full again, or a moment where only concurrency was breached."""
        if bucket.remaining <= 0 and bucket.refilled_at < math.inf:
            return max(_SPARE_SECOND, bucket.refilled_at - self._clock.monotonic())
        return _CONCURRENCY_PAUSE

    async def pause(self, bucket: Bucket) -> None:
        """Wait after a 429."""
        seconds = self.wait_after_429(bucket)
        self._announce("Okta answered 429, too many requests", seconds)
        await self._clock.sleep(seconds)

    async def _wait_for_place(self, name: str, bucket: Bucket) -> None:
        async with bucket.changed:
            while not bucket.may_send(self._clock.monotonic()):
                if bucket.in_flight:
                    await bucket.changed.wait()
                    continue
                seconds = max(0.05, bucket.refilled_at - self._clock.monotonic())
                self._announce(f"rate limit of {name}, {bucket.limit:.0f} calls a minute", seconds)
                await self._clock.sleep(seconds)
            bucket.in_flight += 1
