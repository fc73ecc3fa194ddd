"""The session token, whatever the org answers."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.async_api import APIRequestContext

from oktascim.routes.browser.authn import ConsoleAccount, SignInRefused, session_token
from oktascim.routes.observer import Observer
from oktascim.secret_text import SecretStr

ORG = "https://acme.okta.example"
VERIFY = {"factorType": "token:software:totp", "_links": {"verify": {"href": f"{ORG}/api/v1/authn/factors/f/verify"}}}


class Http:
    """Answers one body after the other, and keeps what was sent."""

    def __init__(self, *bodies: str, status: int = 200) -> None:
        self.bodies, self.status = list(bodies), status
        self.sent: list[tuple[str, Any]] = []

    async def post(self, url: str, *, data: Any, **_given: Any) -> SimpleNamespace:
        self.sent.append((url, data))
        body = self.bodies.pop(0)
        return SimpleNamespace(status=self.status, body=lambda: asyncio.sleep(0, body.encode()))


class Codes:
    async def next(self, _observer: Observer) -> str:
        return "123456"


def token_of(http: Http) -> str | None:
    account = ConsoleAccount("ada@acme.example", SecretStr("a password"), cast("Any", Codes()))
    return asyncio.run(session_token(cast("APIRequestContext", http), ORG, account, cast("Observer", None)))


def test_a_password_alone() -> None:
    assert token_of(Http('{"status": "SUCCESS", "sessionToken": "t"}')) == "t"


def test_a_code_for_the_software_token() -> None:
    asked = {"status": "MFA_REQUIRED", "stateToken": "s", "_embedded": {"factors": [VERIFY]}}
    http = Http(json.dumps(asked), '{"sessionToken": "t"}')
    assert token_of(http) == "t"
    assert http.sent[1] == (VERIFY["_links"]["verify"]["href"], {"stateToken": "s", "passCode": "123456"})  # type: ignore[index]


@pytest.mark.parametrize(
    "body", ["[" * 100_000, "", "<html>", "[]", '{"sessionToken": ["t"]}', '{"sessionToken": null}']
)
def test_an_answer_without_a_usable_token(body: str) -> None:
    assert token_of(Http(body)) is None


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"_embedded": []},
        {"_embedded": {"factors": 7}},
        {"_embedded": {"factors": ["f"]}},
        {"_embedded": {"factors": [{}]}},
        {"_embedded": {"factors": [VERIFY]}},
        {
            "stateToken": "s",
            "_embedded": {"factors": [{**VERIFY, "_links": {"verify": {"href": "https://x.example/"}}}]},
        },
    ],
)
def test_a_factor_that_cannot_be_used_sends_no_code(asked: dict[str, Any]) -> None:
    http = Http(json.dumps({"status": "MFA_REQUIRED", **asked}))
    assert token_of(http) is None
    assert len(http.sent) == 1


def test_a_wrong_password_ends_the_sign_in() -> None:
    with pytest.raises(SignInRefused, match="rejected the user name or password"):
        token_of(Http("{}", status=401))
