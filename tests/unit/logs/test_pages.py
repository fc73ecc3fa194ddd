"""Pages of the log: bounded, up to the present, and as they come."""

from __future__ import annotations

import asyncio
import gc
import json
from datetime import UTC, datetime

import httpx
import pytest

from oktascim.errors import OktascimError
from oktascim.logs.pages import catch_up, follow, history, next_pause
from oktascim.okta.errors import OktaRefusedIdentity
from oktascim.okta.logs import LogQuery
from tests.support.log_events import log_page, make_event

SINCE = datetime(2026, 11, 1, tzinfo=UTC)

UNTIL = datetime(2026, 11, 2, tzinfo=UTC)


def read_history(org, query):
    async def collect():
        return [raw async for page in history(org.client(), query) for raw in page.events.raws]

    return org.clock.run(collect())


def test_bounded_query_follows_every_next_link_and_ends(fake_okta):
    log = fake_okta.on(
        "GET /api/v1/logs",
        log_page([make_event(1), make_event(2)], "p2"),
        log_page([make_event(3)], "p3"),
        log_page([]),
    )
    events = read_history(fake_okta, LogQuery("a eq 1", SINCE, UNTIL))
    assert [json.loads(raw)["uuid"][-1] for raw in events] == ["1", "2", "3"]
    assert dict(log.requests[0].url.params) == {
        "filter": "a eq 1",
        "since": "2026-11-01T00:00:00.000Z",
        "until": "2026-11-02T00:00:00.000Z",
        "limit": "1000",
    }
    assert [request.url.params["after"] for request in log.requests[1:]] == ["p2", "p3"]


def test_history_without_times_is_the_last_seven_days(fake_okta):
    log = fake_okta.on("GET /api/v1/logs", log_page([]))
    read_history(fake_okta, LogQuery())
    sent = log.requests[0].url.params
    assert sent["until"] == "2027-01-15T08:00:00.000Z"
    assert sent["since"] == "2027-01-08T08:00:00.000Z"


def test_history_asks_again_where_this_machines_clock_lags(fake_okta):
    late = "Fri, 15 Jan 2027 08:10:00 GMT"
    log = fake_okta.on("GET /api/v1/logs", log_page([], date=late), log_page([make_event(1)], date=late))
    assert len(read_history(fake_okta, LogQuery())) == 1
    assert log.requests[1].url.params["until"] == "2027-01-15T08:10:00.000Z"


class BodyAfter(httpx.AsyncByteStream):
    """A body that comes only once something has happened."""

    def __init__(self, body: bytes, happened: asyncio.Event) -> None:
        self._body, self._happened = body, happened

    async def __aiter__(self):
        await self._happened.wait()
        yield self._body


def test_a_page_is_asked_for_while_the_body_of_the_one_before_is_on_its_way(fake_okta):
    asked = asyncio.Event()
    second, third = log_page([make_event(2)], "p3"), log_page([make_event(3)])

    def answer_third(_request):
        asked.set()
        return third

    def answer_second(_request):
        return httpx.Response(200, headers=second.headers, stream=BodyAfter(second.content, asked))

    fake_okta.on("GET /api/v1/logs", log_page([make_event(1)], "p2"), answer_second, answer_third)
    assert len(read_history(fake_okta, LogQuery("", SINCE, UNTIL))) == 3


class TornOff(httpx.AsyncByteStream):
    """A body that breaks off, late."""

    async def __aiter__(self):
        await asyncio.sleep(6)
        raise httpx.ReadError("connection reset")
        yield b""


def test_a_page_that_fails_ends_the_reading_though_the_next_one_fails_too(fake_okta, caplog):
    headers = log_page([], "p3").headers
    torn = [lambda _request: httpx.Response(200, headers=headers, stream=TornOff())] * 4
    fake_okta.on("GET /api/v1/logs", log_page([make_event(1)], "p2"), *torn)
    fake_okta.on("GET /api/v1/logs?limit=1000&after=p3", httpx.ReadError("gone too"))
    assert "connection reset" in what_ends_it(fake_okta)
    for request in fake_okta.requests:  # they are kept here, and know who waits for their answers
        request.extensions.clear()
    gc.collect()
    assert not caplog.records  # of a task whose failure nobody was told


def what_ends_it(org):
    try:
        read_history(org, LogQuery("", SINCE, UNTIL))
    except OktascimError as error:
        return str(error)


def test_without_looking_ahead_no_page_is_asked_for_in_vain(fake_okta):
    log = fake_okta.on("GET /api/v1/logs", log_page([make_event(1)], "p2"))

    async def first():
        return await anext(history(fake_okta.client(), LogQuery("", SINCE, UNTIL), ahead=False))

    assert fake_okta.clock.run(first()).events.values == [make_event(1)]
    assert len(log.requests) == 1


def test_a_next_link_to_another_host_is_not_followed(fake_okta):
    first = log_page([make_event(1)])
    first.headers["link"] = '<https://evil.example/api/v1/logs?after=x>; rel="next"'
    log = fake_okta.on("GET /api/v1/logs", first)
    with pytest.raises(OktascimError, match="evil"):
        read_history(fake_okta, LogQuery("", SINCE, UNTIL))
    assert len(log.requests) == 1


BUCKET = {"x_rate_limit_limit": "60", "x_rate_limit_remaining": "59", "x_rate_limit_reset": "1800000060"}


def read_following(org, wanted):
    announced = []

    async def collect():
        okta = org.client()
        pages = []
        async for page in follow(okta, LogQuery(), lambda reason, seconds: announced.append((reason, seconds))):
            pages.append([event["uuid"][-1] for event in page.events.values])
            if len(pages) == wanted:
                return pages
        return pages

    return org.clock.run(collect()), announced


def test_following_asks_the_kept_link_again(fake_okta):
    log = fake_okta.on(
        "GET /api/v1/logs",
        log_page([make_event(1)], "a"),
        log_page([], "a"),
        log_page([make_event(2)], "b"),
        log_page([], "b"),
    )
    pages, announced = read_following(fake_okta, 4)
    assert pages == [["1"], [], ["2"], []]
    assert [request.url.params.get("after") for request in log.requests] == [None, "a", "a", "b"]
    assert announced == []


def test_outages_are_waited_out_and_asked_again(fake_okta, okta_error):
    broken = httpx.ReadError("connection reset")
    log = fake_okta.on(
        "GET /api/v1/logs",
        log_page([make_event(1)], "a"),
        *[broken] * 4,
        *[okta_error(503)] * 4,
        log_page([make_event(2)], "b"),
        log_page([make_event(3)], "c"),
    )
    pages, announced = read_following(fake_okta, 3)
    assert pages == [["1"], ["2"], ["3"]]
    assert {request.url.params.get("after") for request in log.requests[1:10]} == {"a"}
    assert [seconds for _, seconds in announced] == [1.0, 2.0]


def test_a_429_is_waited_out(fake_okta, okta_error):
    full = {**BUCKET, "x_rate_limit_remaining": "0"}
    limited = okta_error(429, "E0000047", "API call exceeded rate limit", date="Fri, 15 Jan 2027 08:00:00 GMT", **full)
    fake_okta.on("GET /api/v1/logs", log_page([make_event(1)], "a"), limited, log_page([make_event(2)], "b"))
    pages, _ = read_following(fake_okta, 2)
    assert pages == [["1"], ["2"]]
    assert max(fake_okta.clock.slept) >= 60


def test_a_refused_token_ends_it(fake_okta, okta_error):
    fake_okta.on("GET /api/v1/logs", log_page([], "a"), okta_error(401, "E0000011", "Invalid token provided"))
    with pytest.raises(OktaRefusedIdentity):
        read_following(fake_okta, 2)


@pytest.mark.parametrize(
    ("events", "previous", "limit", "expected"),
    [(1000, 9, 60, 0), (1, 30, 60, 2), (1, 0, 10, 12), (0, 2, 60, 3), (0, 28, 60, 30), (0, 12, 10, 18), (0, 0, 2, 60)],
)
def test_pace_adapts(events, previous, limit, expected):
    assert next_pause(events, previous, limit) == expected


def catch(org, start):
    async def collect():
        return [page async for page in catch_up(org.client(), start)]

    return org.clock.run(collect())


def test_catching_up_ends_at_the_empty_page_and_keeps_its_link(fake_okta):
    fake_okta.on("GET /api/v1/logs", log_page([make_event(1)], "a"), log_page([make_event(2)], "b"), log_page([], "c"))
    pages = catch(fake_okta, LogQuery())
    assert [len(page.events) for page in pages] == [1, 1, 0]
    assert pages[-1].following.endswith("after=c")


def test_catching_up_ends_in_an_org_that_never_rests(fake_okta):
    fake_okta.on("GET /api/v1/logs", log_page([make_event(1, published="2099-01-01T00:00:00.000Z")], "a"))
    assert len(catch(fake_okta, LogQuery())) == 1


@pytest.mark.parametrize(("clock", "pages"), [("10:00:02", 2), ("10:30:00", 3)])
def test_the_present_is_where_oktas_clock_stands(fake_okta, clock, pages):
    date = f"Fri, 20 Nov 2026 {clock} GMT"
    answers = [log_page([make_event(1)], "a", date=date), log_page([make_event(2)], "b"), log_page([], "c")]
    fake_okta.on("GET /api/v1/logs", *answers[:pages])
    assert len(catch(fake_okta, LogQuery())) == pages
