"""A run says what became of those whom it assigned: provisioned, pending or failed, with Okta's own error."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.support.scim_without_filters import REFUSAL, scim_without_filters
from tests.support.world import SPEC, World

ADA, GRACE, ALAN = "ada@acme.example", "grace@acme.example", "alan@acme.example"
WITHOUT_PUSHES = SPEC.replace(", push_groups: [Engineering]", "")
PEOPLE = [("user", ADA), ("group", "Engineering"), ("member", GRACE), ("member", ALAN)]


@pytest.fixture
def deaf(org: World) -> Iterator[World]:
    """The org in front of a SCIM server that returns 501 to filters."""
    with scim_without_filters() as url:
        yield dataclasses.replace(org, scim_url=url)


@pytest.fixture
def broken(deaf: World) -> World:
    """The same with Acme CRM, whose people and group are in ERROR."""
    deaf.oktascim("apply", deaf.spec(), "--yes", "--wait", "0")
    deaf.settled()
    return deaf


def states(outcomes: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    return {(one["kind"], one["name"]): one["state"] for one in outcomes}


def test_a_server_that_refuses_filters_fails_the_run(deaf: World) -> None:
    junit, summary = deaf.folder / "report.xml", deaf.folder / "summary.md"
    done = deaf.oktascim(
        *("apply", deaf.spec(), "--yes", "-o", "json", "--junit", str(junit)),
        GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(summary),
    )
    assert done.code == 5
    (one,) = done.json["integrations"]
    assert (one["status"], {step["status"] for step in one["steps"]}) == ("failed", {"done"})
    assert states(one["outcomes"]) == dict.fromkeys([*PEOPLE, ("push_group", "Engineering")], "failed")
    ada = one["outcomes"][0]
    assert REFUSAL in ada["error"]["reason"]
    assert (ada["error"]["category"], ada["evidence"]) == ("protocol.filter_unsupported", "STAGED, syncState ERROR")
    assert f"could not provision {ADA}" in one["error"]["what"]
    assert "Dashboard > Tasks > Retry Selected" in ada["error"]["retry"]
    assert one["error"]["fix"].count("Support at least") == 1  # for people and group alike
    for report in (done.stderr, junit.read_text(encoding="utf-8"), summary.read_text(encoding="utf-8")):
        assert ADA in report
        assert REFUSAL in report
    failures = [
        case.get("name") for case in ElementTree.parse(junit).iter("testcase") if case.find("failure") is not None
    ]
    assert failures == [
        f"user {ADA}",
        "group Engineering",
        f"group member {GRACE}",
        f"group member {ALAN}",
        "push group Engineering",
    ]
    assert f"line=3,title=oktascim acme-crm%3A user {ADA}::" in done.stderr


def test_running_it_again_does_not_say_done(broken: World) -> None:
    before = len(broken.requests())
    again = broken.oktascim("apply", broken.spec(WITHOUT_PUSHES), "--yes", "-o", "json")
    assert again.code == 5
    (one,) = again.json["integrations"]
    assert (one["status"], one["steps"], states(one["outcomes"])) == ("failed", [], dict.fromkeys(PEOPLE, "failed"))
    assert REFUSAL in one["error"]["why"]
    assert broken.writes_since(before) == []


def test_the_plan_lists_who_is_in_error_and_the_command_that_explains_it(broken: World) -> None:
    planned = broken.oktascim("plan", broken.spec(WITHOUT_PUSHES), "--exit-code", "-o", "json")
    assert planned.code == 0  # trouble, not a change
    (one,) = planned.json["integrations"]
    assert (one["action"], [error["name"] for error in one["errors"]]) == ("none", [ADA, GRACE, ALAN])
    assert all(error["since"].startswith("20") for error in one["errors"])
    command = planned.stderr.partition("To see why:\n  ")[2].splitlines()[0]
    assert command.startswith(f"oktascim logs --app {one['app_id']} ")
    told = broken.oktascim(*shlex.split(command)[1:])
    assert (told.code, REFUSAL in told.stdout) == (0, True)
    table = broken.oktascim("plan", broken.spec(WITHOUT_PUSHES), "-o", "table").stdout
    assert f"in error\tuser {ADA}\tSTAGED, syncState ERROR since 20" in table
    told = broken.oktascim("plan", broken.spec(WITHOUT_PUSHES))
    assert told.stdout == "No changes. 1 integration matches the org.\n"
    assert f"Warning: acme-crm: user {ADA}: STAGED, syncState ERROR since 20" in told.stderr


def test_app_show_says_the_state_of_its_people(broken: World) -> None:
    shown = broken.oktascim("app", "show", "acme-crm", "-o", "json").json["assignments"]
    assert (shown["users"], shown["user_states"], shown["push_groups"]) == (3, {"failed": 3}, {"ERROR": 1})
    assert [error["name"] for error in shown["errors"]][:3] == [ADA, GRACE, ALAN]
    told = broken.oktascim("app", "show", "acme-crm")
    assert "users 3 (1 assigned directly): 3 failed" in " ".join(told.stdout.split())
    assert f"FAILED user {ADA}: STAGED, syncState ERROR since 20" in " ".join(told.stdout.split())
    assert "oktascim logs --app " in told.stderr


def test_assigning_a_person_who_cannot_be_provisioned_is_no_success(broken: World) -> None:
    eve = {"firstName": "Eve", "lastName": "Green", "login": "eve@acme.example", "email": "eve@acme.example"}
    broken.okta(
        "POST",
        "/api/v1/users?activate=true",
        {"profile": eve, "credentials": {"password": {"value": "Correct-horse-1"}}},
    )
    done = broken.oktascim("app", "assign", "acme-crm", "--user", "eve@acme.example", "-o", "json")
    assert (done.code, done.json["results"][0]["status"]) == (5, "done")
    assert states(done.json["outcomes"]) == {("user", "eve@acme.example"): "failed"}
    assert REFUSAL in done.stderr
    pushed = broken.oktascim("app", "push-group", "acme-crm", "--group", "Engineering", "-o", "json")
    assert (pushed.code, states(pushed.json["outcomes"])) == (5, {("push_group", "Engineering"): "failed"})


def test_a_server_that_works_leaves_everybody_provisioned(org: World) -> None:
    done = org.oktascim("apply", org.spec(), "--yes", "-o", "json")
    assert done.code == 0, done.stderr
    outcomes = done.json["integrations"][0]["outcomes"]
    assert states(outcomes) == dict.fromkeys([PEOPLE[0], PEOPLE[1], ("push_group", "Engineering")], "provisioned")
    assert outcomes[0]["evidence"] == f"PROVISIONED, externalId {org.scim_users()[ADA]['id']}"
    assert outcomes[1]["evidence"] == "2 provisioned"


def test_without_provisioning_the_assignment_is_the_outcome(org: World) -> None:
    body = {"name": "bookmark", "label": "Wiki", "signOnMode": "BOOKMARK"}
    settings = {"settings": {"app": {"requestIntegration": False, "url": "https://wiki.acme.example"}}}
    org.okta("POST", "/api/v1/apps", body | settings)
    done = org.oktascim("app", "assign", "Wiki", "--user", ADA, "--group", "Engineering", "-o", "json")
    assert done.code == 0
    assert states(done.json["outcomes"]) == {("user", ADA): "assigned", ("group", "Engineering"): "assigned"}
