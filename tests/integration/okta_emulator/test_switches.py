"""What the SCIM client does where Okta's behaviour isn't certain: each switch in both positions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from okta_emulator.core.problem import InvalidSetting
from okta_emulator.core.records import App
from okta_emulator.core.switches import Switches, switches_from
from okta_emulator.org import group_deliveries
from okta_emulator.org.deliveries import Settle
from okta_emulator.org.events import Cause
from okta_emulator.org.jobs import Jobs
from okta_emulator.org.seed import (
    Address,
    FromEnvironment,
    Seed,
    SeedApp,
    SeedAssignments,
    SeedGroup,
    SeedPerson,
    SeedProvisioning,
)
from okta_emulator.org.state import Org
from okta_emulator.scim_client.outcome import Outcome
from okta_emulator.testing import OktaEmulator
from tests.integration.okta_emulator.conftest import ScriptedScim
from tests.support.broken_server import TOKEN, broken_server
from tests.support.emulated import Emulated, emulated

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
INACTIVE = {"schemas": [CORE], "id": "s1", "userName": "ada@acme.example", "active": False}


@pytest.fixture(scope="module")
def accepting() -> Iterator[Emulated]:
    with emulated(connections_api="accept", fast=True) as org:
        yield org


@pytest.fixture
def org(accepting: Emulated) -> Emulated:
    accepting.reset()
    return accepting


def listing(*resources: Any) -> dict[str, Any]:
    count = len(resources)
    return {"totalResults": count, "startIndex": 1, "itemsPerPage": count, "Resources": list(resources)}


@pytest.mark.parametrize(("position", "deactivated"), [("orphan", False), ("deactivate", True)])
def test_a_failed_push_after_a_reactivation(
    org: Emulated, scripted: ScriptedScim, position: str, deactivated: bool
) -> None:
    org.call("POST", "/_emulator/switches", {"failed_reprovision": position})
    app, user = org.app(), org.user()
    scripted.then(200, listing())
    scripted.then(200, listing())
    org.connect(app, scripted.url, "secret")
    scripted.script.clear()
    scripted.then(200, listing(INACTIVE))
    scripted.then(200, {**INACTIVE, "active": True})
    scripted.then(200, {**INACTIVE, "active": True})
    scripted.then(400, {"detail": "title is required"})
    scripted.seen.clear()
    org.assign(app, user)
    org.settle()
    assert [method for method, _, _ in scripted.seen] == ["GET", "PATCH", "GET", "PUT"]
    assert org.call("GET", f"/api/v1/apps/{app['id']}/users/{user['id']}")["syncState"] == "ERROR"
    scripted.seen.clear()
    org.call("DELETE", f"/api/v1/apps/{app['id']}/users/{user['id']}", status=204)
    org.settle()
    assert [method for method, _, _ in scripted.seen] == (["PATCH"] if deactivated else [])


@pytest.mark.parametrize(("position", "title"), [("kept", "Countess"), ("null", None)])
def test_an_attribute_that_was_cleared_in_okta(
    org: Emulated, scripted: ScriptedScim, position: str, title: str | None
) -> None:
    org.call("POST", "/_emulator/switches", {"cleared_attributes": position})
    app, user = org.app(), org.user()
    org.connect(app, scripted.url, "secret")
    stored = {"schemas": [CORE], "id": "s1", "userName": "ada@acme.example", "active": True, "nickName": ""}
    scripted.then(200, listing())
    scripted.then(201, stored)
    org.assign(app, user)
    org.settle()
    scripted.then(200, {**stored, "title": "Countess", "name": {"middleName": "K", "givenName": "Ada"}})
    scripted.then(200, {**stored, "name": {"givenName": "Ada"}})
    org.call("POST", f"/api/v1/users/{user['id']}", {"profile": {"title": None, "middleName": None}})
    org.settle()
    method, _, body = scripted.seen[-1]
    assert (method, body["title"], body["nickName"]) == ("PUT", title, "")
    assert body["name"] == {"middleName": title and "K", "givenName": "Ada", "familyName": "Lovelace"}
    faults = {one["attribute"] for one in org.call("GET", "/_emulator/findings")}
    assert ("title" in faults) == (position == "kept")  # a server that drops a null has done what was asked


def conflicting(org: Emulated, scripted: ScriptedScim, position: str, *statuses: int) -> None:
    """Assign a user to an app whose server answers the creations like this."""
    org.call("POST", "/_emulator/switches", {"conflict_retry": position})
    app, user = org.app(), org.user()
    org.connect(app, scripted.url, "secret")
    scripted.seen.clear()
    for status in statuses:
        scripted.then(200, listing())
        scripted.then(status, {"schemas": [CORE], "id": "s1", "detail": "taken"})
    org.assign(app, user)
    org.settle()


@pytest.mark.parametrize(("position", "later"), [("never", []), ("half_hour", [(2, 1800.0)])])
def test_whether_a_conflict_is_tried_again(
    org: Emulated, scripted: ScriptedScim, monkeypatch: pytest.MonkeyPatch, position: str, later: list[Any]
) -> None:
    put_off: list[Any] = []
    monkeypatch.setattr(Jobs, "later", lambda _jobs, job, seconds, _key: put_off.append((job.attempt, seconds)))
    conflicting(org, scripted, position, 409)
    assert put_off == later
    assert len(org.call("GET", "/_emulator/tasks")) == 1


def test_a_conflict_is_tried_again_until_it_is_resolved(org: Emulated, scripted: ScriptedScim) -> None:
    conflicting(org, scripted, "half_hour", 409, 409, 201)
    while len(scripted.seen) < 6:  # the half hour is 180 ms here
        org.settle()
    org.settle()
    assert [method for method, _, _ in scripted.seen] == ["GET", "POST"] * 3
    assert org.call("GET", "/_emulator/tasks") == []


def test_a_switch_that_does_not_exist_is_refused_with_those_that_do(org: Emulated) -> None:
    _, _, causes = org.error("POST", "/_emulator/switches", {"failed": "x"}, status=400)
    assert "failed_reprovision" in causes[0]
    _, _, causes = org.error("POST", "/_emulator/switches", {"failed_reprovision": "x"}, status=400)
    assert causes == ["The switch failed_reprovision can't be 'x'. Use one of: orphan, deactivate."]
    assert org.call("GET", "/_emulator/switches")["failed_reprovision"] == "orphan"


def test_switches_are_read_from_the_command_line() -> None:
    assert switches_from(["failed_reprovision=deactivate"]) == Switches(failed_reprovision="deactivate")
    with pytest.raises(InvalidSetting):
        switches_from(["failed_reprovision"])


def test_a_custom_attribute_goes_from_the_okta_profile_to_the_server(org: Emulated, scripted: ScriptedScim) -> None:
    app, user = org.app(), org.user()
    org.connect(app, scripted.url, "secret")
    described = {"title": "Code", "type": "integer", "externalName": "code", "externalNamespace": "urn:acme:2.0:User"}
    custom = {
        "definitions": {"custom": {"properties": {"code": described, "silent": {"title": "S", "type": "string"}}}}
    }
    org.call("POST", f"/api/v1/meta/schemas/apps/{app['id']}/default", custom)
    (mapping,) = org.call("GET", "/api/v1/mappings", targetId=app["id"])
    lines = {
        "code": {"expression": "String.len(user.lastName)", "pushStatus": "PUSH"},
        "silent": {"expression": "user.firstName", "pushStatus": "PUSH"},
        "nickName": {"expression": "user.firstName + '!'", "pushStatus": "PUSH"},
    }
    org.call("POST", f"/api/v1/mappings/{mapping['id']}", {"properties": lines})
    bad = {"properties": {"nickName": {"expression": "Time.now()", "pushStatus": "PUSH"}}}
    assert "doesn't evaluate Time.now()" in str(org.error("POST", f"/api/v1/mappings/{mapping['id']}", bad, status=400))
    scripted.script.clear()
    org.assign(app, user)
    org.settle()
    method, _, body = scripted.seen[-1]
    assert method == "POST"
    assert (body["urn:acme:2.0:User"], body["nickName"], "silent" in body) == ({"code": 8}, "Ada!", False)
    assert "urn:acme:2.0:User" in body["schemas"]


@pytest.mark.parametrize("position", ["refuse", "accept"])
def test_assigning_with_mapped_attributes(org: Emulated, scripted: ScriptedScim, position: str) -> None:
    org.call("POST", "/_emulator/switches", {"mapped_on_assignment": position})
    app, user = org.app(), org.user()
    org.connect(app, scripted.url, "secret")
    email = user["profile"]["email"]
    equal = {"givenName": "Ada", "familyName": "Lovelace", "email": email, "emailType": "work"}
    org.assign(app, user, profile=equal)
    own = f"/api/v1/apps/{app['id']}/users/{user['id']}"
    org.call("POST", f"/api/v1/users/{user['id']}", {"profile": {"firstName": "Augusta"}})
    assert org.call("GET", own)["profile"]["givenName"] == "Augusta"
    org.call("DELETE", own, status=204)
    other = {"id": user["id"], "profile": {"givenName": "Countess"}}
    if position == "accept":
        assert org.assign(app, user, profile=other["profile"])["profile"]["givenName"] == "Countess"
    else:
        assert org.error("POST", f"/api/v1/apps/{app['id']}/users", other, status=403)[0] == "E0000075"
        org.assign(app, user)
    assert org.error("POST", own, {"profile": {"familyName": "King"}}, status=403)[0] == "E0000075"


@pytest.mark.parametrize(("position", "length"), [("255", 255), ("full", 300)])
def test_how_much_of_an_error_the_log_keeps(org: Emulated, scripted: ScriptedScim, position: str, length: int) -> None:
    org.call("POST", "/_emulator/switches", {"log_reason": position})
    app, user = org.app(), org.user()
    org.connect(app, scripted.url, "secret")
    scripted.script.clear()
    scripted.then(200, listing())
    lead = "Bad Request. Errors reported by remote server: "
    scripted.then(400, {"detail": "x" * (300 - len(lead))})
    org.assign(app, user)
    org.settle()
    (failed,) = org.events(filter='outcome.result eq "FAILURE" and eventType eq "application.provision.user.push"')
    assert len(failed["outcome"]["reason"]) == length


WIZARD_APP = Seed(
    people=(SeedPerson(login="ada@acme.example"), SeedPerson(login="bob@acme.example")),
    groups=(SeedGroup(name="G", members=("ada@acme.example", "bob@acme.example")),),
    apps=(
        SeedApp(
            label="W",
            provisioning=SeedProvisioning(
                base_url=Address(env="SCIM_BASE_URL"), token=FromEnvironment(env="SCIM_TOKEN")
            ),
            assignments=SeedAssignments(users=("ada@acme.example", "bob@acme.example"), push_groups=("G",)),
        ),
    ),
)


def test_a_wizard_app_sends_no_group_for_an_unassigned_user_but_does_for_one_assigned_again() -> None:
    with broken_server() as server:
        environ = {"SCIM_BASE_URL": server.base_url, "SCIM_TOKEN": TOKEN}
        with OktaEmulator(seed=WIZARD_APP, environ=environ) as org:
            org.settle()
            (app,), users = org.call("GET", "/api/v1/apps"), org.call("GET", "/api/v1/users", q="ada")
            sent = []
            for change in (org.unassign, org.assign):
                before = len(org.exchanges())
                change(app, users[0])
                sent.append([f"{one['method']} {'Groups' in one['url']}" for one in org.exchanges()[before:]])
    assert sent[0] == ["GET False", "PUT False"]
    assert sent[1] == ["GET False", "GET False", "PUT False", *["GET True", "PUT True"] * 2]


def test_a_wizard_app_forgets_a_member_who_is_unassigned_during_a_push(monkeypatch: pytest.MonkeyPatch) -> None:
    deliver, left = group_deliveries.deliver, []

    async def unassigned_first(org: Org, cause: Cause, app: App, *details: Any, settle: Settle) -> Outcome:
        def settled(outcome: Outcome) -> None:
            for user_id, _ in list(org.store.app_users.from_source(app["id"])):
                org.store.app_users.delete(app["id"], user_id)
                group_deliveries.forget_member(org, app["id"], user_id)
            left.append(org)
            settle(outcome)

        return await deliver(org, cause, app, *details, settle=settled)

    monkeypatch.setattr(group_deliveries, "deliver", unassigned_first)
    with broken_server() as server:
        environ = {"SCIM_BASE_URL": server.base_url, "SCIM_TOKEN": TOKEN}
        with OktaEmulator(seed=WIZARD_APP, environ=environ) as org:
            org.settle()
            assert len(left) == 1  # nothing is left to take out of the group
            assert [mapping["pushed"] for _, mapping in left[0].store.push_mappings.each()] == [{}]
