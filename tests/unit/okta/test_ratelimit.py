"""Pacing by Okta's headers: which counter a call draws on, and that no counter is ever overdrawn."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from email.utils import formatdate

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oktascim.okta.ratelimit import CONCURRENT_CALLS, Bucket, RateLimits, bucket_of

DATE = "Fri, 27 Nov 2026 10:00:00 GMT"

APPS = "/api/v1/apps"


@pytest.mark.parametrize(
    ("method", "path", "bucket"),
    [
        ("GET", "/api/v1/apps", "/api/v1/apps"),
        ("POST", "/api/v1/apps", "/api/v1/apps"),
        ("GET", "/api/v1/apps/0oa1/users", "/api/v1/apps"),
        ("POST", "/api/v1/apps/0oa1/lifecycle/activate", "/api/v1/apps"),
        ("GET", "/api/v1/apps/0oa1/connections/default", "/api/v1/apps"),
        ("GET", "/api/v1/apps/0oa1/group-push/mappings", "/api/v1/apps"),
        ("GET", "/api/v1/apps/0oa1", "/api/v1/apps/{id}"),
        ("PUT", "/api/v1/apps/0oa1", "/api/v1/apps/{id}"),
        ("DELETE", "/api/v1/apps/0oa1", "/api/v1/apps/{id}"),
        ("GET", "/api/v1/logs", "/api/v1/logs"),
        ("GET", "/api/v1/users", "/api/v1/users"),
        ("GET", "/api/v1/users/00u1", "GET /api/v1/users/{id}"),
        ("POST", "/api/v1/users/00u1", "POST /api/v1/users/{id}"),
        ("GET", "/api/v1/users/00u1/appLinks", "/api/v1/users/{id}/…"),
        ("GET", "/api/v1/groups", "/api/v1/groups"),
        ("PUT", "/api/v1/groups/00g1/users/00u1", "/api/v1/groups"),
        ("GET", "/api/v1/groups/00g1", "/api/v1/groups/{id}"),
        ("GET", "/api/v1/mappings", "/api/v1"),
        ("GET", "/api/v1/catalog/apps", "/api/v1"),
        ("GET", "/.well-known/okta-organization", "/api/v1"),
    ],
)
def test_bucket_of(method: str, path: str, bucket: str) -> None:
    assert bucket_of(method, path) == bucket


@dataclass
class Counter:
    """Okta's side: a one-minute counter that starts with the first call (OB-150)."""

    limit: int
    now: object
    ends: float = -math.inf
    used: int = 0
    refused: int = 0
    seen: list[float] = field(default_factory=list)

    def call(self) -> httpx.Response:
        now = self.now()
        self.seen.append(now)
        if now >= self.ends:
            self.ends, self.used = now + 60, 0
        self.used += 1
        return answer(
            self.limit, max(0, self.limit - self.used), reset=self.ends, date=now, over=self.used > self.limit
        )


def answer(limit: int, remaining: int, *, reset: float, date: float, over: bool = False) -> httpx.Response:
    headers = {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(remaining),
        "x-rate-limit-reset": str(math.floor(reset)),
        "date": formatdate(math.floor(date), usegmt=True),
    }
    return httpx.Response(429 if over else 200, headers=headers)


def drive(clock, counter: Counter, calls: list[tuple[float, float, float]], slots: int | None = None) -> RateLimits:
    """Make calls; each is (begins, seconds on the way there, seconds on the way back)."""
    limits = RateLimits(clock.clock, lambda _reason, _seconds: None)

    async def one(begins: float, there: float, back: float) -> None:
        await asyncio.sleep(begins)
        async with limits.turn("GET", APPS) as bucket:
            await asyncio.sleep(there)
            response = counter.call()
            await asyncio.sleep(back)
            limits.learn(bucket, response)

    async def everything() -> None:
        await asyncio.gather(*(one(*call) for call in calls))

    clock.run(everything())
    return limits


def test_no_window_sees_more_calls_than_its_limit(fake_clock) -> None:
    counter = Counter(10, fake_clock.clock.now)
    drive(fake_clock, counter, [(0.0, 0.05, 0.05)] * 45)
    assert len(counter.seen) == 45
    assert counter.refused == 0
    assert 4 * 60 <= fake_clock.elapsed < 4 * 63  # four waits for a new window, none longer than it must be


def test_the_first_call_goes_alone(fake_clock) -> None:
    counter = Counter(10, fake_clock.clock.now)
    drive(fake_clock, counter, [(0.0, 1.0, 1.0)] * 3)
    first, *others = (moment - fake_clock.start for moment in counter.seen)
    assert first == pytest.approx(1.0)
    assert others == pytest.approx([3.0, 3.0])  # sent together, once the answer to the first was there


def test_a_late_answer_of_the_window_before_does_not_end_the_new_one_early(fake_clock) -> None:
    counter = Counter(10, fake_clock.clock.now)
    straggler = (59.0, 0.1, 6.0)  # counted in the first window, answered at 65.1 in the second
    slow = (64.0, 0.1, 5.0)  # takes the place that the straggler gives back
    drive(fake_clock, counter, [(0.0, 0.1, 0.1), straggler, *[(62.5, 0.1, 0.1)] * 9, slow, *[(68.0, 0.1, 0.1)] * 9])
    assert counter.refused == 0


def test_answers_out_of_order_keep_the_lowest_count() -> None:
    bucket = Bucket()
    for remaining in (7, 4, 6):
        bucket.learn(answer(10, remaining, reset=1060, date=1000), now=0.0)
    assert bucket.remaining == 4


def test_the_wait_is_told_by_the_servers_clock_not_by_ours() -> None:
    bucket = Bucket()
    bucket.learn(answer(10, 0, reset=1_000_030, date=1_000_000), now=5.0)
    assert not bucket.may_send(5.0 + 30.9)
    assert bucket.may_send(5.0 + 31.0)


@pytest.mark.parametrize("headers", [{}, {"x-rate-limit-limit": "many"}, {"x-rate-limit-limit": "10"}])
def test_an_answer_without_a_counter_limits_nothing(headers: dict[str, str]) -> None:
    bucket = Bucket()
    bucket.learn(httpx.Response(200, headers=headers), now=0.0)
    bucket.in_flight = 1000
    assert bucket.may_send(0.0)


def test_a_breach_of_the_concurrency_limit_is_not_taken_for_an_empty_counter(fake_clock) -> None:
    limits = RateLimits(fake_clock.clock, lambda _reason, _seconds: None)
    bucket = Bucket()
    bucket.learn(answer(10, 9, reset=1060, date=1000), now=0.0)
    bucket.learn(answer(0, 0, reset=1060, date=1000, over=True), now=0.0)
    fake_clock.run(limits.pause(bucket))
    assert bucket.remaining == 9
    assert fake_clock.slept == [2.0]


def test_a_spent_counter_is_waited_out_and_the_wait_is_announced(fake_clock) -> None:
    announced = []
    limits = RateLimits(fake_clock.clock, lambda reason, seconds: announced.append((reason, seconds)))
    bucket = Bucket()
    bucket.learn(answer(10, 0, reset=1008, date=1000, over=True), now=0.0)
    fake_clock.run(limits.pause(bucket))
    assert announced == [("Okta returned 429, too many requests", 9.0)]
    assert bucket.may_send(fake_clock.elapsed)


def test_never_more_calls_in_flight_than_the_org_bears(fake_clock) -> None:
    limits = RateLimits(fake_clock.clock, lambda _reason, _seconds: None)
    now, most = 0, 0

    async def one(number: int) -> None:
        nonlocal now, most
        async with limits.turn("GET", f"/api/v1/users/{number}/appLinks") as bucket:
            now += 1
            most = max(most, now)
            await asyncio.sleep(1)
            limits.learn(bucket, httpx.Response(200))
            now -= 1

    async def everything() -> None:
        await one(0)
        await asyncio.gather(*(one(number) for number in range(100)))

    fake_clock.run(everything())
    assert most == CONCURRENT_CALLS


def test_a_call_that_fails_gives_its_place_back(fake_clock) -> None:
    limits = RateLimits(fake_clock.clock, lambda _reason, _seconds: None)

    async def broken() -> None:
        with pytest.raises(ConnectionError):
            async with limits.turn("GET", APPS):
                raise ConnectionError

    async def everything() -> None:
        await broken()
        await broken()  # would wait for ever if the first had kept its place

    fake_clock.run(everything())
    assert limits.state() == {}


def test_state_shows_what_okta_told(fake_clock) -> None:
    limits = drive(fake_clock, Counter(50, fake_clock.clock.now), [(0.0, 0.1, 0.1)] * 3)
    assert limits.state() == {APPS: (50, 47)}


latency = st.floats(0.01, 20)
calls = st.lists(st.tuples(st.floats(0, 150), latency, latency), min_size=1, max_size=60)


@settings(deadline=None, max_examples=100)
@given(limit=st.integers(1, 12), calls=calls, skew=st.floats(-1000, 1000))
def test_no_schedule_overdraws_the_counter(make_clock, limit: int, calls: list, skew: float) -> None:
    clock = make_clock()
    counter = Counter(limit, lambda: clock.clock.now() + skew)
    drive(clock, counter, calls)
    assert len(counter.seen) == len(calls)
    assert counter.refused == 0


@pytest.mark.parametrize("limit", ["nan", "inf", "-3", "0", "1e300", "many"])
def test_a_limit_that_is_no_limit_is_not_believed(fake_okta, limit: str) -> None:
    headers = {"x-rate-limit-limit": limit, "x-rate-limit-remaining": "0", "x-rate-limit-reset": "9"}
    fake_okta.on("GET /api/v1/apps/0oa1", httpx.Response(200, json={"id": "0oa1"}, headers=headers | {"date": DATE}))

    async def work() -> dict[str, tuple[int, int]]:
        async with fake_okta.client() as okta:
            for _ in range(3):
                await okta.get("/api/v1/apps/0oa1")
            return okta.limits.state()

    assert fake_okta.clock.run(work()) == {}
    assert fake_okta.clock.elapsed == 0


def test_a_reset_far_away_is_waited_for_one_window(fake_okta) -> None:
    headers = {"x-rate-limit-limit": "5", "x-rate-limit-remaining": "0", "x-rate-limit-reset": "99999999999"}
    fake_okta.on("GET /api/v1/apps/0oa1", httpx.Response(200, json={"id": "0oa1"}, headers=headers | {"date": DATE}))

    async def work() -> None:
        async with fake_okta.client() as okta:
            for _ in range(2):
                await okta.get("/api/v1/apps/0oa1")

    fake_okta.clock.run(work())
    assert fake_okta.clock.elapsed == 61
