"""A SCIM server that changes more than the write is about: a watchful org reads a few others around each write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from okta_emulator.scim_client.bystanders import MOST_LOOKS
from tests.support.broken_server import TOKEN, Handler, Server, broken_server
from tests.support.emulated import Emulated, emulated
from tests.support.silent_faults import SilentHandler, SilentStore

BACK = "active is true when read again, not false"
FOUND = {
    "deactivation-of-all": [
        'PATCH /Users/r3 200: the user "r2" has changed too: active is false when read again, not true',
        'PATCH /Users/r1 200: the user "r4" has changed too: active is false when read again, not true',
    ],
    "creation-activates-all": [f'POST /Users/r4 201: the user "r3" has changed too: {BACK}'],
    "group-write-activates-all": [
        f'POST /Groups/r5 201: the user "r3" has changed too: {BACK}',
        f'PATCH /Groups/r5 200: the user "r1" has changed too: {BACK}',
    ],
    "put-activates-all": [f'PUT /Users/r1 200: the user "r3" has changed too: {BACK}'],
    "reactivation-of-all": [f'PATCH /Users/r1 200: the user "r3" has changed too: {BACK}'],
    "rename-of-all-groups": [
        'PATCH /Groups/r5 200: the group "r6" has changed too: displayName is "New" when read again, not "Two"'
    ],
    "deletion-of-all-groups": ['DELETE /Groups/r6 204: the group "r5" is gone too (404)'],
    "put-ends-memberships": ['PUT /Users/r1 200: the group "r5" has lost "r1" when read again'],
}


@pytest.fixture(scope="module")
def watchful() -> Iterator[Emulated]:
    with emulated(connections_api="accept", fast=True, watchful=True) as org:
        yield org


def story(org: Emulated, server: Server) -> list[str]:
    """Cyd leaves; then Dan comes, two groups are pushed, and Ada is renamed, leaves, and returns."""
    org.reset()
    app = org.app()
    org.connect(app, server.base_url, TOKEN)
    own = f"/api/v1/apps/{app['id']}"
    ada, bob, cyd, dan = (org.user(name) for name in ("Ada", "Bob", "Cyd", "Dan"))

    def do(method: str, path: str, body: Any = None, status: int = 200, **query: str) -> Any:
        answer = org.call(method, path, body, status=status, **query)
        org.settle()
        return answer

    for one in (ada, bob, cyd):
        org.assign(app, one)
    org.settle()
    do("DELETE", f"{own}/users/{cyd['id']}", status=204)
    org.assign(app, dan)
    org.settle()
    groups = [org.group("One", ada), org.group("Two", bob)]
    mappings = [
        do("POST", f"{own}/group-push/mappings", {"sourceGroupId": group["id"], "targetGroupName": name})
        for group, name in zip(groups, ("One", "Two"), strict=True)
    ]
    do("PUT", f"/api/v1/groups/{groups[0]['id']}", {"profile": {"name": "New"}})
    do("POST", f"/api/v1/users/{ada['id']}", {"profile": {"lastName": "King"}})
    do("DELETE", f"{own}/users/{ada['id']}", status=204)
    do("POST", f"{own}/users", {"id": ada["id"]})
    do("PATCH", f"{own}/group-push/mappings/{mappings[1]['id']}", {"status": "INACTIVE"})
    do("DELETE", f"{own}/group-push/mappings/{mappings[1]['id']}", deleteTargetGroup="true")
    return [one["text"] for one in org.call("GET", "/_emulator/findings")]


@pytest.mark.parametrize("fault", [None, *FOUND])
def test_a_write_that_changes_others_is_named(watchful: Emulated, fault: str | None) -> None:
    with broken_server(*([fault] if fault else []), handler=SilentHandler, store=SilentStore) as server:
        assert story(watchful, server) == FOUND.get(fault or "", [])


class Late(Handler):
    """The first two reads of a user after a PUT show the user as before."""

    def route(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, dict[str, Any] | None]:
        stale: list[Any] = self.server.store.__dict__.setdefault("stale", [])
        if self.command == "GET" and path == "/Users/r1" and stale:
            return 200, stale.pop()
        before = dict(self.server.store.resources["Users"].get("r1", {}))
        answer = super().route(path, query, body)
        if self.command == "PUT" and path == "/Users/r1":
            stale += [before, before]
        return answer


def test_a_late_server_is_not_blamed_for_the_next_write(watchful: Emulated) -> None:
    watchful.reset()
    app = watchful.app()
    with broken_server(handler=Late) as server:
        watchful.connect(app, server.base_url, TOKEN)
        people = [watchful.user(name) for name in ("Ada", "Bob")]
        for one in people:
            watchful.assign(app, one)
        watchful.settle()
        for one in people:
            watchful.call("POST", f"/api/v1/users/{one['id']}", {"profile": {"lastName": "King"}})
            watchful.settle()
        found = [one["text"] for one in watchful.call("GET", "/_emulator/findings")]
    assert found
    assert [text for text in found if "too" in text] == []


def test_the_reads_are_few_however_many_users_there_are(watchful: Emulated) -> None:
    watchful.reset()
    app = watchful.app()
    with broken_server() as server:
        watchful.connect(app, server.base_url, TOKEN)
        for number in range(MOST_LOOKS + 10):
            watchful.assign(app, watchful.user(f"U{number}"))
        watchful.settle()
    reads = [one for one in watchful.call("GET", "/_emulator/exchanges") if one["watch"]]
    of_users = [one for one in reads if re.search(r"/Users/r\d+$", one["url"])]
    assert len(of_users) == MOST_LOOKS + 10 + 2 * MOST_LOOKS, "each user once, and a bystander before and after"
