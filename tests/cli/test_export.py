"""`oktascim export`: what it writes plans nothing, and what Okta does not show is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.world import SPEC, World

SAML = "sign_on: {mode: saml, acs_url: https://acme.example/acs, audience: https://acme.example}"
MAPPINGS = """\
      to_okta:
        full_import: {expression: "0 3 * * 0", timezone: Europe/Berlin}
        matching: {exact_match: EMAIL, auto_confirm_exact_match: true}
      mappings:
        nickName: {expression: user.firstName}
"""
EMPTY_PLAN = "No changes"


def exported(world: World, *words: str) -> Path:
    file = world.folder / "exported.yaml"
    done = world.oktascim("export", *words, "--out", str(file))
    assert done.code == 0, done.stderr
    assert done.stdout == ""
    return file


@pytest.mark.parametrize(
    "spec",
    [
        SPEC,
        SPEC.replace("sign_on: {mode: swa}", SAML),
        SPEC.replace("scim2-oauth", "scim2-header").replace("env: SCIM_TOKEN", "env: SCIM_HEADER"),
        SPEC.replace("    assignments:", f"{MAPPINGS}    assignments:"),
        SPEC.replace("to_app: [create, update, deactivate]", "to_app: [create]"),
    ],
    ids=["swa", "saml", "header", "import settings and mappings", "one option"],
)
def test_an_exported_app_plans_nothing(org: World, spec: str) -> None:
    secrets = {"SCIM_HEADER": "Bearer scim-secret-4711"}
    done = org.oktascim("apply", org.spec(spec), "--yes", **secrets)
    assert done.code == 0, done.stderr
    file = exported(org, "acme-crm")
    before = len(org.requests())
    planned = org.oktascim("plan", str(file), "--exit-code")
    assert planned.code == 0, planned.stdout
    assert EMPTY_PLAN in planned.stdout
    applied = org.oktascim("apply", str(file), "--yes", "-o", "json")
    assert applied.json["summary"] == {"unchanged": 1}
    assert org.writes_since(before) == []


def test_to_stdout_goes_the_spec_and_nothing_else(org: World) -> None:
    assert org.oktascim("apply", org.spec(), "--yes").code == 0
    done = org.oktascim("export", "Acme CRM")
    assert done.stdout.startswith("# Exported from the app 0oa")
    assert "token: {env: ACME_CRM_TOKEN}" in done.stdout
    assert "users: [ada@acme.example]\n      groups: [Engineering]\n      push_groups: [Engineering]" in done.stdout
    assert "Note: Okta never shows credentials" in done.stderr
    assert org.oktascim("validate", org.spec(done.stdout, "again.yaml")).code == 0


def test_an_app_made_by_hand_is_taken_over_with_adopt(org: World) -> None:
    body = {"name": "scim2testapp", "label": "By Hand", "signOnMode": "AUTO_LOGIN"}
    org.okta("POST", "/api/v1/apps", body)
    file = exported(org, "By Hand")
    text = file.read_text(encoding="utf-8")
    assert "name: by-hand" in text
    assert "`apply --adopt` takes it over" in text
    assert "provisioning:" not in text
    assert org.oktascim("plan", str(file)).code == 1
    assert org.oktascim("apply", str(file), "--adopt", "--yes").code == 0
    assert org.oktascim("plan", str(file), "--exit-code").code == 0
    assert len(org.apps()) == 1


def test_an_app_of_a_template_whose_key_only_the_catalogue_knows(org: World) -> None:
    entries = org.okta("GET", "/api/v1/catalog/apps?q=SCIM 1.1 Test App (Header Auth)")
    keys = [entry["name"] for entry in entries if entry["displayName"] == "SCIM 1.1 Test App (Header Auth)"]
    assert keys
    org.okta("POST", "/api/v1/apps", {"name": keys[0], "label": "Old", "signOnMode": "SAML_2_0"})
    assert "template: scim1-header" in org.oktascim("export", "Old").stdout


def test_a_wizard_made_app(org: World) -> None:
    spec = SPEC.replace("scim2-oauth", "custom-swa").replace("{mode: swa}", "{mode: swa, login_url: https://a.example}")
    assert org.oktascim("apply", org.spec(spec), "--yes").code == 6
    done = org.oktascim("export", "acme-crm")
    assert "template: custom-swa" in done.stdout
    assert "login_url: https://a.example" in done.stdout
    assert "Okta shows no provisioning for this app" in done.stderr


def test_an_app_of_another_kind_is_refused(org: World) -> None:
    settings = {"settings": {"app": {"requestIntegration": False, "url": "https://wiki.acme.example"}}}
    org.okta("POST", "/api/v1/apps", {"name": "bookmark", "label": "Wiki", "signOnMode": "BOOKMARK"} | settings)
    done = org.oktascim("export", "Wiki")
    assert done.code == 2
    assert "Wiki (bookmark) has no known template." in done.stderr


def test_an_existing_file_stops_it_before_a_request(org: World) -> None:
    file = Path(org.spec("mine"))
    before = len(org.requests())
    done = org.oktascim("export", "acme-crm", "--out", str(file))
    assert done.code == 2
    assert "already exists" in done.stderr
    assert file.read_text(encoding="utf-8") == "mine"
    assert len(org.requests()) == before


def test_name_and_base_url_may_be_given(org: World) -> None:
    assert org.oktascim("apply", org.spec(), "--yes").code == 0
    text = org.oktascim("export", "acme-crm", "--name", "crm-2", "--base-url", "https://b.example/scim").stdout
    assert "name: crm-2" in text
    assert "base_url: https://b.example/scim" in text
