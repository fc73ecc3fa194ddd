"""Okta's rate-limit buckets, and pacing that avoids a 429.

A bucket is a one-minute counter that Okta shares between paths (OB-150, OB-151). Its size isn't known before the first
response, so a bucket's first request is sent alone. After that, the headers of every response give the remaining calls
and the time of the reset.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from oktascim.http.clock import Announce, Clock, date_of

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
_WINDOW = 60.0  # length of a counter's window, in seconds (OB-150)
_SPARE_SECOND = 1.0
_CONCURRENCY_PAUSE = 2.0
LONGEST_WAIT = 2 * (_WINDOW + _SPARE_SECOND)  # seconds that one call waits, apart from waits for a 429
_LARGEST_LIMIT = 1_000_000  # calls a minute; a larger value isn't one of Okta's counters


def bucket_of(method: str, path: str) -> str:
    """The name of the counter that a call uses (OB-151, OB-152).

    Args:
        method: the HTTP method; reading and writing a user have separate counters.
        path: the path of the request, without the query.

    Returns:
        A path pattern such as `/api/v1/apps/{id}`, or `/api/v1` for paths without their own counter.
    """
    for pattern, name in _BUCKETS:
        if pattern.fullmatch(path):
            return f"{method} {name}" if name == "/api/v1/users/{id}" else name
    return "/api/v1"


class Bucket:
    """One counter: Okta's latest values, and the calls in flight."""

    def __init__(self) -> None:
        self.known = False
        self.limit = math.inf
        self.remaining = math.inf
        self.refilled_at = math.inf
        self.in_flight = 0
        self.changed = asyncio.Condition()
        self._window = 0.0

    def may_send(self, now: float) -> bool:
        """Whether one more call fits into the window; before the first response, only a single call does."""
        if not self.known:
            return self.in_flight == 0
        if now >= self.refilled_at:
            self.remaining, self.refilled_at = self.limit, math.inf
        return self.remaining - self.in_flight > 0

    def learn(self, response: httpx.Response, now: float) -> None:
        """Update the counter from a response; its Date header, not this machine's clock, decides how long to wait."""
        self.known = True
        counter = _counter(response)
        if counter is None or counter.limit < 1:  # limit 0: the concurrency limit was exceeded, not this counter
            return
        if counter.reset > self._window + 1:
            self._window = counter.reset
            self.limit, self.remaining = counter.limit, counter.remaining
        elif counter.reset < self._window - 1 or self.refilled_at == math.inf:
            return  # a response from a window that has ended
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
    """The counter in a response's headers, or None if they are invalid.

    A reset further away than the length of a window counts as the end of a window, to avoid absurd waits.
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
        clock: the clock.
        announce: receives every wait, as (reason, seconds), before it begins.
    """

    def __init__(self, clock: Clock, announce: Announce) -> None:
        self._clock = clock
        self._announce = announce
        self._buckets: dict[str, Bucket] = {}
        self._slots = asyncio.Semaphore(CONCURRENT_CALLS)

    def state(self) -> dict[str, tuple[int, int]]:
        """Okta's latest values: bucket name to (limit per minute, remaining calls)."""
        return {
            name: (int(bucket.limit), int(bucket.remaining))
            for name, bucket in sorted(self._buckets.items())
            if bucket.limit < math.inf
        }

    def seconds_until_free(self, method: str, path: str, calls: int) -> float:
        """How long until this many calls fit into their bucket; 0 if they fit now or nothing is known."""
        bucket, now = self._buckets.get(bucket_of(method, path)), self._clock.monotonic()
        if bucket is None or bucket.remaining - bucket.in_flight >= calls or bucket.refilled_at == math.inf:
            return 0.0
        return max(0.0, bucket.refilled_at - now)

    @asynccontextmanager
    async def turn(self, method: str, path: str) -> AsyncIterator[Bucket]:
        """Wait until a call fits into its bucket, and reserve it while in flight."""
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
        """Update the bucket from a response's headers."""
        bucket.learn(response, self._clock.monotonic())

    def wait_after_429(self, bucket: Bucket) -> float:
        """Seconds until the bucket is full again, or a moment if only the concurrency limit was exceeded."""
        if bucket.remaining <= 0 and bucket.refilled_at < math.inf:
            return max(_SPARE_SECOND, bucket.refilled_at - self._clock.monotonic())
        return _CONCURRENCY_PAUSE

    async def pause(self, bucket: Bucket) -> None:
        """Wait after a 429."""
        seconds = self.wait_after_429(bucket)
        self._announce("Okta returned 429, too many requests", seconds)
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
