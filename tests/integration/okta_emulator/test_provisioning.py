"""Provisioning end to end: what an administrator does, what reaches the SCIM server, what the log says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.org import applications
from okta_emulator.org.catalog import catalog
from okta_emulator.org.provisioning import (
    Provisioning,
    header_value,
    provisioning_of,
    save_provisioning,
    speaks_scim,
)
from okta_emulator.org.state import Org
from tests.integration.okta_emulator.conftest import ScriptedScim
from tests.support.emulated import TO_APP, Emulated, emulated
from tests.support.world import SCIM_TOKEN

TOKEN = SCIM_TOKEN


@pytest.fixture(scope="module")
def accepting() -> Iterator[Emulated]:
    with emulated(connections_api="accept", fast=True) as org:
        yield org


@pytest.fixture
def org(accepting: Emulated) -> Emulated:
    """An empty org that takes SCIM credentials by API and does not dawdle."""
    accepting.reset()
    return accepting


@pytest.fixture
def app(org: Emulated, scim_url: str) -> Any:
    """An app whose provisioning to a real SCIM server is on."""
    found = org.app()
    org.connect(found, scim_url, TOKEN)
    return found


def account(scim_url: str, login: str) -> dict[str, Any] | None:
    answer = httpx.get(f"{scim_url}/Users", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    return next((user for user in answer.get("Resources", []) if user["userName"] == login), None)


def members(scim_url: str, name: str) -> set[str]:
    answer = httpx.get(f"{scim_url}/Groups", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    group = next(group for group in answer["Resources"] if group["displayName"] == name)
    return {member["value"] for member in group.get("members", [])}


def types(org: Emulated, *, result: str = "SUCCESS", job: bool = True) -> list[str]:
    kind = "JOB" if job else "WEB"
    wanted = f'outcome.result eq "{result}" and transaction.type eq "{kind}"'
    return [event["eventType"].removeprefix("application.provision.") for event in org.events(filter=wanted)]


def test_without_provisioning_an_assignment_is_active_and_stays_here(org: Emulated) -> None:
    app, user = org.app(), org.user()
    assigned = org.assign(app, user)
    org.settle()
    assert (assigned["status"], assigned["syncState"], assigned["externalId"]) == ("ACTIVE", "DISABLED", None)
    assert org.exchanges() == []


def test_an_account_lives_through_the_whole_story(org: Emulated, app: Any, scim_url: str) -> None:
    user = org.user()
    own, who = f"/api/v1/apps/{app['id']}/users/{user['id']}", f"/api/v1/users/{user['id']}"

    assert org.assign(app, user)["status"] == "STAGED"
    org.settle()
    created = account(scim_url, "ada@acme.example")
    assert created
    assert (created["externalId"], created["name"]["familyName"]) == (user["id"], "Lovelace")
    assigned = org.call("GET", own)
    assert (assigned["status"], assigned["externalId"]) == ("PROVISIONED", created["id"])
    assert types(org) == ["user.push", "app.user_management.push_new_user_success", "user.sync"]

    org.call("POST", who, {"profile": {"lastName": "King", "title": "Countess"}})
    org.settle()
    assert account(scim_url, "ada@acme.example")["title"] == "Countess"  # type: ignore[index]
    assert types(org)[-1] == "user.push_profile"

    org.call("POST", f"{who}/lifecycle/suspend")
    org.call("POST", f"{who}/lifecycle/unsuspend")
    before = len(org.exchanges())
    org.settle()
    assert len(org.exchanges()) == before

    org.call("DELETE", own, status=204)
    org.settle()
    assert account(scim_url, "ada@acme.example")["active"] is False  # type: ignore[index]
    assert types(org)[-1] == "user.deactivate"

    org.assign(app, user)
    org.settle()
    again = account(scim_url, "ada@acme.example")
    assert again
    assert (again["id"], again["active"]) == (created["id"], True)
    assert "user.reactivate" in types(org)

    org.call("POST", f"{who}/lifecycle/deactivate")
    org.settle()
    assert account(scim_url, "ada@acme.example")["active"] is False  # type: ignore[index]
    assert org.error("GET", own, status=404)[0] == "E0000007"
    chain = types(org, job=False)
    assert chain.index("user.lifecycle.deactivate") < len(chain) - 1 - chain[::-1].index(
        "application.user_membership.remove"
    )


def test_one_operation_is_one_transaction_with_the_same_entities(org: Emulated, app: Any) -> None:
    user = org.user()
    org.assign(app, user)
    org.settle()
    jobs = org.events(filter='transaction.type eq "JOB"')
    assert len({event["transaction"]["id"] for event in jobs}) == 1
    assert jobs[0]["transaction"]["id"].startswith("puj")
    assert [target["type"] for target in jobs[0]["target"]] == ["AppUser", "AppInstance", "User"]
    assert jobs[0]["target"][1]["id"] == app["id"]
    assert jobs[0]["debugContext"]["debugData"] == {"appname": "scim2testapp"}
    assert jobs[0]["actor"]["type"] == "User"
    (added,) = org.events(filter='eventType eq "application.user_membership.add"')
    assert added["transaction"]["type"] == "WEB"
    assert added["transaction"]["detail"]["requestApiTokenId"].startswith("00T")


def test_people_assigned_before_provisioning_was_enabled_are_left_alone(org: Emulated, scim_url: str) -> None:
    app, user = org.app(), org.user()
    org.assign(app, user)
    org.connect(app, scim_url, TOKEN)
    org.call("POST", f"/api/v1/users/{user['id']}", {"profile": {"title": "Countess"}})
    org.settle()
    assert account(scim_url, "ada@acme.example") is None
    assert org.call("GET", f"/api/v1/apps/{app['id']}/users/{user['id']}")["status"] == "ACTIVE"


def test_members_of_an_assigned_group_come_and_go(org: Emulated, app: Any, scim_url: str) -> None:
    ada, grace = org.user("Ada"), org.user("Grace")
    group = org.group("Engineering", ada)
    own = f"/api/v1/apps/{app['id']}"
    assert org.call("PUT", f"{own}/groups/{group['id']}", {})["priority"] == 0
    org.settle()
    assert org.call("GET", f"{own}/users/{ada['id']}")["scope"] == "GROUP"
    org.call("PUT", f"/api/v1/groups/{group['id']}/users/{grace['id']}", status=204)
    org.settle()
    assert account(scim_url, "grace@acme.example")
    org.call("DELETE", f"/api/v1/groups/{group['id']}/users/{grace['id']}", status=204)
    org.settle()
    assert account(scim_url, "grace@acme.example")["active"] is False  # type: ignore[index]
    org.assign(app, ada)
    org.call("DELETE", f"{own}/groups/{group['id']}", status=204)
    org.settle()
    assert org.call("GET", f"{own}/users/{ada['id']}")["scope"] == "USER"
    assert account(scim_url, "ada@acme.example")["active"] is True  # type: ignore[index]


def test_a_pushed_group_follows_its_source(org: Emulated, app: Any, scim_url: str) -> None:
    ada, grace = org.user("Ada"), org.user("Grace")
    group = org.group("Engineering", ada, grace)
    org.assign(app, ada)
    own = f"/api/v1/apps/{app['id']}/group-push/mappings"
    body = {"sourceGroupId": group["id"], "targetGroupName": "Engineering", "status": "ACTIVE"}
    mapping = org.call("POST", own, body)
    org.settle()
    ada_id = account(scim_url, "ada@acme.example")["id"]  # type: ignore[index]
    assert members(scim_url, "Engineering") == {ada_id}  # Grace has no account there

    org.assign(app, grace)
    org.settle()
    assert len(members(scim_url, "Engineering")) == 2

    org.call("PUT", f"/api/v1/groups/{group['id']}", {"profile": {"name": "Research"}})
    org.settle()
    assert len(members(scim_url, "Research")) == 2

    org.call("DELETE", f"/api/v1/groups/{group['id']}/users/{ada['id']}", status=204)
    org.settle()
    assert ada_id not in members(scim_url, "Research")

    assert org.error("DELETE", f"{own}/{mapping['id']}", status=400)[0] == "E0000001"
    org.call("PATCH", f"{own}/{mapping['id']}", {"status": "INACTIVE"})
    org.call("DELETE", f"{own}/{mapping['id']}", deleteTargetGroup="true")
    org.settle()
    with pytest.raises(StopIteration):
        members(scim_url, "Research")
    assert "group_push.delete_appgroup" in types(org)


def test_a_mapping_shows_its_last_push_and_why_it_failed(org: Emulated, app: Any, scripted: ScriptedScim) -> None:
    own = f"/api/v1/apps/{app['id']}/group-push/mappings"
    created = org.call("POST", own, {"sourceGroupId": org.group()["id"], "targetGroupName": "A"})
    assert {"lastPush", "errorSummary"}.isdisjoint(created)  # recorded so, before a push
    org.settle()
    (pushed,) = org.call("GET", own)
    assert (pushed["status"], pushed["lastPush"] >= pushed["lastUpdated"]) == ("ACTIVE", True)
    assert "errorSummary" not in pushed

    org.connect(app, scripted.url, TOKEN)
    scripted.then(501, {"detail": "Filtering is not implemented"})
    org.call("POST", own, {"sourceGroupId": org.group("Sales")["id"], "targetGroupName": "B"})
    org.settle()
    (failed,) = (one for one in org.call("GET", own) if one["id"] != pushed["id"])
    assert failed["status"] == "ERROR"
    assert "Filtering is not implemented" in failed["errorSummary"]


def test_a_group_deleted_while_it_is_created_is_deleted_on_the_server(org: Emulated, scripted: ScriptedScim) -> None:
    app = org.app()
    org.connect(app, scripted.url, TOKEN)
    own = f"/api/v1/apps/{app['id']}/group-push/mappings"
    answer = scripted.next_answer

    def delete_first() -> tuple[int, Any, dict[str, str]]:
        scripted.next_answer = answer  # type: ignore[method-assign]
        (mapping,) = org.call("GET", own)
        org.call("PATCH", f"{own}/{mapping['id']}", {"status": "INACTIVE"})
        org.call("DELETE", f"{own}/{mapping['id']}", deleteTargetGroup="true")
        scripted.script = [answer(), (201, {"id": "g1", "displayName": "Lakes"}, {})]
        return scripted.script.pop(0)

    scripted.next_answer = delete_first  # type: ignore[method-assign]
    org.call("POST", own, {"sourceGroupId": org.group("Lakes")["id"], "targetGroupName": "Lakes"})
    org.settle()
    assert ("DELETE", "/scim/Groups/g1") in [(method, path) for method, path, _ in scripted.seen]


@pytest.mark.parametrize(("template", "described"), [("scim1testapp", True), ("scim2testapp", False)])
def test_a_groups_description_reaches_scim_11_alone(
    org: Emulated, scripted: ScriptedScim, template: str, described: bool
) -> None:
    app = org.app(name=template)
    org.connect(app, scripted.url, TOKEN)
    group = org.call("POST", "/api/v1/groups", {"profile": {"name": "Lakes", "description": "Lake side"}})
    own = f"/api/v1/apps/{app['id']}/group-push/mappings"
    org.call("POST", own, {"sourceGroupId": group["id"], "targetGroupName": "Lakes"})
    org.settle()
    (sent,) = [body for method, path, body in scripted.seen if (method, path) == ("POST", "/scim/Groups")]
    assert ("Lake side" in str(sent)) == described


def test_the_scope_of_an_assignment_is_checked_when_it_changes(org: Emulated) -> None:
    app, user = org.app(), org.user()
    org.assign(app, user)
    path = f"/api/v1/apps/{app['id']}/users/{user['id']}"
    assert org.error("POST", path, {"scope": "EVERYBODY"}, status=400)[0] == "E0000001"
    assert org.call("GET", path)["scope"] == "USER"


def test_a_source_group_has_one_mapping_and_one_target(org: Emulated, app: Any) -> None:
    group = org.group()
    own = f"/api/v1/apps/{app['id']}/group-push/mappings"
    both = {"sourceGroupId": group["id"], "targetGroupName": "A", "targetGroupId": "00g1"}
    assert org.error("POST", own, both, status=400)[0] == "E0000001"
    org.call("POST", own, {"sourceGroupId": group["id"], "targetGroupName": "A"})
    assert org.error("POST", own, {"sourceGroupId": group["id"], "targetGroupName": "B"}, status=400)[0] == "E0000001"
    assert org.call("GET", own, status=200, sourceGroupId="00gnone") == []


def test_create_users_off_looks_for_a_match_only(org: Emulated, scim_url: str) -> None:
    app, user = org.app(), org.user()
    org.connect(app, scim_url, TOKEN, {"update": TO_APP["update"]})
    org.assign(app, user)
    org.settle()
    assert account(scim_url, "ada@acme.example") is None
    assigned = org.call("GET", f"/api/v1/apps/{app['id']}/users/{user['id']}")
    assert (assigned["status"], assigned["syncState"]) == ("STAGED", "ERROR")
    assert types(org, result="FAILURE") == ["user.sync"]


def test_a_failure_is_logged_with_the_servers_words(org: Emulated, scripted: ScriptedScim) -> None:
    app, user = org.app(), org.user()
    org.connect(app, scripted.url, TOKEN)
    scripted.then(200, {"Resources": [], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0})
    scripted.then(400, {"detail": "department is required"})
    org.assign(app, user)
    org.settle()
    failed = org.events(filter='outcome.result eq "FAILURE"')
    assert [event["eventType"].rpartition(".")[2] for event in failed] == ["push", "sync"]
    assert failed[0]["outcome"]["reason"] == "Bad Request. Errors reported by remote server: department is required"
    assert failed[0]["legacyEventType"] == "app.api.error.create_user"
    assert failed[0]["severity"] == "ERROR"


def test_a_429_is_tried_again_in_compressed_time(org: Emulated, scripted: ScriptedScim) -> None:
    app, user = org.app(), org.user()
    org.connect(app, scripted.url, TOKEN)
    scripted.then(429, {}, Retry_After="30")
    scripted.then(429, {}, Retry_After="Tue, 24 Nov 2026 03:00:00 GMT")
    org.assign(app, user)
    org.settle()
    filters = [path for _, path, _ in scripted.seen if "filter=" in path]
    assert len(filters) == 3
    assert len(org.events(filter='eventType eq "application.integration.rate_limit_exceeded"')) == 2


@pytest.mark.parametrize(
    ("name", "credential", "sent"),
    [
        ("scim2testapp", "t", "Bearer t"),
        ("scim2headerauth", "Token t", "Token t"),
        ("scim2testapp_basic", "dTpw", "Basic dTpw"),
    ],
)
def test_credentials_become_the_header_of_their_template(name: str, credential: str, sent: str) -> None:
    assert header_value(catalog({})[name], credential) == sent


def test_switching_on_runs_the_credential_test(org: Emulated, scripted: ScriptedScim) -> None:
    app = org.app()
    own = f"/api/v1/apps/{app['id']}/connections/default"
    body = {"baseUrl": scripted.url, "profile": {"authScheme": "TOKEN", "token": "wrong"}}
    scripted.then(401, {"detail": "bad token"})
    assert org.call("POST", own, body)["status"] == "DISABLED"
    code, _, causes = org.error("POST", f"{own}/lifecycle/activate", status=400)
    assert code == "E0000059"
    assert causes == ["Error authenticating: Unauthorized. Errors reported by remote server: bad token"]
    assert org.call("GET", own)["status"] == "DISABLED"
    assert org.call("GET", f"/api/v1/apps/{app['id']}")["features"] == []
    assert [path for _, path, _ in scripted.seen] == ["/scim/Users?startIndex=1&count=2"]
    scripted.then(429, {}, Retry_After="1")
    assert org.error("POST", own, body, status=400, activate="true")[0] == "E0000059"
    assert "wrong" not in str(org.call("GET", "/_emulator/exchanges")) + str(org.call("GET", "/_emulator/requests"))


def test_connection_and_features_in_accept_mode(org: Emulated, app: Any) -> None:
    own = f"/api/v1/apps/{app['id']}"
    connection = org.call("GET", f"{own}/connections/default")
    assert connection["status"] == "ENABLED"
    assert connection["profile"] == {"authScheme": "TOKEN"}
    assert set(connection["_links"]) == {"deactivate", "self"}
    assert set(org.call("GET", own)["features"]) >= {"PUSH_NEW_USERS", "PUSH_USER_DEACTIVATION", "SCIM_PROVISIONING"}
    changed = org.call(
        "PUT", f"{own}/features/USER_PROVISIONING", {"create": {"lifecycleCreate": {"status": "DISABLED"}}}
    )
    assert changed["status"] == "ENABLED"
    assert changed["capabilities"]["update"]["profile"]["status"] == "ENABLED"
    assert "PUSH_NEW_USERS" not in org.call("GET", own)["features"]
    org.call("POST", f"{own}/connections/default/lifecycle/deactivate", status=204)
    assert org.call("GET", own)["features"] == []
    assert org.error("GET", f"{own}/features", status=400)[2] == ["Provisioning is not enabled for the app instance."]
    messages = [event["debugContext"]["debugData"].get("customMessage") for event in org.events()]
    assert "Disable provisioning" in messages


def during_the_test(scripted: ScriptedScim, act: Callable[[], object]) -> None:
    """Let something happen before the SCIM server answers its next request."""
    answer = scripted.next_answer

    def act_first() -> tuple[int, Any, dict[str, str]]:
        scripted.next_answer = answer  # type: ignore[method-assign]
        act()
        return answer()

    scripted.next_answer = act_first  # type: ignore[method-assign]


def test_options_set_while_the_credentials_are_tested_are_kept(org: Emulated, scripted: ScriptedScim) -> None:
    app = org.app()
    org.connect(app, scripted.url, TOKEN, {})
    own = f"/api/v1/apps/{app['id']}"
    during_the_test(scripted, lambda: org.call("PUT", f"{own}/features/USER_PROVISIONING", TO_APP))
    body = {"baseUrl": scripted.url, "profile": {"authScheme": "TOKEN", "token": "new"}}
    org.call("POST", f"{own}/connections/default", body)
    assert "PUSH_NEW_USERS" in org.call("GET", own)["features"]


def test_a_credential_stays_with_its_url_where_two_change_the_connection(org: Emulated, scripted: ScriptedScim) -> None:
    app = org.app()
    org.connect(app, scripted.url, TOKEN, {})
    own = f"/api/v1/apps/{app['id']}/connections/default"
    other = {"baseUrl": f"{scripted.url}/other", "profile": {"authScheme": "TOKEN", "token": "of-other"}}
    during_the_test(scripted, lambda: org.call("POST", own, other))
    org.call("POST", own, {"profile": {"authScheme": "TOKEN", "token": "new"}})
    assert org.call("GET", own)["baseUrl"] == scripted.url


@pytest.mark.parametrize("answer", [200, 401])
def test_only_a_connection_that_was_tested_is_enabled(org: Emulated, scripted: ScriptedScim, answer: int) -> None:
    app = org.app()
    own = f"/api/v1/apps/{app['id']}/connections/default"
    profile = {"authScheme": "TOKEN", "token": TOKEN}
    org.call("POST", own, {"baseUrl": scripted.url, "profile": profile})
    usual = scripted.next_answer

    def next_answer() -> tuple[int, Any, dict[str, str]]:
        """Another request sets another server while the first one answers."""
        if len(scripted.seen) == 1:
            org.call("POST", own, {"baseUrl": f"{scripted.url}/other", "profile": profile})
        return (answer, *usual()[1:]) if "/other/" in scripted.seen[-1][1] else usual()

    scripted.next_answer = next_answer  # type: ignore[method-assign]
    org.call("POST", f"{own}/lifecycle/activate", status=204 if answer == 200 else 400)
    assert "/other/Users" in " ".join(path for _, path, _ in scripted.seen)
    connection = org.call("GET", own)
    assert connection["baseUrl"].endswith("/other")
    assert connection["status"] == ("ENABLED" if answer == 200 else "DISABLED")


@pytest.mark.parametrize("path", ["/_emulator/import", "/_emulator/import/schema"])
def test_nothing_is_imported_from_a_server_that_is_replaced_meanwhile(
    org: Emulated, scripted: ScriptedScim, path: str
) -> None:
    app = org.app()
    org.connect(app, scripted.url, TOKEN, {})
    own = f"/api/v1/apps/{app['id']}/connections/default"
    other = {"baseUrl": f"{scripted.url}/other", "profile": {"authScheme": "TOKEN", "token": TOKEN}}
    during_the_test(scripted, lambda: org.call("POST", own, other))
    _, _, causes = org.error("POST", path, {"app": app["id"]}, status=400)
    assert causes == ["The connection was changed in the meantime. Try again."]


def test_a_reset_leaves_nothing_of_what_is_awaited(org: Emulated, scripted: ScriptedScim) -> None:
    app = org.app()
    org.connect(app, scripted.url, TOKEN, {})
    during_the_test(scripted, lambda: org.call("POST", "/_emulator/reset"))
    assert org.error("POST", "/_emulator/import", {"app": app["id"]}, status=404)[0] == "E0000007"
    assert org.call("GET", "/_emulator/exchanges") == []
    assert org.events() == []


@pytest.mark.parametrize(
    "path",
    ["/api/v1/apps/{id}/connections/default/lifecycle/activate", "/_emulator/import", "/_emulator/import/schema"],
)
def test_nothing_is_written_for_an_app_deleted_while_its_server_answers(
    org: Emulated, scripted: ScriptedScim, path: str
) -> None:
    app = org.app()
    org.connect(app, scripted.url, TOKEN, {})
    own = f"/api/v1/apps/{app['id']}"

    def delete() -> None:
        org.call("POST", f"{own}/lifecycle/deactivate")
        org.call("DELETE", own, status=204)

    during_the_test(scripted, delete)
    assert org.error("POST", path.format(id=app["id"]), {"app": app["id"]}, status=404)[0] == "E0000007"


def test_a_user_who_is_provisioned_during_an_import_stays_assigned(org: Emulated, scripted: ScriptedScim) -> None:
    app, user = org.app(), org.user()
    org.connect(app, scripted.url, TOKEN)
    scripted.then(200, {"Resources": [], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0})
    scripted.then(201, {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "1", "userName": "ada"})

    def provision() -> None:
        org.assign(app, user)
        org.settle()

    during_the_test(scripted, provision)
    imported = org.call("POST", "/_emulator/import", {"app": app["id"]})
    assert (imported["status"], imported["users"]["removed"]) == ("COMPLETE", 0)
    assert org.call("GET", f"/api/v1/apps/{app['id']}/users/{user['id']}")["externalId"] == "1"


def test_a_mapping_decides_what_is_pushed_and_who_may_set_it(org: Emulated, app: Any, scim_url: str) -> None:
    user = org.user()
    (mapping,) = org.call("GET", "/api/v1/mappings", targetId=app["id"])
    properties = {"title": {"expression": "user.lastName", "pushStatus": "PUSH"}, "email": None}
    org.call("POST", f"/api/v1/mappings/{mapping['id']}", {"properties": properties})
    org.assign(app, user)
    org.settle()
    created = account(scim_url, "ada@acme.example")
    assert created
    assert created["title"] == "Lovelace"
    assert "emails" not in created
    own = f"/api/v1/apps/{app['id']}/users/{user['id']}"
    assert org.error("POST", own, {"profile": {"title": "x"}}, status=403)[0] == "E0000075"
    assert org.call("POST", own, {"profile": {"email": "hand@x.io"}})["profile"]["email"] == "hand@x.io"


def test_a_new_password_is_pushed_where_it_is_synchronised(org: Emulated, scripted: ScriptedScim) -> None:
    app, user = org.app(), org.user()
    update = TO_APP["update"] | {"password": {"status": "ENABLED", "seed": "OKTA", "change": "CHANGE"}}
    org.connect(app, scripted.url, TOKEN, TO_APP | {"update": update})
    scripted.then(200, {"Resources": []})
    scripted.then(201, {"id": "17", "schemas": ["x"]})
    org.assign(app, user)
    org.settle()
    scripted.seen.clear()
    org.call(
        "PUT",
        f"/api/v1/users/{user['id']}",
        {"profile": user["profile"], "credentials": {"password": {"value": "New-horse-2"}}},
    )
    org.settle()
    method, path, body = scripted.seen[-1]
    assert (method, path) == ("PATCH", "/scim/Users/17")
    assert "New-horse-2" in str(body)
    assert "New-horse-2" not in str(org.call("GET", "/_emulator/exchanges"))


def test_an_inactive_app_sends_nothing(org: Emulated, app: Any) -> None:
    org.call("POST", f"/api/v1/apps/{app['id']}/lifecycle/deactivate")
    before = len(org.exchanges())
    org.assign(app, org.user())
    org.settle()
    assert len(org.exchanges()) == before


def test_a_staged_user_waits_for_activation(org: Emulated, app: Any, scim_url: str) -> None:
    user = org.user(activate="false")
    org.assign(app, user)
    org.settle()
    assert account(scim_url, "ada@acme.example") is None
    org.call("POST", f"/api/v1/users/{user['id']}/lifecycle/activate")
    org.settle()
    assert account(scim_url, "ada@acme.example")


def test_in_org_mode_nothing_happens_to_a_template(org_of: Callable[..., Emulated]) -> None:
    org = org_of()
    app = org.app("scim2headerauth")
    own = f"/api/v1/apps/{app['id']}"
    unknown = {"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}}
    body = {"baseUrl": "https://x.io", "profile": {"authScheme": "TOKEN", "token": "t"}}
    assert org.call("GET", f"{own}/connections/default") == unknown
    assert org.call("POST", f"{own}/connections/default", body) == unknown
    org.call("POST", f"{own}/connections/default/lifecycle/activate", status=204)
    assert org.call("GET", f"{own}/connections/default") == unknown
    assert org.call("GET", own)["features"] == []
    assert org.error("GET", f"{own}/features", status=400)[2] == ["Provisioning is not supported."]


def test_org2org_works_in_both_modes(org_of: Callable[..., Emulated]) -> None:
    org = org_of()
    app = org.app("okta_org2org")
    own = f"/api/v1/apps/{app['id']}"
    fresh = org.call("GET", f"{own}/connections/default")
    assert set(fresh) == {"authScheme", "status", "_links"}
    org.connect(app, "https://example.okta.com", "secret")
    assert org.call("GET", f"{own}/connections/default")["status"] == "ENABLED"
    assert "secret" not in str(org.call("GET", f"{own}/connections/default"))
    assert "PUSH_NEW_USERS" in org.call("GET", own)["features"]


def test_a_put_wipes_the_provisioning_of_a_wizard_app_only() -> None:
    state = Org(EmulatorSettings())
    cause = state.cause("0" * 32)
    saml = {"signOn": {"ssoAcsUrl": "https://a.example", "audience": "https://a.example"}}
    bodies = [{"label": "W", "signOnMode": "SAML_2_0", "settings": saml}, {"name": "scim2testapp", "label": "T"}]
    kept = []
    for body in bodies:
        app = applications.create(state, cause, body, activate=True)
        save_provisioning(state, app["id"], Provisioning(status="ENABLED", to_app=("create",)))
        assert speaks_scim(state, app)
        applications.replace(state, cause, app, body)
        kept.append(provisioning_of(state, app["id"]).status)
    assert kept == ["DISABLED", "ENABLED"]
