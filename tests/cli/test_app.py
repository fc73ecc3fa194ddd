"""`oktascim app`: every operation changes what it says, reads it back, and refuses what it cannot do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.world import SPEC, World

ADA, GRACE = "ada@acme.example", "grace@acme.example"
SAML = "sign_on: {mode: saml, acs_url: https://acme.example/acs, audience: https://acme.example}"


@pytest.fixture
def acme(org: World) -> World:
    """An org with Acme CRM: SAML, provisioning on, Ada and Engineering assigned, Engineering pushed."""
    done = org.oktascim("apply", org.spec(SPEC.replace("sign_on: {mode: swa}", SAML)), "--yes", "--wait", "0")
    assert done.code == 0, done.stderr
    org.settled()
    return org


@pytest.fixture
def bare(org: World) -> World:
    """An org with a bookmark that a person made."""
    body = {"name": "bookmark", "label": "Wiki", "signOnMode": "BOOKMARK"}
    settings = {"settings": {"app": {"requestIntegration": False, "url": "https://wiki.acme.example"}}}
    org.okta("POST", "/api/v1/apps", body | settings)
    return org


def fault(world: World, method: str, path: str, status: int, body: Any = None) -> None:
    """Have the org answer one call without doing anything."""
    rule = {"action": "status", "method": method, "path": path, "status": status, "body": body}
    world.okta("POST", "/_emulator/faults", rule)


def results(world: World, *words: str) -> tuple[int, list[dict[str, Any]]]:
    done = world.oktascim("app", *words, "-o", "json")
    return done.code, done.json["results"]


def test_list_says_what_each_app_is(acme: World) -> None:
    (one,) = acme.oktascim("app", "list", "-o", "json").json
    assert one.pop("app_id").startswith("0oa")
    assert "PUSH_NEW_USERS" in one.pop("features")
    assert one == {
        "label": "Acme CRM",
        "integration": "acme-crm",
        "owner": None,
        "template": "scim2-oauth",
        "kind": "scim2testapp",
        "status": "ACTIVE",
        "sign_on_mode": "SAML_2_0",
        "provisioning": "on",
        "users": 3,
    }
    assert acme.oktascim("app", "list").stdout.splitlines() == [
        "label\ttemplate\tstatus\tprovisioning\tusers\tname or id",
        "Acme CRM\tscim2-oauth\tACTIVE\ton\t3\tacme-crm",
    ]
    assert "\tscim2testapp\t" in acme.oktascim("app", "list", "--wide").stdout


def test_list_selects_by_provisioning_and_template(acme: World) -> None:
    def labels(*options: str) -> list[str]:
        return [one["label"] for one in acme.oktascim("app", "list", *options, "-o", "json").json]

    acme.okta("POST", "/api/v1/apps", {"name": "scim2headerauth", "label": "Bare", "signOnMode": "AUTO_LOGIN"})
    assert sorted(labels()) == ["Acme CRM", "Bare"]
    assert labels("--provisioning", "on") == ["Acme CRM"]
    assert labels("--provisioning", "off") == ["Bare"]
    assert labels("--provisioning", "failed") == []
    assert labels("--template", "scim2-header") == ["Bare"]
    assert acme.oktascim("app", "list", "--template", "scim2-heder").code == 2
    rows = acme.oktascim("app", "list", "--users", "-o", "json").json
    assert {row["label"]: row["users"] for row in rows} == {"Acme CRM": 3, "Bare": None}


def test_list_counts_the_users_of_few_apps_unasked_and_says_so_where_it_does_not(
    acme: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def users(*options: str) -> tuple[Any, int]:
        before = len(acme.requests())
        done = acme.oktascim("app", "list", *options, "-o", "json")
        return done.json[0]["users"], len(acme.requests()) - before

    assert users() == (3, 2)
    assert users("--no-users") == (None, 1)
    monkeypatch.setattr("oktascim.runs.app_list.COUNTED_UNASKED", 0)
    assert users() == (None, 1)
    assert users("--users") == (3, 2)
    assert "Users not counted: 1 apps" in acme.oktascim("app", "list").stderr
    assert acme.oktascim("app", "list", "--no-users").stderr == ""


def test_an_empty_org_has_an_empty_list(org: World) -> None:
    listed = org.oktascim("app", "list", "-o", "json")
    assert (listed.code, listed.json) == (0, [])


@pytest.mark.parametrize("word", ["acme-crm", "Acme CRM"])
def test_show_proves_provisioning_and_counts_who_has_the_app(acme: World, word: str) -> None:
    shown = acme.oktascim("app", "show", word, "-o", "json").json
    assert shown["provisioning"] == {
        "status": "ENABLED",
        "verified_by": ["connections/default", "features"],
        "base_url": acme.scim_url,
        "to_app": ["create", "deactivate", "update"],
    }
    assert shown["assignments"] == {
        "users": 3,
        "direct_users": 1,
        "user_states": {"provisioned": 3},
        "groups": 1,
        "push_groups": {"ACTIVE": 1},
        "errors": [],
    }
    assert shown["app"]["settings"]["app"]["acsUrl"] == "https://acme.example/acs"


def test_show_gives_the_other_side_what_saml_needs(acme: World, tmp_path: Path) -> None:
    file = tmp_path / "metadata.xml"
    done = acme.oktascim("app", "show", "acme-crm", "--saml-metadata", str(file), "-o", "json")
    saml = done.json["saml"]
    assert saml["entity_id"].startswith("http://www.okta.com/exk")
    assert set(saml["sso_urls"]) == {"HTTP-POST", "HTTP-Redirect"}
    assert f"kid={saml['kid']}" in saml["metadata_url"]
    (certificate,) = saml["certificates"]
    assert certificate["subject"] == "CN=emulator"
    assert certificate["sha256"].count(":") == 31
    assert certificate["expires"].startswith("20")
    assert file.read_text(encoding="utf-8") == saml["metadata_xml"]
    assert f"Wrote the SAML metadata to {file}." in done.stderr
    assert f"entity id\t{saml['entity_id']}" in acme.oktascim("app", "show", "acme-crm", "-o", "table").stdout
    card = " ".join(acme.oktascim("app", "show", "acme-crm").stdout.split())
    assert f"entity id {saml['entity_id']}" in card
    assert "last event 20" in card
    assert "#tab-provisioning log oktascim logs --app acme-crm" in card


def test_show_of_an_app_without_saml_or_provisioning(bare: World, tmp_path: Path) -> None:
    shown = bare.oktascim("app", "show", "Wiki", "-o", "json").json
    assert (shown["saml"], shown["template"], shown["provisioning"]["status"]) == (None, None, "UNKNOWN")
    file = tmp_path / "metadata.xml"
    refused = bare.oktascim("app", "show", "Wiki", "--saml-metadata", str(file))
    assert refused.code == 2
    assert "Wiki doesn't use SAML, so it has no metadata." in refused.stderr
    assert not file.exists()


def test_metadata_that_cannot_be_written_fails_in_words(acme: World, tmp_path: Path) -> None:
    done = acme.oktascim("app", "show", "acme-crm", "--saml-metadata", str(tmp_path / "no" / "such" / "folder.xml"))
    assert done.code == 1
    assert "there is no folder" in done.stderr


def test_an_unknown_app_gets_near_names(acme: World) -> None:
    done = acme.oktascim("app", "show", "Acme CMR")
    assert done.code == 2
    assert "This org has no app Acme CMR." in done.stderr
    assert "Did you mean Acme CRM" in done.stderr


def test_deactivate_and_activate_are_read_back_and_may_be_repeated(acme: World) -> None:
    for verb, status in (("deactivate", "INACTIVE"), ("deactivate", "INACTIVE"), ("activate", "ACTIVE")):
        done = acme.oktascim("app", verb, "acme-crm", "-o", "json")
        assert (done.code, done.json["status"]) == (0, status)
        assert done.json["evidence"].endswith(f"returns {status}")
        assert acme.apps()[0]["status"] == status


def test_delete_needs_a_word_and_leaves_no_app(acme: World) -> None:
    refused = acme.oktascim("app", "delete", "acme-crm")
    assert refused.code == 2
    assert "Pass --yes." in refused.stderr
    assert len(acme.apps()) == 1
    done = acme.oktascim("app", "delete", "acme-crm", "--yes", "-o", "json")
    assert (done.code, done.json["status"]) == (0, "removed")
    assert done.json["evidence"].endswith("returns 404")
    assert acme.apps() == []


@pytest.mark.parametrize(("typed", "code", "left"), [("Wiki", 0, 0), ("wiki", 1, 1), ("", 1, 1), ("y", 1, 1)])
def test_on_a_terminal_the_label_must_be_typed(bare: World, at_terminal: Any, typed: str, code: int, left: int) -> None:
    environ = {"OKTA_CLIENT_ORGURL": bare.org.url, "OKTA_CLIENT_TOKEN": bare.token}
    done = at_terminal(["app", "delete", "Wiki"], [typed], **environ)
    assert done.code == code
    assert "Type Wiki to delete it" in done.stderr
    assert len(bare.apps()) == left


@pytest.mark.parametrize(("typed", "code", "left"), [("acme-crm", 0, 0), ("acme", 1, 1)])
def test_on_a_terminal_destroy_asks_for_the_name_and_says_what_it_does(
    acme: World, at_terminal: Any, typed: str, code: int, left: int
) -> None:
    environ = {"OKTA_CLIENT_ORGURL": acme.org.url, "OKTA_CLIENT_TOKEN": acme.token}
    done = at_terminal(["destroy", "--app", "acme-crm"], [typed], **environ)
    assert (done.code, len(acme.apps())) == (code, left)
    assert "Applying" not in done.stderr
    assert ("Cancelled: the name doesn't match. Nothing was deleted." in " ".join(done.stderr.split())) is (code == 1)
    assert ("Deleting" in done.stderr) is (code == 0)


def test_assign_and_unassign_reach_the_scim_server(acme: World) -> None:
    code, (one,) = results(acme, "unassign", "acme-crm", "--group", "Engineering")
    assert (code, one["kind"], one["status"]) == (0, "group", "done")
    acme.settled()
    assert acme.scim_users()[GRACE]["active"] is False
    code, (one,) = results(acme, "assign", "acme-crm", "--user", GRACE)
    assert (code, one["kind"], one["name"], one["status"], one["error"]) == (0, "user", GRACE, "done", None)
    assert one["evidence"].startswith(f"{GRACE} is ")
    acme.settled()
    assert acme.scim_users()[GRACE]["active"] is True
    code, (one,) = results(acme, "unassign", "acme-crm", "--user", GRACE)
    assert (code, one["status"]) == (0, "done")
    assert one["evidence"].endswith("returns 404")


@pytest.mark.parametrize(
    ("login", "words"), [(ADA, "still has the app."), (GRACE, "still has the app through a group.")]
)
def test_a_success_without_effect_is_no_success(acme: World, login: str, words: str) -> None:
    fault(acme, "DELETE", "/api/v1/apps/[^/]+/users/[^/]+", 204)
    code, (one,) = results(acme, "unassign", "acme-crm", "--user", login)
    assert (code, one["status"], one["evidence"]) == (1, "failed", None)
    assert words in one["error"]


def test_a_push_that_does_not_become_active_says_why(acme: World) -> None:
    results(acme, "push-group", "acme-crm", "--group", "Engineering", "--stop")
    fault(acme, "POST", "/api/v1/apps/[^/]+/group-push/mappings", 200)
    code, (one,) = results(acme, "push-group", "acme-crm", "--group", "Engineering")
    assert (code, one["error"]) == (1, "Group push is not active: Engineering is missing.")


def test_a_switch_without_effect_is_no_success(acme: World) -> None:
    fault(acme, "POST", "/api/v1/apps/[^/]+/lifecycle/deactivate", 200)
    done = acme.oktascim("app", "deactivate", "acme-crm")
    assert done.code == 1
    assert "Acme CRM is ACTIVE, not INACTIVE." in done.stderr


def test_assigning_again_and_unassigning_nobody_is_done_already(acme: World) -> None:
    assert results(acme, "assign", "acme-crm", "--user", ADA, "--group", "Engineering")[0] == 0
    code, once = results(acme, "assign", "acme-crm", "--user", ADA, "--user", ADA)
    assert (code, len(once)) == (0, 1)
    eve = {"firstName": "Eve", "lastName": "Green", "login": "eve@acme.example", "email": "eve@acme.example"}
    acme.okta("POST", "/api/v1/users", {"profile": eve})
    code, (one,) = results(acme, "unassign", "acme-crm", "--user", "eve@acme.example")
    assert (code, one["evidence"]) == (0, "was not assigned")


def test_unknown_people_are_named_before_anything_is_written(acme: World) -> None:
    before = len(acme.requests())
    done = acme.oktascim(
        "app", "assign", "acme-crm", "--user", GRACE, "--user", "nobody@acme.example", "--group", "Moon"
    )
    assert done.code == 2
    assert "Nothing was changed: there is no user nobody@acme.example; there is no group Moon." in done.stderr
    assert acme.writes_since(before) == []


def test_push_group_stops_and_starts_with_the_far_end(acme: World) -> None:
    assert "Engineering" in acme.scim_groups()
    code, (one,) = results(acme, "push-group", "acme-crm", "--group", "Engineering")
    assert (code, one["kind"]) == (0, "push_group")
    assert one["evidence"] == "Engineering: mapping ACTIVE"
    code, (one,) = results(acme, "push-group", "acme-crm", "--group", "Engineering", "--stop", "--delete-target")
    assert code == 0
    assert "the app's group is deleted with it" in one["evidence"]
    acme.settled()
    assert "Engineering" not in acme.scim_groups()
    code, (one,) = results(acme, "push-group", "acme-crm", "--group", "Engineering", "--stop")
    assert (code, one["evidence"]) == (0, "was not pushed")
    assert results(acme, "push-group", "acme-crm", "--group", "Engineering")[0] == 0
    acme.settled()
    assert "Engineering" in acme.scim_groups()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["assign", "acme-crm"], "Specify at least one user or group."),
        (["unassign", "acme-crm"], "Specify at least one user or group."),
        (["push-group", "acme-crm"], "Missing option: --group"),
        (
            ["push-group", "acme-crm", "--group", "x", "--delete-target"],
            "--delete-target can only be used with --stop.",
        ),
        (["show"], "Missing argument: APP"),
    ],
)
def test_wrong_usage_is_refused_before_a_request(org: World, words: list[str], message: str) -> None:
    before = len(org.requests())
    done = org.oktascim("app", *words)
    assert done.code == 2
    assert message in done.stderr
    assert len(org.requests()) == before


def test_a_refused_token_ends_with_4_and_is_not_shown(org: World) -> None:
    done = org.oktascim("app", "list", "-vv", OKTA_CLIENT_TOKEN="00sentinel-not-the-token")
    assert done.code == 4
    assert "Okta rejected the token" in done.stderr
    assert "00sentinel-not-the-token" not in done.stdout + done.stderr


def test_a_failure_of_one_does_not_stop_the_others(acme: World) -> None:
    refusal = {"errorCode": "E0000006", "errorSummary": "You do not have permission", "errorCauses": []}
    fault(acme, "POST", "/api/v1/apps/[^/]+/users", 403, refusal)
    code, (user, group) = results(acme, "assign", "acme-crm", "--user", GRACE, "--group", "Everyone")
    assert code == 4
    assert (user["status"], group["status"]) == ("failed", "done")
    assert "Okta rejected the token for POST" in user["error"]
