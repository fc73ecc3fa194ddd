"""Polling: pace, outages, doubles, the cursor."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from oktascim.errors import OktascimError, UsageProblem
from oktascim.logs.cursor import Cursor
from oktascim.logs.follow import SeenEvents, catch_up, follow, next_pause
from oktascim.okta.errors import OktaRefusedIdentity
from oktascim.okta.logs import LogQuery
from tests.support.log_events import log_page, make_event

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


def test_doubles_are_dropped_and_memory_is_bounded():
    seen = SeenEvents(capacity=3)
    assert [seen.is_fresh(uuid) for uuid in "12213"] == [True, True, False, False, True]
    assert seen.is_fresh("4")
    assert seen.is_fresh("1")
    assert not seen.is_fresh("4")


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


def test_a_cursor_keeps_the_link(tmp_path):
    cursor = Cursor(tmp_path / "crm.cursor", "https://acme.okta.com", "x pr")
    assert cursor.load() is None
    cursor.save("https://acme.okta.com/api/v1/logs?after=1")
    cursor.save("https://acme.okta.com/api/v1/logs?after=2")
    assert cursor.load() == "https://acme.okta.com/api/v1/logs?after=2"
    assert [path.name for path in tmp_path.iterdir()] == ["crm.cursor"]


@pytest.mark.parametrize(("org", "expression"), [("https://other.okta.com", "x pr"), ("https://acme.okta.com", "y pr")])
def test_a_cursor_of_another_query_is_refused(tmp_path, org, expression):
    Cursor(tmp_path / "c", "https://acme.okta.com", "x pr").save("https://acme.okta.com/next")
    with pytest.raises(UsageProblem, match="belongs to another"):
        Cursor(tmp_path / "c", org, expression).load()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"next": 1}', "not json"])
def test_a_file_that_is_no_cursor_is_refused_and_kept(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_text(content)
    with pytest.raises(UsageProblem, match="isn't an oktascim cursor"):
        Cursor(path, "https://acme.okta.com", "").load()
    assert path.read_text() == content


def test_a_cursor_that_cannot_be_written_says_so(tmp_path):
    cursor = Cursor(tmp_path / "missing" / "c", "https://acme.okta.com", "")
    with pytest.raises(OktascimError, match="Cannot write"):
        cursor.save("https://acme.okta.com/next")


def test_a_device_without_an_end_is_no_cursor_file():
    with pytest.raises(UsageProblem, match="is a device, not a regular file"):
        Cursor(Path("/dev/zero"), "https://acme.okta.com", "").load()
