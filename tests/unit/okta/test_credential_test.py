"""Okta's test of a SCIM server: Okta's limit counts, and a test that takes long is announced."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from oktascim.http import announcements
from oktascim.http.client import Limits
from oktascim.okta.access import ApiToken
from oktascim.okta.client import Okta
from oktascim.okta.connections import activate_connection, set_token_connection
from oktascim.okta.credential_test import OKTA_TEST, during_okta_test
from oktascim.scim.request import OKTA_GIVES_UP
from oktascim.secret_text import SecretStr


@pytest.mark.parametrize("call", ["set", "activate"])
def test_a_test_that_takes_long_is_announced_and_outlasts_the_timeout(monkeypatch, call: str) -> None:
    monkeypatch.setattr(announcements, "_UNSAID", 0.0)
    said: list[tuple[str, float]] = []
    limits: list[float] = []

    async def work() -> None:
        heard = asyncio.Event()

        async def answer(request: httpx.Request) -> httpx.Response:
            limits.append(request.extensions["timeout"]["read"])
            await heard.wait()
            return httpx.Response(200, json={"status": "ENABLED", "authScheme": "TOKEN"})

        def announce(reason: str, seconds: float) -> None:
            said.append((reason, seconds))
            heard.set()

        access = ApiToken(SecretStr("00token"))
        transport = httpx.MockTransport(answer)
        async with Okta(
            "https://acme.okta.com", access, limits=Limits(5), announce=announce, transport=transport
        ) as okta:
            if call == "set":
                await set_token_connection(okta, "0oa1", "https://acme.example/scim", SecretStr("s3cret"))
            else:
                await activate_connection(okta, "0oa1")

    asyncio.run(work())
    assert limits == [OKTA_TEST.seconds]
    assert OKTA_TEST.seconds > OKTA_GIVES_UP
    ((reason, seconds),) = said
    assert "up to 60 s; --timeout doesn't change Okta's limit" in reason
    assert seconds > OKTA_GIVES_UP


def test_a_test_on_a_page_is_announced(monkeypatch) -> None:
    monkeypatch.setattr(announcements, "_UNSAID", 0.0)

    async def work() -> str:
        heard: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        with during_okta_test(lambda reason, _seconds: heard.set_result(reason)):
            return await heard

    assert asyncio.run(work()) == OKTA_TEST.reason


def test_a_test_that_is_soon_over_is_not_announced(monkeypatch) -> None:
    monkeypatch.setattr(announcements, "_UNSAID", 0.0)
    said: list[tuple[str, float]] = []

    async def work() -> None:
        with during_okta_test(lambda reason, seconds: said.append((reason, seconds))):
            pass
        for _ in range(3):
            await asyncio.sleep(0)

    asyncio.run(work())
    assert said == []
