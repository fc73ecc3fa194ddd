"""Runs the tests of scim-sanity, without its draft for agents, with our client instead of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partialmethod
from typing import Any

from oktascim.check.rfc.tester import Outcome, Send, Tester

_PASSED = {"pass": True, "skip": None}
_ALLOWED = re.compile(r"^Expected (?:HTTP )?200, got 204\b")
"""Its objection to a PATCH that is answered with 204, which RFC 7644 section 3.5.2 allows."""
_HEADERS = {"Content-Type": "application/scim+json"}
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What its tests raise for a response of a shape that they don't expect."""


class _Client:
    """Has the methods of scim-sanity's client that its tests call."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def _request(
        self, method: str, path: str, payload: Any = None, extra_headers: Mapping[str, str] | None = None
    ) -> Any:
        from scim_sanity.http_client import SCIMResponse

        body = None if payload is None else json.dumps(payload)
        response = self._send(method, path, body, {**_HEADERS, **(extra_headers or {})})
        return SCIMResponse(response.status, dict(response.headers), response.text)

    get = partialmethod(_request, "GET")
    post = partialmethod(_request, "POST")
    put = partialmethod(_request, "PUT")
    patch = partialmethod(_request, "PATCH")
    delete = partialmethod(_request, "DELETE")


def _outcomes(send: Send, read_only: bool) -> list[Outcome]:
    """Run the tests; read-only, those of the discovery endpoints and of lists."""
    tests = _tests(_Client(send), read_only)
    return [outcome for about, test in tests.items() for outcome in _outcomes_of(about, test)]


def _outcomes_of(about: str, test: Callable[[], Any]) -> list[Outcome]:
    try:
        return [_outcome(about, result) for result in test()]
    except _UNREADABLE as error:
        return [Outcome(about, f"Tests {about}.", False, f"The tester can't read a response: {error}.")]


def _outcome(about: str, result: Any) -> Outcome:
    is_allowed = result.name.startswith("PATCH ") and _ALLOWED.match(result.message)
    passed = True if is_allowed else _PASSED.get(result.status, False)
    return Outcome(result.name, f"Tests {about}: {result.name}.", passed, result.message)


def _tests(client: _Client, read_only: bool) -> dict[str, Callable[[], Any]]:
    """The tests to run, by what they are about."""
    from scim_sanity.probe import tests
    from scim_sanity.response_validator import ServerResponseValidator

    judge, made = ServerResponseValidator(strict=True), list[Any]()
    reading = {
        "discovery": lambda: tests.test_discovery(client, judge),
        "lists and filters": lambda: tests.test_search(client, judge),
    }
    if read_only:
        return reading
    return reading | {
        "the lifecycle of a user": lambda: tests.test_user_lifecycle(client, judge, made),
        "the lifecycle of a group": lambda: tests.test_group_lifecycle(client, judge, made),
        "errors": lambda: tests.test_error_handling(client, judge),
    }


SCIM_SANITY = Tester("scim-sanity", "scim_sanity", _outcomes)
