"""scim-sanity runs over our connection, whatever the server responds."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from oktascim.check.rfc.scim_sanity import SCIM_SANITY
from oktascim.check.rfc.tester import NoResponse, Outcome, Response

pytest.importorskip("scim_sanity", reason="scim-sanity is not installed (extra: rfc)")

JSON = {"content-type": "application/scim+json"}


class Server:
    """Responds to each method with one response, and keeps what was sent."""

    def __init__(self, **by_method: Response) -> None:
        self.by_method = by_method
        self.sent: list[tuple[str, str, str | None, Mapping[str, str]]] = []

    def __call__(self, method: str, target: str, body: str | None, headers: Mapping[str, str]) -> Response:
        self.sent.append((method, target, body, headers))
        return self.by_method.get(method) or Response(200, JSON, '{"id": "7"}')

    def outcomes(self, *, read_only: bool = False) -> list[Outcome]:
        return SCIM_SANITY.outcomes(self, read_only)


def test_read_only_sends_nothing_but_get() -> None:
    server = Server()
    assert server.outcomes(read_only=True)
    assert {method for method, *_ in server.sent} == {"GET"}


def test_bodies_are_sent_as_scim() -> None:
    server = Server(POST=Response(201, JSON, '{"id": "7"}'))
    server.outcomes()
    assert {headers["Content-Type"] for *_, headers in server.sent} == {"application/scim+json"}


def test_a_patch_may_be_answered_with_204() -> None:
    created = Response(201, {**JSON, "location": "/Users/7"}, '{"id": "7"}')
    outcomes = Server(POST=created, PATCH=Response(204, {}, "")).outcomes()
    patches = [one for one in outcomes if one.name.startswith("PATCH ")]
    assert patches
    assert [one for one in patches if one.passed is False] == []


def test_a_request_that_got_no_response_is_an_outcome() -> None:
    def silent(method: str, target: str, body: str | None, headers: Mapping[str, str]) -> Response:
        raise NoResponse("it wasn't sent")

    outcomes = SCIM_SANITY.outcomes(silent, True)
    assert {one.passed for one in outcomes} == {False}
    assert "it wasn't sent" in outcomes[0].reason
