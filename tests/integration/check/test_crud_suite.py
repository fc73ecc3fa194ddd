"""Suites that write to an org, in the form of Okta's CRUD suites: run on the emulator, beside a real SCIM server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from oktascim.check.report import CheckReport
from oktascim.check.run import CheckMeans, ServerUnderTest
from oktascim.check.suite import read_suite
from oktascim.check.suite_run import run_suite
from oktascim.http.clock import Stop
from oktascim.secret_text import SecretStr
from tests.support.emulated import Emulated, emulated
from tests.support.world import SCIM_TOKEN, World

ORG = "{{oktaOrgUrl}}/api/v1"
ACCOUNT = "{{SCIMUrl}}/Users/{{scim_id}}"
PERSON = {
    "firstName": "{{okta_user_firstname}}",
    "lastName": "{{okta_user_lastname}}",
    "email": "{{okta_user_email}}",
    "login": "{{okta_user_email}}",
}
PAUSE = {"step_type": "pause", "duration": 20}


def step(method: str, url: str, body: Any = None, status: int = 200, **expected: str) -> dict[str, Any]:
    to_scim = url.startswith("{{SCIMUrl}}")
    equal = [
        {"source": "response_json", "comparison": "equal", "property": name.replace("__", "."), "value": value}
        for name, value in expected.items()
    ]
    return {
        "step_type": "request",
        "method": method,
        "url": url,
        "headers": {"Authorization": "{{SCIMAuth}}" if to_scim else "SSWS {{oktaToken}}", "Accept": ["*/*"]},
        "body": json.dumps(body) if body else "",
        "assertions": [{"source": "response_status", "comparison": "equal_number", "value": status}, *equal],
    }


def keeps(step: dict[str, Any], name: str, path: str) -> dict[str, Any]:
    return step | {"variables": [{"source": "response_json", "property": path, "name": name}]}


LIFECYCLE = [
    step("GET", f"{ORG}/apps/{{{{oktaAppId}}}}"),
    keeps(step("POST", f"{ORG}/users?activate=true", {"profile": PERSON}), "person", "id"),
    step("POST", f"{ORG}/apps/{{{{oktaAppId}}}}/users", {"id": "{{person}}", "scope": "USER"}),
    PAUSE,
    keeps(
        step("GET", '{{SCIMUrl}}/Users?filter=userName eq "{{okta_user_email}}"', totalResults="1"),
        "scim_id",
        "Resources[0].id",
    ),
    step("PUT", f"{ORG}/users/{{{{person}}}}", {"profile": PERSON | {"firstName": "{{okta_user_firstname_update}}"}}),
    PAUSE,
    step("GET", ACCOUNT, name__givenName="{{okta_user_firstname_update}}"),
    step("DELETE", f"{ORG}/apps/{{{{oktaAppId}}}}/users/{{{{person}}}}", status=204),
    PAUSE,
    step("GET", ACCOUNT, active="false"),
]


@pytest.fixture(scope="module")
def org() -> Iterator[Emulated]:
    with emulated(connections_api="accept", fast=True) as started:
        yield started


def suite_file(folder: Path, *steps: dict[str, Any]) -> Path:
    file = folder / "crud.json"
    file.write_text(json.dumps({"name": "Ours", "steps": steps}), encoding="utf-8")
    return file


def run(org: Emulated, scim_url: str, folder: Path, *steps: dict[str, Any], **variables: str) -> CheckReport:
    class UntilSettled(Stop):
        async def sleep(self, seconds: float) -> None:
            await asyncio.to_thread(org.settle)

    given = {"oktaOrgUrl": org.org.url, "oktaToken": org.org.token, **variables}
    target = ServerUnderTest(scim_url, "2.0", SecretStr(f"Bearer {SCIM_TOKEN}"))
    suite = read_suite(suite_file(folder, *steps))
    return asyncio.run(run_suite(suite, target, given, CheckMeans(UntilSettled()), pause=None, limit=10))


def accounts(scim_url: str) -> list[str]:
    answer = httpx.get(f"{scim_url}/Users", headers={"Authorization": f"Bearer {SCIM_TOKEN}"}).json()
    return [user["userName"] for user in answer.get("Resources", [])]


def test_a_lifecycle_through_the_org_passes_and_leaves_nothing(world: World, tmp_path: Path) -> None:
    org = Emulated(world.org)
    app = org.app()
    org.connect(app, world.scim_url, SCIM_TOKEN)
    before = accounts(world.scim_url)
    report = run(org, world.scim_url, tmp_path, *LIFECYCLE, oktaAppId=app["id"])
    assert [(one.check.id, one.detail) for one in report.verdicts if one.passed is not True] == []
    assert len(report.verdicts) == len(LIFECYCLE) - LIFECYCLE.count(PAUSE)
    assert report.left_behind == ()
    assert accounts(world.scim_url) == before
    assert not any(report.run_id in json.dumps(user) for user in org.call("GET", "/api/v1/users"))


@pytest.mark.parametrize(
    "attack",
    [
        step("PUT", f"{ORG}/users/{{{{other}}}}", {"profile": PERSON}),
        step("POST", f"{ORG}/users/{{{{other}}}}/lifecycle/deactivate"),
        step("DELETE", f"{ORG}/apps/{{{{app}}}}"),
        step("POST", f"{ORG}/apps/{{{{app}}}}/users", {"id": "{{other}}"}),
        step("POST", f"{ORG}/groups", {"profile": {"name": "theirs"}}),
    ],
)
def test_only_people_of_the_run_are_changed(org: Emulated, tmp_path: Path, attack: dict[str, Any]) -> None:
    org.reset()
    app, other = org.app(), org.user()
    report = run(org, "http://127.0.0.1:9/scim", tmp_path, attack, app=app["id"], other=other["id"])
    assert [one.detail.partition("wasn't sent")[1] for one in report.verdicts] == ["wasn't sent"]
    assert org.call("GET", f"/api/v1/users/{other['id']}")["status"] == other["status"]
    assert report.exchanges == ()


def test_org_token_and_app_come_from_the_session(world: World, tmp_path: Path) -> None:
    org = Emulated(world.org)
    org.app(label="Acme")
    suite = suite_file(tmp_path, LIFECYCLE[0])
    words = ("check", world.scim_url, "--bearer", "env:SCIM_TOKEN", "--suite", str(suite), "-o", "json")
    result = world.oktascim(*words, "--app", "Acme")
    assert (result.code, result.json["counts"]["passed"]) == (0, 1), result.stderr
    assert world.token not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("options", "environ", "told"),
    [
        ((), {}, "tests an app in Okta"),
        (("--app", "Nobody"), {}, "has no app Nobody"),
        (("--var", "oktaOrgUrl=http://127.0.0.1:9"), {}, "oktaOrgUrl can't be set with --var"),
        ((), {"OKTA_CLIENT_TOKEN": ""}, "No API token"),
    ],
)
def test_what_a_suite_for_an_org_needs(
    world: World, tmp_path: Path, options: tuple[str, ...], environ: dict[str, str], told: str
) -> None:
    suite = suite_file(tmp_path, LIFECYCLE[0])
    words = ("check", world.scim_url, "--bearer", "env:SCIM_TOKEN", "--suite", str(suite), *options)
    result = world.oktascim(*words, **environ)
    assert result.code == 2
    assert told in result.stderr
