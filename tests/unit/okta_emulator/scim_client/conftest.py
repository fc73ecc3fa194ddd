"""A SCIM server that plays a script: it answers in order and fails on requests beyond it or answers left over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from okta_emulator.scim_client.connection import Connection, Person
from okta_emulator.scim_client.pool import Http
from tests.support.answering import Answering

ERROR_20 = "urn:ietf:params:scim:api:messages:2.0:Error"


class Answers:
    """Ready answers, so that a test reads as a dialogue."""

    @staticmethod
    def json(status: int, body: Any, **headers: str) -> httpx.Response:
        return httpx.Response(status, content=json.dumps(body), headers=headers)

    @staticmethod
    def text(status: int, body: str, **headers: str) -> httpx.Response:
        return httpx.Response(status, content=body, headers=headers)

    @classmethod
    def listing(cls, *resources: dict[str, Any], **members: Any) -> httpx.Response:
        paging = {"totalResults": len(resources), "startIndex": 1, "itemsPerPage": len(resources)}
        return cls.json(200, {**paging, "Resources": list(resources), **members})

    @classmethod
    def error(cls, status: int, detail: str, **headers: str) -> httpx.Response:
        return cls.json(status, {"schemas": [ERROR_20], "detail": detail, "status": status}, **headers)


class Played:
    """What happened: the outcome and the requests as the server saw them."""

    def __init__(self, outcome: Any, requests: list[httpx.Request]) -> None:
        self.outcome = outcome
        self.requests = requests

    @property
    def lines(self) -> list[str]:
        return [f"{r.method} {r.url.raw_path.decode().removeprefix('/scim/v2')}" for r in self.requests]

    @property
    def bodies(self) -> list[str]:
        return [r.content.decode() for r in self.requests]

    @property
    def events(self) -> list[str]:
        return [f"{fact.event_type} {fact.result}" for fact in self.outcome.facts]


@pytest.fixture
def answer() -> type[Answers]:
    return Answers


@pytest.fixture
def play() -> Callable[..., Played]:
    """Run `operation(http)` against a server that gives these answers; an exception as an answer is raised."""

    def run(operation: Callable[[Http], Awaitable[Any]], *answers: httpx.Response | Exception) -> Played:
        waiting, seen = list(answers), []

        def handle(request: httpx.Request) -> httpx.Response:
            seen.append(request)
            assert waiting, f"not in the script: {request.method} {request.url}"
            answer = waiting.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        async def main() -> Any:
            return await operation(Answering(handle))

        outcome = asyncio.run(main())
        assert not waiting, f"never asked for: {waiting}"
        return Played(outcome, seen)

    return run


@pytest.fixture
def connect() -> Callable[..., Connection]:
    """A connection with a recognisable secret; members can be replaced."""

    def make(**members: Any) -> Connection:
        settings = {"base_url": "https://scim.example/scim/v2", "authorization": "Bearer sentinel-7f3a"} | members
        return Connection(**settings)

    return make


@pytest.fixture
def jane() -> Person:
    """The person of Okta's own captures, whose body lengths are known."""
    profile = {"firstName": "Jane", "lastName": "Doe", "email": "jane.doe@example.com", "locale": "en_US"}
    return Person("00uv931EiyRsnwOGa0g3", "jane.doe@example.com", profile)
