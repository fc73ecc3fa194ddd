"""`oktascim verify` through the emulated org: what is proven, what is caught, and what is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from okta_emulator.org.provisioning import Provisioning, save_provisioning
from oktascim.plan.targets import Target
from oktascim.verify import actions
from oktascim.verify.scene import Scene
from tests.integration.check.conftest import PERSON
from tests.integration.verify.conftest import org_is_clean, states, step_of
from tests.support.broken_server import TOKEN, broken_server
from tests.support.verified import connected_app
from tests.support.world import SCIM_TOKEN, Result, World

Verify = Callable[..., Result]
GRACE = {
    "firstName": "Grace",
    "lastName": "Hopper",
    "email": "grace.hopper@acme.example",
    "login": "grace.hopper@acme.example",
}


def test_a_good_server_is_proven_step_by_step_and_nothing_is_left(verify: Verify, world: World) -> None:
    result = verify()
    assert result.code == 0, result.stderr
    assert set(states(result).values()) == {"proven"}
    assert {said["answer"] for step in result.json["steps"] for said in step["sides"].values()} == {"agrees"}
    attributes = {one["name"]: one["state"] for one in step_of(result, "user.update")["attributes"]}
    assert len(attributes) > 20
    assert set(attributes.values()) == {"proven"}
    assert org_is_clean(world)
    left = httpx.get(f"{world.scim_url}/Users", headers={"Authorization": f"Bearer {SCIM_TOKEN}"}).text
    assert result.json["run_id"] not in left


def test_what_a_server_ignores_is_caught_although_okta_reports_success(verify: Verify, world: World) -> None:
    faults = ("pathless-patch-ignored", "put-ignored", "member-removal-ignored")
    with broken_server(*faults) as server:
        result = verify(SCIM_BASE_URL=server.base_url, SCIM_TOKEN=TOKEN)
        assert server.store.resources == {"Users": {}, "Groups": {}}, "the clean-up works on a faulty server too"
    assert result.code == 5, result.stderr
    failed = {name for name, state in states(result).items() if state == "failed"}
    assert failed == {
        *("user.name", "user.update", "user.login", "group.remove", "group.rename"),
        *("user.leaver.deactivate", "user.deactivate", "user.reactivate", "user.unassign"),
    }
    assert "another user name" in step_of(result, "user.reactivate")["detail"], "the login was never renamed there"
    lie = step_of(result, "user.deactivate")
    assert {side: said["answer"] for side, said in lie["sides"].items()} == {
        "okta": "agrees",
        "scim": "disagrees",
        "log": "agrees",
    }
    assert "leavers keep access" in lie["detail"]
    assert "active is true; expected false" in lie["sides"]["scim"]["words"]
    assert "--only users.patch.deactivate" in lie["fix"]
    assert '{"op":"replace","value":{"active":false}} without a path' in lie["fix"]
    assert org_is_clean(world)


def test_a_lost_member_shows_and_the_rename_after_it_is_not_blamed(verify: Verify) -> None:
    with broken_server("add-replaces-members") as server:
        result = verify(
            "--skip", "user.update", "--skip", "user.empty", SCIM_BASE_URL=server.base_url, SCIM_TOKEN=TOKEN
        )
    failed = {name for name, state in states(result).items() if state == "failed"}
    assert (result.code, failed) == (5, {"group.add"}), result.stderr
    assert "shows other members" in step_of(result, "group.add")["detail"]


def test_a_failed_reprovisioning_suppresses_the_deactivation_and_verify_says_so(verify: Verify, world: World) -> None:
    with broken_server() as server:
        store = server.store
        left: set[str] = set()

        def put_refused_for_a_returner(fault: str) -> bool:
            users = [one for one in store.resources["Users"].values() if not one["userName"].startswith("leaver.")]
            left.update(one["id"] for one in users if one.get("active") is False)
            return fault == "put-echo-refused" and bool(left)

        store.has = put_refused_for_a_returner  # type: ignore[method-assign]
        result = verify(SCIM_BASE_URL=server.base_url, SCIM_TOKEN=TOKEN)
    assert result.code == 5, result.stderr
    assert {name for name, state in states(result).items() if state == "failed"} == {"user.reactivate", "user.unassign"}
    assert "meta is read-only" in step_of(result, "user.reactivate")["detail"], "Okta's own words"
    assert step_of(result, "user.reactivate")["category"] is not None
    trap = step_of(result, "user.unassign")
    assert "doesn't deactivate" in trap["detail"]
    assert trap["sides"]["log"]["answer"] == "silent"
    assert states(result)["user.delete"] == "not_run"
    assert org_is_clean(world)


def test_what_is_off_is_not_applicable_and_says_why(verify: Verify, tmp_path: Path) -> None:
    junit, markdown = tmp_path / "junit.xml", tmp_path / "report.md"
    result = verify("--junit", str(junit), "--markdown", str(markdown), to_app="[create]")
    assert result.code == 0, result.stderr
    off = {name for name, state in states(result).items() if state == "not_applicable"}
    assert off == {
        *("user.name", "user.update", "user.empty", "user.login"),
        *("user.leaver.create", "user.leaver.deactivate"),
        *("user.deactivate", "user.reactivate", "user.unassign", "user.delete"),
    }
    assert "Deactivate Users is off" in step_of(result, "user.unassign")["detail"]
    cases = {case.get("name"): case for case in ElementTree.parse(junit).getroot().iter("testcase")}
    assert cases["user.unassign"].find("skipped") is not None
    assert list(cases["group.push"]) == []
    assert "| n/a | `user.unassign`" in markdown.read_text(encoding="utf-8")


def test_a_wizard_made_app(verify: Verify, world: World) -> None:
    marker = {"notes": {"admin": "oktascim:test-a-wizard-made-app"}}
    settings = {"signOn": {"loginUrl": "https://acme.example/login"}} | marker
    app = world.okta("POST", "/api/v1/apps", {"label": "Wiz", "signOnMode": "AUTO_LOGIN", "settings": settings})
    save_provisioning(
        world.org.console.org,
        app["id"],
        Provisioning(
            status="ENABLED",
            base_url=world.scim_url,
            authorization=f"Bearer {SCIM_TOKEN}",
            to_app=("create", "update", "deactivate"),
            actions=("push_new", "push_profile", "push_groups"),
        ),
    )
    result = verify(template="custom-swa")
    assert result.code == 0, result.stderr
    assert set(states(result).values()) == {"proven"}


def test_what_apply_warns_about_is_said_before_verify_applies_a_spec(verify: Verify) -> None:
    result = verify(template="custom-swa")
    assert (result.code, "supported_actions: is missing" in result.stderr) == (6, True), result.stderr


def test_without_credentials_the_server_is_not_asked_and_nothing_counts_as_proven(world: World) -> None:
    app = connected_app(world, "Mute")
    left_out = ("--skip", "group", "--skip", "user.update.title")
    result = world.oktascim("verify", app["id"], "--wait", "5", "-o", "json", "--strict", *left_out)
    assert result.code == 5, result.stderr
    assert states(result)["group.push"] == "not_applicable"
    assert "title" not in {one["name"] for one in step_of(result, "user.update")["attributes"]}
    assert "proven" not in states(result).values()
    assert {one["sides"]["scim"]["answer"] for one in result.json["steps"] if one["sides"]} == {"not_asked"}
    assert "no credentials were given" in step_of(result, "user.create")["detail"]


def test_nobody_is_made_where_the_server_finds_somebody_else_under_the_new_name(verify: Verify, world: World) -> None:
    with broken_server("filter-ignored") as server:
        server.store.create("Users", dict(PERSON))
        result = verify(SCIM_BASE_URL=server.base_url, SCIM_TOKEN=TOKEN)
        assert [one["userName"] for one in server.store.resources["Users"].values()] == [PERSON["userName"]]
    assert result.code == 5
    assert "and overwrites it" in result.stderr
    assert org_is_clean(world)


def test_ctrl_c_ends_the_run_and_removes_what_it_made(
    verify: Verify, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = actions.STEP_ACTIONS["push_group"]

    async def interrupted(scene: Scene) -> None:
        await push(scene)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setitem(actions.STEP_ACTIONS, "push_group", interrupted)
    with broken_server() as server:
        result = verify(SCIM_BASE_URL=server.base_url, SCIM_TOKEN=TOKEN)
        assert server.store.resources == {"Users": {}, "Groups": {}}
    assert result.code == 130, result.stderr
    assert result.json["interrupted"]
    assert "Stopped after 7 of 18 steps. What was created is removed." in " ".join(result.stderr.split())
    assert states(result)["group.push"] == states(result)["user.unassign"] == "not_run"
    assert org_is_clean(world)


def test_an_existing_user_keeps_login_status_and_profile(world: World) -> None:
    body = {"profile": GRACE, "credentials": {"password": {"value": "Hopper-1906"}}}
    user, app = world.okta("POST", "/api/v1/users", body), connected_app(world, "Existing")
    words = ("verify", "Existing", "--user", GRACE["login"], "--bearer", "env:SCIM_TOKEN", "--fast", "-o", "json")
    result = world.oktascim(*words)
    assert result.code == 0, result.stderr
    alone = {name for name, state in states(result).items() if state == "not_applicable"}
    assert alone == {"user.login", "user.deactivate", "user.reactivate", "user.delete"}
    assert states(result)["user.unassign"] == "proven"
    after = world.okta("GET", f"/api/v1/users/{user['id']}")
    assert (after["status"], {name: after["profile"].get(name) for name in GRACE}) == ("ACTIVE", GRACE)
    assert after["profile"].get("title") is None
    assert GRACE["login"] not in world.scim_users()
    world.okta("POST", f"/api/v1/apps/{app['id']}/users", {"id": user["id"], "scope": "USER"})
    again = world.oktascim(*words)
    assert again.code == 2
    assert "already has" in again.stderr


def test_a_named_user_is_warned_about_where_nobody_can_ask_the_server(world: World) -> None:
    login = "mary@acme.example"
    profile = {"login": login, "email": login, "firstName": "Mary", "lastName": "Jackson"}
    world.okta("POST", "/api/v1/users", {"profile": profile})
    connected_app(world, "Unasked")
    words = ("verify", "Unasked", "--user", login, "--fast", "--skip", "user", "--skip", "group")
    wrong = ("--header", "env:SCIM_TOKEN")  # the server expects "Bearer" before it
    elsewhere = ("--bearer", "env:SCIM_TOKEN", "--url", "http://127.0.0.1:9/scim")
    said = [world.oktascim(*words, *more).stderr for more in ((), wrong, elsewhere)]
    whys = (
        "no credentials were given",
        "the SCIM server returned 401 to this machine",
        "this machine gets no usable response from the SCIM server: ",
    )
    for why, text in zip(whys, said, strict=True):
        assert text.count(f"Warning: verify can't tell whether {login} already has an account") == 1
        assert why in text


def test_the_real_account_of_a_named_user_is_never_deleted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app's user name format isn't the login, so Okta links an account that verify did not look for."""
    login, headers = "lovelace@acme.example", {"Authorization": f"Bearer {SCIM_TOKEN}"}
    profile = GRACE | {"login": login, "email": login}
    world.okta("POST", "/api/v1/users", {"profile": profile, "credentials": {"password": {"value": "Lovelace-1815"}}})
    app = connected_app(world, "Short names")
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"]
    real = {"schemas": schemas, "userName": "lovelace", "emails": [{"value": login}], "active": True}
    made = httpx.post(f"{world.scim_url}/Users", headers=headers, json=real).json()

    async def give(_okta: object, app_id: str, target: Target) -> None:
        short = {"id": target.id, "scope": "USER", "credentials": {"userName": "lovelace"}}
        await asyncio.to_thread(world.okta, "POST", f"/api/v1/apps/{app_id}/users", short)

    monkeypatch.setattr(actions, "give_user", give)
    options = ("--user", login, "--skip", "group", "--bearer", "env:SCIM_TOKEN", "--wait", "1", "-o", "json")
    result = world.oktascim("verify", app["id"], *options)
    assert httpx.get(f"{world.scim_url}/Users/{made['id']}", headers=headers).status_code == 200
    assert [left for left in result.json["left_behind"] if "may have had it before this run" in left]
    httpx.delete(f"{world.scim_url}/Users/{made['id']}", headers=headers)


def test_a_live_org_needs_consent_and_an_app(verify: Verify, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oktascim.runs.verification.is_on_this_machine", lambda _url: False)
    missing = verify("--yes")
    assert missing.code == 2
    assert "oktascim apply" in missing.stderr
    connected_app(world, "Consent")
    refused = world.oktascim("verify", "Consent", "--bearer", "env:SCIM_TOKEN", "-o", "json")
    assert refused.code == 2
    assert "--yes" in refused.stderr
    assert "verify will create three test users and two test groups" in refused.stderr
    assert org_is_clean(world)


def test_keep_leaves_everything_in_place_and_says_what(verify: Verify, world: World) -> None:
    with broken_server() as server:
        result = verify("--keep", "--skip", "user", SCIM_BASE_URL=server.base_url, SCIM_TOKEN=TOKEN)
        assert result.code == 0, result.stderr
        assert set(states(result).values()) == {"not_applicable", "not_run"}
        few = (
            "--skip",
            "user.update",
            "--skip",
            "user.empty",
            "--skip",
            "user.second",
            "--skip",
            "user.leaver",
            "--skip",
            "group",
        )
        result = verify("--keep", *few, SCIM_BASE_URL=server.base_url, SCIM_TOKEN=TOKEN)
        assert [one["active"] for one in server.store.resources["Users"].values()] == [True]
    assert states(result)["user.unassign"] == states(result)["user.delete"] == "not_applicable"
    login, account = result.json["kept"]
    assert account == "Users/r1 on the SCIM server"
    user = world.okta("GET", f"/api/v1/users/{login.removeprefix('user ')}")
    assert user["status"] == "ACTIVE"
    for _ in range(2):
        world.okta("DELETE", f"/api/v1/users/{user['id']}")
