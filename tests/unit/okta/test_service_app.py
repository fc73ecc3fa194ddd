from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from oktascim.errors import ExitCode, IdentityRefused, OktascimError
from oktascim.http.clock import Clock
from oktascim.http.unreachable import Ambiguous
from oktascim.okta.errors import UnreadableAnswer
from oktascim.okta.keys import ClientKey
from oktascim.okta.service_app import Grant, ServiceApp
from oktascim.secret_text import SecretStr
from tests.support.service_apps import key_pair

ORG = "https://acme.okta.com"
GRANTED = {"token_type": "Bearer", "expires_in": 3600, "access_token": "at-1", "scope": "okta.apps.read"}
KEY = ClientKey(SecretStr(key_pair().pem), "the test", key_id="k1")

Answer = httpx.Response | Exception | dict[str, Any] | Callable[[], httpx.Response]


def ask(
    *answers: Answer, monotonic: Callable[[], float] = time.monotonic, **more: Any
) -> tuple[Callable[[], Grant], list[httpx.Request], list[str]]:
    """A service app whose token endpoint gives these answers, one after the other; what it was sent; what it said."""
    left, sent, announced = list(answers), [], []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        now = left.pop(0)
        if isinstance(now, Exception):
            raise now
        if callable(now):
            return now()
        return httpx.Response(200, json=now) if isinstance(now, dict) else now

    async def no_wait(_seconds: float) -> None:
        """Pass without waiting."""

    def grant() -> Grant:
        async def run() -> Grant:
            app = ServiceApp(
                ORG,
                "0oa1",
                KEY,
                ("okta.apps.read", "okta.logs.read"),
                transport=httpx.MockTransport(answer),
                clock=Clock(sleep=no_wait, monotonic=monotonic),
                announce=lambda reason, _seconds: announced.append(reason),
                **more,
            )
            try:
                return await app.grant()
            finally:
                await app.close()

        return asyncio.run(run())

    return grant, sent, announced


def test_the_token_request() -> None:
    grant, sent, _ = ask(GRANTED)
    assert grant().scopes == {"okta.apps.read"}
    (request,) = sent
    form = {key: value for key, (value,) in parse_qs(request.content.decode()).items()}
    assert str(request.url) == f"{ORG}/oauth2/v1/token"
    assert "Authorization" not in request.headers
    assert form.pop("client_assertion").count(".") == 2
    assert form == {
        "grant_type": "client_credentials",
        "scope": "okta.apps.read okta.logs.read",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }


@pytest.mark.parametrize(
    "broken",
    [httpx.ReadError("reset"), httpx.Response(503), httpx.Response(429)],
    ids=["lost answer", "503", "429"],
)
def test_a_token_endpoint_that_fails_once_is_asked_again_with_a_new_assertion(broken: Answer) -> None:
    grant, sent, announced = ask(broken, GRANTED)
    assert grant().token == "at-1"
    first, second = (parse_qs(request.content.decode())["client_assertion"] for request in sent)
    assert first != second
    assert announced


def test_a_token_endpoint_that_never_answers_ends_the_attempts() -> None:
    grant, sent, _ = ask(*[httpx.ReadError("reset")] * 4)
    with pytest.raises(Ambiguous):
        grant()
    assert len(sent) == 4


def test_a_silent_token_endpoint_takes_no_longer_than_one_call_may() -> None:
    now = [0.0]

    def silent(_seconds: float = 50.0) -> httpx.Response:
        now[0] += _seconds
        raise httpx.ReadTimeout("silent")

    grant, sent, _ = ask(*[silent] * 4, monotonic=lambda: now[0])
    with pytest.raises(Ambiguous):
        grant()
    assert len(sent) == 1


def test_a_refusal_is_not_asked_again() -> None:
    refusal = {"error": "invalid_client", "error_description": "The client_assertion signature is invalid."}
    grant, sent, _ = ask(httpx.Response(401, json=refusal))
    with pytest.raises(IdentityRefused, match="gave no access token"):
        grant()
    assert len(sent) == 1


def test_an_answer_that_is_too_large_for_a_token_is_not_read() -> None:
    grant, _, _ = ask(httpx.Response(200, content=b" " * 2 * 1024**2))
    with pytest.raises(OktascimError, match="1 MiB"):
        grant()


def test_assertions_and_tokens_are_secrets_of_the_run() -> None:
    told: list[str] = []
    grant, sent, _ = ask(GRANTED, remember=told.append)
    grant()
    assertion = parse_qs(sent[0].content.decode())["client_assertion"][0]
    assert told == [assertion, "at-1"]


def test_nonces_without_end_end() -> None:
    challenges = [
        httpx.Response(400, json={"error": "use_dpop_nonce"}, headers={"dpop-nonce": f"n{number}"})
        for number in range(9)
    ]
    grant, sent, _ = ask(*challenges, dpop=True)
    with pytest.raises(IdentityRefused):
        grant()
    assert len(sent) == 4


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"access_token": 1, "token_type": "Bearer", "expires_in": 1}',
        b'{"access_token": "a b\\u0000", "token_type": "Bearer", "expires_in": 1}',
        b'{"access_token": "x", "token_type": "mac", "expires_in": 1}',
        b'{"access_token": "x", "token_type": "Bearer", "expires_in": "soon"}',
        json.dumps({**GRANTED, "scope": 7}).encode(),
        json.dumps({**GRANTED, "expires_in": 0}).encode(),
        json.dumps({**GRANTED, "expires_in": -3600}).encode(),
        json.dumps({**GRANTED, "expires_in": 10**400}).encode(),
        json.dumps({**GRANTED, "access_token": "x" * 40_000}).encode(),
    ],
)
def test_what_is_no_token_response(body: bytes) -> None:
    grant, _, _ = ask(httpx.Response(200, content=body))
    with pytest.raises(UnreadableAnswer, match="can't be read"):
        grant()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no error message"),
        (b"[1]", "no error message"),
        (b'{"error": 7}', "no error message"),
        (b"<html>gateway</html>", "web page"),
    ],
)
def test_a_refusal_without_words(content: bytes, words: str) -> None:
    grant, _, _ = ask(httpx.Response(403, content=content, headers={"x-okta-request-id": "req1"}))
    with pytest.raises(OktascimError) as refused:
        grant()
    assert refused.value.why == f"Okta returned 403: {words} [request id req1]"


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_server_that_is_no_org_refuses_no_service_app(status: int) -> None:
    grant, _, _ = ask(httpx.Response(status, content=b"<html><title>Wiki</title></html>"))
    with pytest.raises(OktascimError, match="This doesn't look like an Okta org") as refused:
        grant()
    assert refused.value.exit_code == ExitCode.FAILED
    assert refused.value.why == f'The server returned {status}: web page "Wiki"'
