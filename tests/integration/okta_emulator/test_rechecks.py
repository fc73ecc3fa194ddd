"""What a write does beside what it says, or too late, and what a watchful org reads again once its jobs are done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.broken_server import TOKEN, Handler, Refusal, Server, broken_server
from tests.support.emulated import Emulated, emulated


@pytest.fixture(scope="module")
def watchful() -> Iterator[Emulated]:
    with emulated(connections_api="accept", fast=True, watchful=True) as org:
        yield org


class World:
    """An org with Ada and Bob, an app, and its SCIM server."""

    def __init__(self, org: Emulated, server: Server) -> None:
        org.reset()
        self.org, self.server = org, server
        self.app = org.app()
        org.connect(self.app, server.base_url, TOKEN)
        self.ada, self.bob = org.user("Ada"), org.user("Bob")
        self.assigned: set[str] = set()

    def push(self, name: str, *people: Any) -> Any:
        """Assign people who aren't assigned yet, and push a group of them."""
        for one in people:
            if one["id"] not in self.assigned:
                self.assigned.add(one["id"])
                self.org.assign(self.app, one)
        group = self.org.group(name, *people)
        body = {"sourceGroupId": group["id"], "targetGroupName": name}
        mapping = self.org.call("POST", f"/api/v1/apps/{self.app['id']}/group-push/mappings", body)
        self.org.settle()
        return mapping

    def rename(self, person: Any) -> None:
        self.org.call("POST", f"/api/v1/users/{person['id']}", {"profile": {"lastName": "King"}})
        self.org.settle()

    def findings(self) -> list[str]:
        return [one["text"] for one in self.org.call("GET", "/_emulator/findings")]

    def close(self) -> None:
        """Check that each finding is about the read that shows it, and none shows the credential."""
        reads = {one["n"] for one in self.org.call("GET", "/_emulator/exchanges") if one["watch"]}
        found = self.org.call("GET", "/_emulator/findings")
        assert {one["exchange"] for one in found} <= reads
        assert TOKEN not in json.dumps(found)


@contextmanager
def world(org: Emulated, after: Callable[[Server, str, str, str], None] | None = None) -> Iterator[World]:
    """A world whose server does something else after each write: `after(server, method, collection, id)`."""

    class Unasked(Handler):
        def write(self, method: str, collection: str, resource_id: str, body: dict[str, Any]) -> tuple[int, Any]:
            status, answer = super().write(method, collection, resource_id, body)
            if after is not None:
                after(self.server, method, collection, answer["id"])
            return status, answer

    with broken_server(handler=Unasked) as server:
        one = World(org, server)
        yield one
        one.close()


def without(server: Server, user_id: str, group_ids: list[str]) -> None:
    for group_id in group_ids:
        group = server.store.resources["Groups"][group_id]
        group["members"] = [one for one in group["members"] if one["value"] != user_id]


def test_memberships_that_a_put_of_a_user_ends(watchful: Emulated) -> None:
    def after(server: Server, method: str, collection: str, resource_id: str) -> None:
        if (method, collection) == ("PUT", "Users"):
            without(server, resource_id, list(server.store.resources["Groups"]))

    with world(watchful, after) as here:
        here.push("Team", here.ada, here.bob)
        here.rename(here.ada)
        assert here.findings() == ['PUT /Users/r1 200: the group "r3" has lost "r1" when read again']
        here.rename(here.bob)  # what is known to be lost isn't lost again
        assert here.findings()[1:] == ['PUT /Users/r2 200: the group "r3" has lost "r2" when read again']
        here.rename(here.ada)
        assert len(here.findings()) == 2


def test_members_whom_another_group_takes(watchful: Emulated) -> None:
    """A server where a user is in one group only."""

    def after(server: Server, method: str, collection: str, resource_id: str) -> None:
        if collection == "Groups":
            groups = server.store.resources["Groups"]
            for member in groups[resource_id]["members"]:
                without(server, member["value"], [one for one in groups if one != resource_id])

    with world(watchful, after) as here:
        here.push("One", here.ada, here.bob)
        here.push("Two", here.ada)
        (text,) = here.findings()
        assert text == 'PATCH /Groups/r4 200: the group "r3" has lost "r1" when read again'


def test_a_group_that_is_gone(watchful: Emulated) -> None:
    def after(server: Server, method: str, collection: str, _resource_id: str) -> None:
        if (method, collection) == ("PUT", "Users"):
            server.store.resources["Groups"].clear()

    with world(watchful, after) as here:
        here.push("Team", here.ada)
        here.rename(here.ada)
        assert here.findings() == ['PUT /Users/r1 200: the group "r2" is gone when read again']


def test_who_is_unassigned_may_leave_groups(watchful: Emulated) -> None:
    def after(server: Server, method: str, collection: str, resource_id: str) -> None:
        if collection == "Users" and not server.store.resources["Users"][resource_id]["active"]:
            without(server, resource_id, list(server.store.resources["Groups"]))

    with world(watchful, after) as here:
        here.push("Team", here.ada, here.bob)
        here.org.call("DELETE", f"/api/v1/apps/{here.app['id']}/users/{here.ada['id']}", status=204)
        here.org.settle()
        assert here.findings() == []


@pytest.mark.parametrize("collection", ["Users", "Groups"])
def test_a_creation_that_comes_after_okta_gave_up(watchful: Emulated, collection: str) -> None:
    late: list[dict[str, Any]] = []

    class Late(Handler):
        def write(self, method: str, where: str, resource_id: str, body: dict[str, Any]) -> tuple[int, Any]:
            if (method, where) == ("POST", collection):
                late.append(body)
                raise Refusal(503, "busy")
            return super().write(method, where, resource_id, body)

    with broken_server(handler=Late) as server:
        here = World(watchful, server)
        here.push("Team", here.ada)
        assert here.findings() == []
        server.store.create(collection, late[0])
        kind, name = {"Users": ("user", "ada@acme.example"), "Groups": ("group", "Team")}[collection]
        created = next(iter(server.store.resources[collection]))
        text = f'POST /{collection} 503: Okta gave up, but the server has the {kind} "{name}": "{created}"'
        assert here.findings() == [text]
        assert here.findings() == [text]
        here.close()


def test_a_retry_that_succeeds_settles_what_was_uncertain(watchful: Emulated) -> None:
    class Busy(Handler):
        busy = True

        def write(self, method: str, where: str, resource_id: str, body: dict[str, Any]) -> tuple[int, Any]:
            if Busy.busy:
                raise Refusal(503, "busy")
            return super().write(method, where, resource_id, body)

    with broken_server(handler=Busy) as server:
        here = World(watchful, server)
        here.org.assign(here.app, here.ada)
        here.org.settle()
        Busy.busy = False
        here.org.call("POST", "/_emulator/tasks", {"retry": "all"})
        here.org.settle()
        assert [one["userName"] for one in server.store.resources["Users"].values()] == ["ada@acme.example"]
        assert here.findings() == []


def test_a_server_that_is_gone_ends_the_look(watchful: Emulated) -> None:
    class Busy(Handler):
        protocol_version = "HTTP/1.0"  # no connection outlives the server

        def write(self, method: str, where: str, resource_id: str, body: dict[str, Any]) -> tuple[int, Any]:
            raise Refusal(503, "busy")

    with broken_server(handler=Busy) as server:
        here = World(watchful, server)
        for one in (here.ada, here.bob):
            here.org.assign(here.app, one)
        here.org.settle()
    before = len(here.org.call("GET", "/_emulator/exchanges"))
    assert here.findings() == []
    (read,) = here.org.call("GET", "/_emulator/exchanges")[before:]
    assert (read["watch"], read["status"], read["events"]) == (True, None, [])


def test_an_account_that_another_user_has(watchful: Emulated) -> None:
    """A server that matches users by something else than their names, and updates the one that it has."""

    class Matching(Handler):
        def write(self, method: str, where: str, resource_id: str, body: dict[str, Any]) -> tuple[int, Any]:
            first = next(iter(self.server.store.resources["Users"]), None)
            if (method, where) == ("POST", "Users") and first is not None:
                method, resource_id = "PUT", first
            return super().write(method, where, resource_id, body)

    with broken_server(handler=Matching) as server:
        here = World(watchful, server)
        for one in (here.ada, here.bob):
            here.org.assign(here.app, one)
            here.org.settle()
        assert here.findings() == ['POST /Users/r1 200: this is already the account of "ada@acme.example"']
        here.rename(here.bob)
        assert len(here.findings()) == 1
        here.org.call("DELETE", f"/api/v1/apps/{here.app['id']}/users/{here.ada['id']}", status=204)
        here.org.call("DELETE", f"/api/v1/apps/{here.app['id']}/users/{here.bob['id']}", status=204)
        here.org.settle()
        here.org.assign(here.app, here.ada)  # nobody has it now
        here.org.settle()
        assert [text for text in here.findings() if "already" in text] == here.findings()[:1]
