"""What the testers of `check --rfc` create and say, whatever the server responds."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from oktascim.check.bodies import Names
from oktascim.check.lab import NotOurs
from oktascim.check.rfc import run as rfc_run
from oktascim.check.rfc.run import RfcLab, run_rfc
from oktascim.check.rfc.tester import Outcome
from oktascim.http.clock import Clock
from oktascim.scim.exchange import ScimClient

BASE = "http://127.0.0.1:9"
NEW = {"userName": "tester-1@example.com"}


def created(*responses: tuple[str, object]) -> RfcLab:
    """A lab in which a tester has posted a user; the responses to the POST and to a GET."""
    by_method = dict(responses)

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(201 if request.method == "POST" else 200, json=by_method.get(request.method, {}))

    async def post() -> RfcLab:
        async with ScimClient(BASE, "Bearer x", 9, Clock(), httpx.MockTransport(respond)) as client:
            lab = RfcLab(client, BASE, "2.0", "Bearer x", Names("check-1", "example.com"))
            await lab.send("POST", "/Users", NEW)
            return lab

    return asyncio.run(post())


def test_a_number_as_id_is_deleted_at_the_end_too() -> None:
    assert list(created(("POST", {**NEW, "id": 7})).made) == [("Users", "7")]


def test_a_response_without_a_name_is_read_back() -> None:
    assert list(created(("POST", {"id": "7"}), ("GET", {**NEW, "id": "7"})).made) == [("Users", "7")]


@pytest.mark.parametrize("found", [{"id": "7", "userName": "ada@acme.example"}, {"id": ".."}, {"id": {}}])
def test_someone_elses_user_in_the_response_is_not_taken_for_ours(found: object) -> None:
    lab = created(("POST", found), ("GET", found))
    assert lab.made == {}
    with pytest.raises(NotOurs):
        asyncio.run(lab.send("DELETE", "/Users/7"))


def test_a_deviation_for_each_resource_of_a_large_server_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = Outcome("GET /Schemas", "A rule.", False, "Resources.0.id is wrong. " * 50_000)
    monkeypatch.setattr(rfc_run, "TESTERS", (rfc_run.Tester("some-tester", "json", lambda *_: [outcome]),))
    [verdict] = asyncio.run(run_rfc(created(("POST", {})), read_only=True))
    assert verdict.detail.startswith("Resources.0.id is wrong.")
    assert len(json.dumps(verdict.detail)) < 1_100


def test_a_request_that_was_not_sent_is_not_the_servers_deviation(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotOurs) as refused:
        asyncio.run(created().send("PUT", "/Users/7", NEW))
    outcome = Outcome("PUT /Users", "A rule.", False, str(refused.value))
    monkeypatch.setattr(rfc_run, "TESTERS", (rfc_run.Tester("some-tester", "json", lambda *_: [outcome]),))
    [verdict] = asyncio.run(run_rfc(created(), read_only=False))
    assert (verdict.passed, verdict.detail) == (None, str(refused.value))


def test_a_search_is_sent_although_it_is_a_post() -> None:
    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"totalResults": 0})

    async def search() -> bool:
        async with ScimClient(BASE, "Bearer x", 9, Clock(), httpx.MockTransport(respond)) as client:
            lab = RfcLab(client, BASE, "2.0", "Bearer x", Names("check-1", "example.com"))
            return (await lab.send("POST", "/.search", {"startIndex": 1})).ok

    assert asyncio.run(search())
