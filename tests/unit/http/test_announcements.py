"""What a user learns of a client's waits: each once, however many requests wait."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from oktascim.http import announcements
from oktascim.http.announcements import SharedAnnouncements
from oktascim.http.client import HttpClient, Limits
from oktascim.http.clock import Clock


async def at_once(_seconds: float) -> None:
    """Wait no longer than the next turn of the loop."""


def test_the_retries_of_each_call_are_announced_also_after_one_that_failed() -> None:
    announced: list[str] = []

    async def work() -> None:
        transport = httpx.MockTransport(lambda _request: httpx.Response(503))
        announce = lambda reason, _seconds: announced.append(reason)  # noqa: E731
        async with HttpClient(
            "https://acme.okta.com", clock=Clock(sleep=at_once), announce=announce, transport=transport
        ) as client:
            for _ in range(2):
                await client.send(client.build("GET", "/api/v1/apps"))

    asyncio.run(work())
    assert [reason[-len("attempt 2 of 4") :] for reason in announced] == [
        *("attempt 2 of 4", "attempt 3 of 4", "attempt 4 of 4"),
        *("attempt 2 of 4", "attempt 3 of 4", "attempt 4 of 4"),
    ]


def test_responses_that_are_late_together_are_announced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements, "_UNSAID", 0.0)
    announced: list[tuple[str, float]] = []

    async def work() -> None:
        heard = asyncio.Event()

        async def late(_request: httpx.Request) -> httpx.Response:
            await heard.wait()
            await asyncio.sleep(0)
            return httpx.Response(200)

        def announce(reason: str, seconds: float) -> None:
            announced.append((reason, seconds))
            asyncio.get_running_loop().call_soon(heard.set)

        limits, transport = Limits(seconds=50), httpx.MockTransport(late)
        async with HttpClient("https://acme.okta.com", limits=limits, announce=announce, transport=transport) as client:
            calls = [client.send(client.build("GET", path)) for path in ("/api/v1/apps", "/api/v1/users")]
            await asyncio.gather(*calls)
            heard.clear()
            await client.send(client.build("GET", "/api/v1/logs"))

    asyncio.run(work())
    assert [reason for reason, _ in announced] == [
        "the response of acme.okta.com to GET /api/v1/apps",
        "the response of acme.okta.com to GET /api/v1/logs",
    ]


def test_a_response_that_is_still_late_when_the_announced_one_came_is_announced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(announcements, "_UNSAID", 0.0)

    async def work() -> None:
        first, second = asyncio.Event(), asyncio.Event()
        heard: asyncio.Queue[str] = asyncio.Queue()
        shared = SharedAnnouncements(lambda reason, _seconds: heard.put_nowait(reason))

        async def wait(reason: str, over: asyncio.Event) -> None:
            with shared.if_long(reason, 50):
                await over.wait()

        calls = asyncio.gather(wait("the first", first), wait("the second", second))
        assert await heard.get() == "the first"
        first.set()
        assert await asyncio.wait_for(heard.get(), 10) == "the second"
        second.set()
        await calls
        assert heard.empty()

    asyncio.run(work())
