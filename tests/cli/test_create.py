"""`oktascim create`: the same as apply with a spec of one integration, by flags."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.world import SCIM_TOKEN, World


def flags(world: World, *words: str) -> list[str]:
    basis = ["create", "--template", "scim2-oauth", "--label", "Acme CRM", "--base-url", world.scim_url]
    return [*basis, "--token", "env:SCIM_TOKEN", "--user", "ada@acme.example", *words]


def test_one_command_sets_up_and_proves(org: World) -> None:
    done = org.oktascim(*flags(org, "--group", "Engineering", "--push-group", "Engineering", "--yes", "-o", "json"))
    assert done.code == 0, done.stderr
    (one,) = done.json["integrations"]
    assert (one["name"], one["status"], one["provisioning"]["status"]) == ("acme-crm", "done", "ENABLED")
    org.settled()
    assert org.scim_users()["ada@acme.example"]["active"] is True
    assert SCIM_TOKEN not in done.stdout + done.stderr


def test_again_it_changes_nothing(org: World) -> None:
    assert org.oktascim(*flags(org, "--yes")).code == 0
    before = len(org.requests())
    again = org.oktascim(*flags(org, "-o", "json"))
    assert (again.code, again.json["summary"]) == (0, {"unchanged": 1})
    assert org.writes_since(before) == []


def test_saved_flags_are_a_spec_that_plans_nothing(org: World, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    words = [
        "--mode",
        "saml",
        "--acs-url",
        "https://acme.example/acs",
        "--to-app",
        "create,update",
        "--save",
        str(file),
    ]
    done = org.oktascim(*flags(org, *words, "--yes"))
    assert done.code == 0, done.stderr
    assert f"Wrote {file}." in done.stderr
    text = file.read_text(encoding="utf-8")
    assert "token: {env: SCIM_TOKEN}" in text
    assert SCIM_TOKEN not in text
    assert org.oktascim("plan", str(file), "--exit-code").code == 0
    refused = org.oktascim(*flags(org, "--save", str(file)))
    assert refused.code == 2
    assert "already exists" in refused.stderr


def test_where_a_person_must_act_the_page_is_named(org: World) -> None:
    done = org.oktascim(*flags(org, "--route", "handoff", "--yes", "-o", "json"))
    assert done.code == 6
    (one,) = done.json["integrations"]
    assert one["handoff"]["page"].endswith("#tab-provisioning")
    assert org.apps()[0]["label"] == "Acme CRM"


def test_without_yes_and_without_a_person_nothing_is_sent(org: World) -> None:
    before = len(org.requests())
    done = org.oktascim(*flags(org))
    assert done.code == 2
    assert "Pass --yes." in done.stderr
    assert org.writes_since(before) == []


def test_a_scim_server_that_refuses_ends_with_5(org: World) -> None:
    done = org.oktascim(*flags(org, "--yes"), SCIM_TOKEN="another-token-4711")
    assert done.code == 5
    assert "another-token-4711" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["create"], "Missing options: --template, --label and --base-url."),
        (["create", "--template", "scim2-oauth", "--label", "x"], "Missing option: --base-url."),
        (
            ["create", "--template", "scim2-basic", "--label", "x", "--base-url", "https://a_b.example"],
            "must not have an underscore in its host name",
        ),
        (
            ["create", "--template", "scim2-oauth", "--label", "x", "--base-url", "https://a.example"],
            "--token is missing",
        ),
        (
            [
                "create",
                "--template",
                "custom-saml",
                "--label",
                "x",
                "--base-url",
                "https://a.example",
                "--token",
                "env:T",
            ],
            "--acs-url is missing",
        ),
        (["create", "--template", "nope", "--label", "x", "--base-url", "https://a.example"], "no template 'nope'"),
    ],
)
def test_flags_that_make_no_integration_send_nothing(org: World, words: list[str], message: str) -> None:
    before = len(org.requests())
    done = org.oktascim(*words, "--yes")
    assert done.code == 2
    assert message in done.stderr
    assert len(org.requests()) == before


def test_a_secret_that_is_not_set_stops_before_any_write(org: World) -> None:
    before = len(org.requests())
    words = ["create", "--template", "scim2-oauth", "--label", "Acme CRM", "--base-url", org.scim_url]
    done = org.oktascim(*words, "--token", "env:NOT_SET", "--yes")
    assert done.code == 2
    assert "The environment variable NOT_SET isn't set." in done.stderr
    assert org.writes_since(before) == []
