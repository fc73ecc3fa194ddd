"""Imports of users, groups and the schema; matching, confirmation, the safeguard (OB-291, OB-292, OB-297 to OB-299)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from okta_emulator.core.problem import EmulatorProblem
from okta_emulator.testing import OktaEmulator
from tests.support.broken_server import CORE, TOKEN, Server, broken_server


@pytest.fixture(scope="module")
def shared() -> Iterator[OktaEmulator]:
    with OktaEmulator() as org:
        yield org


@pytest.fixture
def org(shared: OktaEmulator) -> OktaEmulator:
    shared.reset()
    return shared


@pytest.fixture
def server() -> Iterator[Server]:
    with broken_server() as running:
        yield running


def account(server: Server, login: str, **more: Any) -> dict[str, Any]:
    first = login.partition("@")[0].capitalize()
    body = {"schemas": [f"{CORE}User"], "userName": login, "name": {"givenName": first, "familyName": "Test"}}
    return server.store.create("Users", body | {"emails": [{"value": login, "primary": True}]} | more)


def rules(org: OktaEmulator, app: dict[str, Any], **rules: Any) -> None:
    path = f"/api/v1/apps/{app['id']}/features/INBOUND_PROVISIONING"
    org.call("PUT", path, {"importRules": {"userCreateAndMatch": rules}})


def test_matches_wait_for_a_confirmation_which_sends_nothing(org: OktaEmulator, server: Server) -> None:
    app, ada = org.scim_app(server.base_url, TOKEN), org.person("ada@acme.example")
    found = {name: account(server, f"{name}@acme.example")["id"] for name in ("ada", "bob")}
    account(server, "gone@acme.example", active=False)
    first = org.import_users(app)
    assert first["users"] == {"scanned": 3, "new": 2, "updated": 0, "unchanged": 0, "removed": 0}
    assert {one["user_name"]: one["disposition"] for one in first["candidates"]} == {
        "ada@acme.example": "EXACT",
        "bob@acme.example": "NEW",
    }
    assert org.import_users(app)["users"]["unchanged"] == 2
    before = len(org.exchanges())
    assert org.confirm(app, found["ada"])["user_id"] == ada["id"]
    bob = org.confirm(app, found["bob"])["user_id"]
    assert len(org.exchanges()) == before
    assert org.call("GET", f"/api/v1/users/{bob}")["profile"]["firstName"] == "Bob"
    assigned = org.call("GET", f"/api/v1/apps/{app['id']}/users/{ada['id']}")
    assert (assigned["externalId"], assigned["status"]) == (found["ada"], "PROVISIONED")
    again = org.import_users(app)
    assert (again["users"]["unchanged"], again["candidates"]) == (2, [])
    with pytest.raises(EmulatorProblem, match="returned 404"):
        org.confirm(app, "nobody")


def test_the_rules_can_match_by_address_or_name_and_confirm(org: OktaEmulator, server: Server) -> None:
    app = org.scim_app(server.base_url, TOKEN)
    ada = org.person("al@acme.example", email="ada@acme.example")
    cy = org.person("cyrus@acme.example", firstName="Cy", lastName="Test")
    for name in ("ada", "cy", "bob"):
        account(server, f"{name}@acme.example")
    rules(
        org,
        app,
        exactMatchCriteria="EMAIL",
        allowPartialMatch=True,
        autoConfirmExactMatch=True,
        autoConfirmNewUsers=True,
        autoActivateNewUsers=True,
    )
    done = org.import_users(app)
    assert [(one["disposition"], one["user_id"]) for one in done["candidates"]] == [("PARTIAL", cy["id"])]
    users = {one["id"] for one in org.call("GET", f"/api/v1/apps/{app['id']}/users")}
    assert ada["id"] in users
    assert len(users) == 2
    rules(org, app, exactMatchCriteria="CUSTOM")
    with pytest.raises(EmulatorProblem) as caught:
        org.import_users(app)
    assert "matches by USERNAME or EMAIL" in str(caught.value.why)


def test_the_safeguard_stops_an_import_that_would_remove_too_many(org: OktaEmulator, server: Server) -> None:
    app = org.scim_app(server.base_url, TOKEN)
    people = [org.person(f"p{number}@acme.example") for number in range(4)]
    for person in people:
        org.assign(app, person)
    server.store.delete("Users", next(iter(server.store.resources["Users"])))
    assert org.import_users(app)["status"] == "ROADBLOCK"
    assert len(org.call("GET", f"/api/v1/apps/{app['id']}/users")) == 4
    assert org.events(filter='eventType eq "system.import.roadblock"')
    org.call("POST", "/_emulator/switches", {"import_safeguard": "off"})
    before = len(org.exchanges())
    assert org.import_users(app)["users"]["removed"] == 1
    assert len(org.call("GET", f"/api/v1/apps/{app['id']}/users")) == 3
    assert {one["method"] for one in org.exchanges()[before:]} == {"GET"}


def test_groups_come_with_their_members_but_pushed_ones_do_not(org: OktaEmulator, server: Server) -> None:
    app, ada = org.scim_app(server.base_url, TOKEN), org.person("ada@acme.example")
    org.assign(app, ada)
    pushed = org.call("POST", "/api/v1/groups", {"profile": {"name": "Pushed"}})
    org.call(
        "POST",
        f"/api/v1/apps/{app['id']}/group-push/mappings",
        {"sourceGroupId": pushed["id"], "targetGroupName": "Pushed"},
    )
    member = {"value": next(iter(server.store.resources["Users"]))}
    made = server.store.create("Groups", {"schemas": [f"{CORE}Group"], "displayName": "Theirs", "members": [member]})
    assert org.import_users(app)["groups"] == {"scanned": 1, "new": 1, "updated": 0, "unchanged": 0, "removed": 0}
    (theirs,) = [one for one in org.call("GET", "/api/v1/groups", q="Theirs") if one["type"] == "APP_GROUP"]
    assert [one["id"] for one in org.call("GET", f"/api/v1/groups/{theirs['id']}/users")] == [ada["id"]]
    server.store.resources["Groups"][made["id"]]["displayName"] = "Renamed"
    assert org.import_users(app)["groups"]["updated"] == 1
    server.store.delete("Groups", made["id"])
    assert org.import_users(app)["groups"]["removed"] == 1


def test_a_failed_import_changes_nothing(org: OktaEmulator, server: Server) -> None:
    app, ada = org.scim_app(server.base_url, TOKEN), org.person("ada@acme.example")
    org.assign(app, ada)
    server.store.faults = frozenset({"counts-as-strings"})
    failed = org.import_users(app)
    assert (failed["status"], failed["error"]) == ("FAILED", "Error while downloading all users: null")
    assert len(org.call("GET", f"/api/v1/apps/{app['id']}/users")) == 1


def test_the_schema_of_the_server_becomes_attributes_of_the_apps_users(
    org: OktaEmulator, scim_url: str, server: Server
) -> None:
    from tests.support.world import SCIM_TOKEN

    app = org.scim_app(scim_url, SCIM_TOKEN)
    added = org.import_schema(app)
    assert "title" not in added["added"]
    properties = org.call("GET", f"/api/v1/meta/schemas/apps/{app['id']}/default")["definitions"]["custom"][
        "properties"
    ]
    assert added["added"] == list(properties)
    assert properties["name_formatted"]["externalName"] == "name.formatted"
    assert org.import_schema(app)["added"] == []
    without = org.scim_app(server.base_url, TOKEN, label="Without schemas")
    with pytest.raises(EmulatorProblem) as caught:
        org.import_schema(without)
    assert "No resource type User" in str(caught.value.why) or "app schema" in str(caught.value.why)
