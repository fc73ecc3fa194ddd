"""plan, apply and destroy, end to end."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from xml.etree import ElementTree

from tests.support.world import SCIM_TOKEN, SPEC, World


def test_apply_creates_enables_assigns_and_the_user_appears(world: World) -> None:
    done = world.oktascim("apply", world.spec(), "--yes", "-o", "json")
    assert done.code == 0, done.stderr
    (one,) = done.json["integrations"]
    assert one["status"] == "done"
    assert one["app_id"].startswith("0oa")
    assert [step["step"] for step in one["steps"]] == [
        "create_app",
        "provisioning",
        "assign_users",
        "assign_groups",
        "push_groups",
    ]
    assert all(step["status"] == "done" and step["evidence"] for step in one["steps"])
    assert one["provisioning"] == {
        "status": "ENABLED",
        "route": "api",
        "verified_by": ["connections/default", "features"],
        "attempts": [{"route": "api", "said": "Set through the Management API."}],
    }
    world.settled()
    assert world.scim_users()["ada@acme.example"]["active"] is True
    assert "Engineering" in world.scim_groups()


def test_a_second_apply_finds_nothing_to_do_and_sends_no_write(world: World) -> None:
    spec = world.spec()
    assert world.oktascim("apply", spec, "--yes").code == 0
    before = len(world.requests())
    again = world.oktascim("apply", spec, "--yes", "-o", "json")
    assert again.code == 0
    assert again.json["summary"] == {"unchanged": 1}
    assert world.writes_since(before) == []
    assert world.oktascim("plan", spec, "--exit-code").code == 0


def test_where_the_org_does_not_take_credentials_nothing_is_claimed(world_of: Callable[..., World]) -> None:
    world = world_of(connections_api="org")
    spec = world.spec()
    done = world.oktascim("apply", spec, "--yes", "-o", "json")
    assert done.code == 6
    (one,) = done.json["integrations"]
    assert one["status"] == "pending"
    provisioning = one["provisioning"]
    assert (provisioning["status"], provisioning["route"], provisioning["verified_by"]) == ("UNKNOWN", None, [])
    assert [attempt["route"] for attempt in provisioning["attempts"]] == ["api", "console", "handoff"]
    assert "connections/default still reports UNKNOWN" in provisioning["attempts"][0]["said"]
    assert [step["status"] for step in one["steps"]] == ["done", "pending", "waiting", "waiting", "waiting"]
    assert one["handoff"]["page"].endswith(f"/instance/{one['app_id']}/#tab-provisioning")
    assert "OAuth Bearer Token: (the value of the environment variable SCIM_TOKEN)" in one["handoff"]["steps"]
    assert SCIM_TOKEN not in done.stdout + done.stderr
    assert [app["label"] for app in world.apps()] == ["Acme CRM"]
    planned = world.oktascim("plan", spec, "-o", "json").json["integrations"][0]
    assert next((step["step"], step["status"]) for step in planned["steps"]) == ("provisioning", "pending")
    assert {step["status"] for step in planned["steps"][1:]} == {"waiting"}


def test_drift_is_shown_field_by_field_and_put_right(world: World) -> None:
    spec = world.spec()
    assert world.oktascim("apply", spec, "--yes").code == 0
    app = world.apps()[0]
    app["label"] = "Renamed by hand"
    app["visibility"]["hide"]["web"] = True
    app["settings"]["notes"]["admin"] += "\nAda knows the password."
    world.okta("PUT", f"/api/v1/apps/{app['id']}", app)
    world.okta(
        "PUT", f"/api/v1/apps/{app['id']}/features/USER_PROVISIONING", {"update": {"profile": {"status": "DISABLED"}}}
    )
    plan = world.oktascim("plan", spec, "--exit-code", "-o", "json")
    assert plan.code == 3
    changes = [change for step in plan.json["integrations"][0]["steps"] for change in step["changes"]]
    assert {"field": "label", "old": "Renamed by hand", "new": "Acme CRM"} in changes
    assert {"field": "visibility.web", "old": False, "new": True} in changes
    assert {
        "field": "provisioning.to_app",
        "old": ["create", "deactivate"],
        "new": ["create", "deactivate", "update"],
    } in changes
    assert world.oktascim("apply", spec, "--yes").code == 0
    app = world.apps()[0]
    assert (app["label"], app["visibility"]["hide"]["web"]) == ("Acme CRM", False)
    assert "Ada knows the password." in app["settings"]["notes"]["admin"]
    assert world.oktascim("plan", spec, "--exit-code").code == 0


def test_a_changed_label_is_a_rename(world: World) -> None:
    assert world.oktascim("apply", world.spec(), "--yes").code == 0
    assert world.oktascim("apply", world.spec(SPEC.replace("label: Acme CRM", "label: Acme Sales")), "--yes").code == 0
    assert [app["label"] for app in world.apps()] == ["Acme Sales"]


def test_an_app_made_by_hand_is_adopted_only_on_request(world: World) -> None:
    by_hand = world.okta(
        "POST",
        "/api/v1/apps",
        {
            "name": "scim2testapp",
            "label": "Acme CRM",
            "signOnMode": "AUTO_LOGIN",
            "settings": {"notes": {"admin": "Made by Grace."}},
        },
    )
    spec = world.spec()
    refused = world.oktascim("apply", spec, "--yes")
    assert refused.code == 1
    assert by_hand["id"] in refused.stderr
    assert "--adopt" in refused.stderr
    assert len(world.apps()) == 1
    assert world.oktascim("apply", spec, "--adopt", "--yes").code == 0
    (app,) = world.apps()
    assert app["id"] == by_hand["id"]
    assert app["settings"]["notes"]["admin"] == "Made by Grace.\n\noktascim:acme-crm"


def test_two_apps_with_one_marker_are_named(world: World) -> None:
    body = {
        "name": "scim2testapp",
        "label": "Acme CRM",
        "signOnMode": "AUTO_LOGIN",
        "settings": {"notes": {"admin": "oktascim:acme-crm"}},
    }
    world.okta("POST", "/_emulator/clock", {"advance": 3600})  # twins that are not new: nobody is about to delete one
    ids = [world.okta("POST", "/api/v1/apps", body)["id"] for _ in range(2)]
    refused = world.oktascim("apply", world.spec(), "--yes")
    assert refused.code == 1
    assert all(app_id in refused.stderr for app_id in ids)


def test_a_changed_template_is_replaced_only_on_request(world: World) -> None:
    assert world.oktascim("apply", world.spec(), "--yes").code == 0
    (old,) = world.apps()
    changed = world.spec(SPEC.replace("scim2-oauth", "scim2-header"))
    refused = world.oktascim("plan", changed)
    assert refused.code == 1
    assert "--replace acme-crm" in " ".join(refused.stdout.split())
    assert (
        world.oktascim("apply", changed, "--replace", "acme-crm", "--yes", SCIM_TOKEN=f"Bearer {SCIM_TOKEN}").code == 0
    )
    (new,) = world.apps()
    assert (new["name"], new["id"] != old["id"]) == ("scim2headerauth", True)


def test_unknown_people_stop_the_plan_before_any_write(world: World) -> None:
    spec = world.spec(
        SPEC.replace("ada@acme.example", "nobody@acme.example").replace(
            "groups: [Engineering], ", "groups: [Nowhere], "
        )
    )
    before = len(world.requests())
    refused = world.oktascim("apply", spec, "--yes")
    assert refused.code == 1
    assert "there is no user nobody@acme.example" in refused.stderr
    assert "there is no group Nowhere" in refused.stderr
    assert world.writes_since(before) == []


def test_a_refused_catalogue_key_is_resolved_by_display_name(world_of: Callable[..., World]) -> None:
    world = world_of(
        connections_api="accept", catalog_keys={"SCIM 2.0 Test App (OAuth Bearer Token)": "scim2bearer_new"}
    )
    spec = world.spec()
    done = world.oktascim("apply", spec, "--yes", "-o", "json")
    assert done.code == 0, done.stderr
    assert "scim2bearer_new" in done.json["integrations"][0]["notes"][-1]
    assert world.apps()[0]["name"] == "scim2bearer_new"
    assert world.oktascim("plan", spec, "--exit-code").code == 0


def test_destroy_removes_what_the_spec_names_and_nothing_else(world: World) -> None:
    spec = world.spec()
    assert world.oktascim("apply", spec, "--yes").code == 0
    world.okta("POST", "/api/v1/apps", {"name": "scim2testapp", "label": "Bystander", "signOnMode": "AUTO_LOGIN"})
    assert world.oktascim("destroy", spec).code == 2  # nobody can be asked
    gone = world.oktascim("destroy", spec, "--yes", "-o", "json")
    assert gone.code == 0
    assert [one["status"] for one in gone.json["removed"]] == ["removed"]
    assert [app["label"] for app in world.apps()] == ["Bystander"]
    assert world.oktascim("destroy", spec, "--yes").code == 0  # gone already is done


def test_a_run_without_changes_costs_what_the_docs_say(world: World) -> None:
    count = 12
    people = [f"person{number}@acme.example" for number in range(count)]  # one an app: all share one SCIM server
    for login in people:
        profile = {"firstName": "Test", "lastName": "Person", "email": login, "login": login}
        world.okta("POST", "/api/v1/users", {"profile": profile})
    block = SPEC.partition("integrations:\n")[2].partition("    assignments:")[0]
    many = "version: 1\nintegrations:\n" + "".join(
        block.replace("acme-crm", f"app-{number}").replace("Acme CRM", f"App {number}")
        + f"    assignments: {{users: [{login}]}}\n"
        for number, login in enumerate(people)
    )
    spec = world.spec(many)
    assert world.oktascim("apply", spec, "--yes").code == 0
    before = len(world.requests())
    assert world.oktascim("apply", spec, "--yes", "-o", "json").json["summary"] == {"unchanged": count}
    drawn = [one for one in world.requests()[before:] if one["path"].startswith("/api/v1/apps")]
    assert len(drawn) <= math.ceil(count / 200) + 2 * count  # the connection and the list of users of each


def test_a_first_run_costs_six_requests_and_one_read_for_its_assignments(world: World) -> None:
    """What serves a whole run (the list of apps, users, groups) and the outcomes come on top."""
    people = "ada@acme.example, grace@acme.example, alan@acme.example"
    spec = world.spec(f"{SPEC.partition('    assignments:')[0]}    assignments: {{users: [{people}]}}\n")
    before = len(world.requests())
    assert world.oktascim("apply", spec, "--yes", "--wait", "0").code == 0
    requests = world.requests()[before:]
    (app,) = world.apps()
    own = [f"{one['method']} {one['path'].replace(app['id'], 'ID')}" for one in requests]
    assert own[own.index("POST /api/v1/apps") :] == [
        "POST /api/v1/apps",
        "GET /api/v1/apps",  # proves the creation, and that no other run has created the app
        "POST /api/v1/apps/ID/connections/default",
        "PUT /api/v1/apps/ID/features/USER_PROVISIONING",
        "GET /api/v1/apps/ID",
        "GET /api/v1/apps/ID/connections/default",
        *["POST /api/v1/apps/ID/users"] * 3,
        "GET /api/v1/apps/ID/users",  # proves the three assignments
        "GET /api/v1/apps/ID/users",  # what became of them
    ]


def test_reports_for_ci(world: World) -> None:
    junit, summary = world.folder / "report.xml", world.folder / "summary.md"
    done = world.oktascim(
        "apply", world.spec(), "--yes", "--junit", str(junit), GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary)
    )
    assert done.code == 0
    cases = ElementTree.parse(junit).findall(".//testcase")
    outcomes = ["user ada@acme.example", "group Engineering", "push group Engineering"]
    assert [case.get("name") for case in cases][5:] == outcomes
    assert "| acme-crm | done |" in summary.read_text(encoding="utf-8")


def test_only_and_partial_failure(world: World) -> None:
    two = SPEC + SPEC.partition("integrations:\n")[2].replace("acme-crm", "lost-crm").replace(
        "Acme CRM", "Lost CRM"
    ).replace("ada@acme.example", "nobody@acme.example")
    spec = world.spec(two)
    done = world.oktascim("apply", spec, "--yes", "-o", "json")
    assert done.code == 1
    assert {one["name"]: one["status"] for one in done.json["integrations"]} == {
        "acme-crm": "done",
        "lost-crm": "blocked",
    }
    assert world.oktascim("apply", spec, "--only", "acme-crm", "--yes").code == 0
    assert world.oktascim("apply", spec, "--only", "nope", "--yes").code == 2


def test_rotated_credentials_are_sent_again(world: World) -> None:
    spec = world.spec()
    assert world.oktascim("apply", spec, "--yes").code == 0
    before = len(world.requests())
    assert world.oktascim("apply", spec, "--rotate-credentials", "--yes").code == 0
    assert any(write.endswith("/connections/default") for write in world.writes_since(before))


def test_the_reports_are_written_though_the_reader_of_stdout_has_gone(world: World) -> None:
    files = junit, summary = world.folder / "junit.xml", world.folder / "summary.md"
    environ = os.environ | {
        "OKTA_CLIENT_ORGURL": world.org.url,
        "OKTA_CLIENT_TOKEN": world.token,
        "SCIM_BASE_URL": world.scim_url,
        "SCIM_TOKEN": SCIM_TOKEN,
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "oktascim", "apply", world.spec(), "--yes", "--junit", str(junit)]
    with os.fdopen(writer, "wb") as gone:
        done = subprocess.run(command, env=environ, stdout=gone, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert [file.exists() for file in files] == [True, True]
    assert ElementTree.parse(junit).getroot().find("testsuite") is not None


def test_a_report_that_cannot_be_written_hides_nothing(world: World) -> None:
    done = world.oktascim("apply", world.spec(), "--yes", "--junit", "/dev/full")
    assert done.code == 1
    assert "acme-crm" in done.stdout
    assert "Apply complete" in done.stdout
    assert "Can't write" in done.stderr


def test_a_report_without_a_place_is_refused_before_the_run(world: World) -> None:
    done = world.oktascim("apply", world.spec(), "--yes", "--junit", str(world.folder / "nowhere" / "junit.xml"))
    assert (done.code, done.stdout, world.apps()) == (1, "", [])
    assert "there is no folder" in done.stderr
