"""Events in Okta's shape, and an org whose log answers what a test scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from oktascim.http import Clock
from oktascim.okta.client import Okta

ORG = "https://acme.okta.com"
NEXT = f"{ORG}/api/v1/logs?limit=1000&after="


def make_event(number: int = 1, **members: Any) -> dict[str, Any]:
    return {
        "actor": {"id": "00uadmin", "type": "User", "alternateId": "ola@acme.example", "displayName": "Ola"},
        "displayMessage": "Push new user to external application",
        "eventType": "application.provision.user.push",
        "outcome": {"result": "SUCCESS", "reason": None},
        "published": f"2026-11-20T10:00:{number % 60:02}.000Z",
        "severity": "INFO",
        "debugContext": {"debugData": {"appname": "scim2headerauth"}},
        "transaction": {"type": "JOB", "id": f"txn{number}", "detail": {}},
        "uuid": f"00000000-0000-0000-0000-{number:012}",
        "target": [
            {"id": "0uaada", "type": "AppUser", "alternateId": "ada@acme.example", "displayName": "Ada"},
            {"id": "0oacrm", "type": "AppInstance", "alternateId": "Acme CRM", "displayName": "SCIM 2.0"},
            {"id": "00uada", "type": "User", "alternateId": "ada@acme.example", "displayName": "Ada"},
        ],
        **members,
    }


def compact(events: list[dict[str, Any]]) -> bytes:
    return json.dumps(events, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass
class ScriptedOrg:
    """Answers one request after the other; a request too many fails the test."""

    answers: list[httpx.Response | Exception]
    requests: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    now: float = 1_800_000_000.0
    _monotonic: float = 0.0

    def okta(self) -> Okta:
        clock = Clock(now=lambda: self.now, monotonic=lambda: self._monotonic, sleep=self._sleep)
        return Okta(ORG, SecretStr("00token"), clock=clock, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[len(self.requests) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._monotonic += seconds


def page(events: list[dict[str, Any]], after: str | None = None, **headers: str) -> httpx.Response:
    links = [("link", f'<{NEXT}{after}>; rel="next"')] if after else []
    own = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return httpx.Response(200, content=compact(events), headers=[*links, *own])


def refusal(status: int, code: str = "", summary: str = "", **headers: str) -> httpx.Response:
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"errorCode": code, "errorSummary": summary, "errorCauses": []}, headers=own)


@pytest.fixture
def event() -> Callable[..., dict[str, Any]]:
    return make_event


@pytest.fixture
def scripted() -> Callable[..., ScriptedOrg]:
    return lambda *answers: ScriptedOrg(list(answers))


@pytest.fixture
def answer() -> Callable[..., httpx.Response]:
    return page


@pytest.fixture
def refuse() -> Callable[..., httpx.Response]:
    return refusal
