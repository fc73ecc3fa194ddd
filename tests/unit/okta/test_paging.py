"""Every list ends: links that come back, links that are always new, pages that stay empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import httpx
import pytest

from oktascim.errors import ExitCode
from oktascim.logs.pages import catch_up, follow, history
from oktascim.okta import paging
from oktascim.okta.apps import catalog_key, every_app
from oktascim.okta.errors import UnreadableAnswer
from oktascim.okta.logs import LogQuery
from oktascim.okta.push import list_push_mappings
from tests.support.log_events import make_event

ORG = "https://acme.okta.com"
APP = {"id": "0oa1"}
PUSH = {"id": "gPm1", "sourceGroupId": "00g1", "status": "ACTIVE"}
SINCE, UNTIL = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)


def org_of(fake_okta, items: list, link: Callable[[int], str]) -> None:
    """Answers everything with these items and a link that is made of the number of the request."""

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=items, headers={"link": f"<{link(len(fake_okta.requests))}>; rel=next"})

    for path in ("apps", "logs", "apps/0oa1/group-push/mappings"):
        fake_okta.on(f"GET /api/v1/{path}", answer)


def read(fake_okta, reading: Callable) -> UnreadableAnswer:
    async def work() -> None:
        async with fake_okta.client() as okta:
            await reading(okta)

    with pytest.raises(UnreadableAnswer) as caught:
        fake_okta.clock.run(work())
    assert caught.value.exit_code == ExitCode.FAILED
    for stub in fake_okta.stubs:  # an org of stubs for every list; one test reads one of them
        stub.answers = ()
    return caught.value


async def bounded(okta) -> None:
    async for page in history(okta, LogQuery("", SINCE, UNTIL)):
        assert page.body


async def without_looking_ahead(okta) -> None:
    async for page in history(okta, LogQuery("", SINCE, UNTIL), ahead=False):
        assert page.body


async def polling(okta) -> None:
    async for page in catch_up(okta, LogQuery("", SINCE)):
        assert page.body


READINGS = {
    "apps": (every_app, [APP]),
    "push mappings": (lambda okta: list_push_mappings(okta, "0oa1"), [PUSH]),
    "bounded log": (bounded, [make_event(1)]),
    "bounded log, page by page": (without_looking_ahead, [make_event(1)]),
    "polled log": (polling, [make_event(1)]),
}


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize(
    "link",
    [
        lambda _n: "?a=1",
        lambda n: f"?a={n % 2}",
        lambda _n: "",
        lambda n: f"{ORG}/api/v1/apps?a={n % 3}",
        lambda n: f"?#{n}",
    ],
    ids=["itself", "two that alternate", "empty", "three in a circle", "fragments"],
)
def test_a_link_that_comes_back_ends_the_list(fake_okta, reading: str, link: Callable[[int], str]) -> None:
    ask, items = READINGS[reading]
    org_of(fake_okta, items, link)
    assert "links back to an earlier one" in str(read(fake_okta, ask))
    assert len(fake_okta.requests) <= 6


@pytest.mark.parametrize("reading", [name for name in READINGS if name != "polled log"])
def test_three_empty_pages_in_a_row_end_the_list(fake_okta, reading: str) -> None:
    ask, _ = READINGS[reading]
    org_of(fake_okta, [], lambda n: f"?after={n}")
    assert "3 pages in a row are empty" in str(read(fake_okta, ask))
    assert len(fake_okta.requests) <= 5


def test_a_list_of_ever_new_pages_ends(fake_okta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 20)
    org_of(fake_okta, [APP], lambda n: f"?after={n}")
    assert "more than 20 pages" in str(read(fake_okta, every_app))


def test_a_list_that_would_fill_the_memory_ends(fake_okta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_BYTES", 100)
    org_of(fake_okta, [APP], lambda n: f"?after={n}")
    assert "larger than" in str(read(fake_okta, every_app))


def test_a_catalogue_whose_cursor_comes_back_ends(fake_okta) -> None:
    names = count()

    def page(_request: httpx.Request) -> httpx.Response:
        number = next(names)
        return httpx.Response(200, json=[{"name": f"app{number % 2}", "displayName": "x"}] * 20)

    fake_okta.on("GET /api/v1/catalog/apps", page)
    assert "doesn't end" in str(read(fake_okta, lambda okta: catalog_key(okta, "SCIM")))


def test_following_waits_where_a_full_page_leads_back_to_itself(fake_okta) -> None:
    org_of(fake_okta, [make_event(n) for n in range(1000)], lambda _n: f"{ORG}/api/v1/logs?after=1")
    for stub in fake_okta.stubs:
        stub.answers = stub.answers if "logs" in stub.name else ()

    async def work() -> None:
        async with fake_okta.client() as okta:
            pages = follow(okta, f"{ORG}/api/v1/logs?after=1", lambda _reason, _seconds: None)
            for _ in range(4):
                await anext(pages)

    fake_okta.clock.run(work())
    assert fake_okta.clock.elapsed >= 6
