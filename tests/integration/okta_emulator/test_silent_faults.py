"""A SCIM server that says yes and does something else: Okta logs a success, and the emulator keeps the fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.broken_server import TOKEN, Server, broken_server
from tests.support.emulated import Emulated, emulated

# What one story finds of each fault: attribute and where it is seen. The other faults of the server are no silent ones
# for what Okta sends: it refuses, or the fault is in a list, in a count or in a request that Okta never makes.
FOUND = {
    "active-as-number": {"active response"},
    "active-as-string": {"active response"},
    "active-missing": {"active response"},
    "add-replaces-members": {"members response"},
    "deactivation-deletes": {" read"},
    "displayName-replaced": {"displayName response"},
    "emails-dropped": {"emails response"},
    "extension-dropped": {"schemas response", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User response"},
    "externalId-missing": {"externalId response"},
    "filter-ignored": {"userName search", "members response"},
    "group-with-members-kept": {" read"},
    "groups-not-found": {"displayName search"},
    "member-removal-ignored": {"members response"},
    "members-ignored-on-create": {"members response"},
    "members-missing": {"members response", "members read"},
    "name-dropped": {"name response"},
    "password-returned": {"password response"},
    "pathless-patch-ignored": {"active response", "displayName response"},
    "put-drops-emails": {"emails response"},
    "put-ignored": {"name.familyName response", "displayName response"},
    "reactivation-ignored": {"active response"},
    "schemas-missing": {"schemas response"},
    "userName-lower-cased": {"userName response"},
    "userName-missing": {"userName response", "userName search"},
}


@pytest.fixture(scope="module")
def watchful() -> Iterator[Emulated]:
    with emulated(connections_api="accept", fast=True, watchful=True) as org:
        yield org


def story(org: Emulated, server: Server) -> list[dict[str, Any]]:
    """Create, update, group push, deactivate, reactivate; gives the silent faults."""
    org.reset()
    app = org.app()
    org.connect(app, server.base_url, TOKEN)
    people = []
    for name in ("Ada", "Bob"):
        login = f"{name}@Acme.example"
        profile = {"firstName": name, "lastName": "Lovelace", "email": login, "login": login, "department": "R&D"}
        people.append(org.call("POST", "/api/v1/users", {"profile": profile}))
    ada, bob = people
    group = org.group("Engineering", ada)
    own, members = f"/api/v1/apps/{app['id']}", f"/api/v1/groups/{group['id']}"
    org.assign(app, ada)
    org.assign(app, bob)
    org.settle()
    pushed = {"sourceGroupId": group["id"], "targetGroupName": "Engineering"}
    mapping = org.call("POST", f"{own}/group-push/mappings", pushed)
    for method, path, body, status in (
        ("PUT", f"{members}/users/{bob['id']}", None, 204),
        ("DELETE", f"{members}/users/{ada['id']}", None, 204),
        ("PUT", members, {"profile": {"name": "Engineers"}}, 200),
        ("POST", f"/api/v1/users/{ada['id']}", {"profile": {"lastName": "King"}}, 200),
        ("DELETE", f"{own}/users/{ada['id']}", None, 204),
        ("POST", f"{own}/users", {"id": ada["id"]}, 200),
        ("PATCH", f"{own}/group-push/mappings/{mapping['id']}", {"status": "INACTIVE"}, 200),
    ):
        org.settle()
        org.call(method, path, body, status=status)
    org.settle()
    org.call("DELETE", f"{own}/group-push/mappings/{mapping['id']}", deleteTargetGroup="true")
    org.settle()
    found: list[dict[str, Any]] = org.call("GET", "/_emulator/findings")
    return found


@pytest.mark.parametrize("fault", [None, *FOUND])
def test_each_fault_of_the_broken_server(watchful: Emulated, fault: str | None) -> None:
    with broken_server(*([fault] if fault else [])) as server:
        found = story(watchful, server)
    seen = {f"{one['attribute']} {one['seen_in']}" for one in found}
    assert FOUND.get(fault or "", set()) <= seen, found
    assert bool(seen) == bool(FOUND.get(fault or "")), found
    exchanges = {one["n"]: one for one in watchful.call("GET", "/_emulator/exchanges")}
    assert all(200 <= exchanges[one["exchange"]]["status"] < 300 for one in found)
    assert TOKEN not in json.dumps(found)


def test_a_second_account_is_named_with_the_first(watchful: Emulated) -> None:
    with broken_server("inactive-hidden", "duplicates-accepted") as server:
        found = story(watchful, server)
    (text,) = {one["text"] for one in found}
    assert text == 'POST /Users/r4 201: the server has another user with userName "Ada@Acme.example": "r1"'


def test_a_silent_fault_is_no_event_of_okta(watchful: Emulated) -> None:
    with broken_server("pathless-patch-ignored") as server:
        found = story(watchful, server)
    assert found[-1]["text"].startswith("PATCH /")
    assert {one["text"].partition(": ")[2] for one in found} >= {"active is true in the response, not false"}
    results = {event["eventType"]: event["outcome"]["result"] for event in watchful.events()}
    assert results["application.provision.user.deactivate"] == "SUCCESS"
    assert "FAILURE" not in results.values()


def test_only_a_watchful_org_reads_after_a_write(watchful: Emulated) -> None:
    with broken_server() as server, emulated(connections_api="accept", fast=True) as org:
        assert story(org, server) == []
        plain = org.call("GET", "/_emulator/exchanges")
        story(watchful, server)
    reads = [one for one in watchful.call("GET", "/_emulator/exchanges") if one["watch"]]
    assert not any(one["watch"] for one in plain)
    assert {one["method"] for one in reads} == {"GET"}
    assert all(one["events"] == [] for one in reads)
