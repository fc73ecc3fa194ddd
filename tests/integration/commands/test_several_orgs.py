"""Profiles with settings of their own: several orgs side by side, and one that is protected."""

from __future__ import annotations

import io
from collections.abc import Callable

import keyring.core
import pytest
import yaml

from oktascim.errors import ExitCode
from oktascim.okta.errors import NotFound
from oktascim.render.streams import Output
from tests.support.dict_keyring import DictKeyring
from tests.support.world import World

NO_ORG = {"OKTA_CLIENT_TOKEN": "", "OKTA_CLIENT_ORGURL": ""}
SPEC = """\
version: 1
integrations:
  - name: acme-crm
    label: Acme CRM
    template: scim2-oauth
    sign_on: {mode: swa}
    provisioning:
      base_url: {env: ACME_BASE_URL}
      credentials: {token: {env: SCIM_TOKEN}}
      to_app: [create]
"""


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> DictKeyring:
    backend = DictKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


@pytest.fixture
def orgs(world_of: Callable[..., World], ring: DictKeyring, monkeypatch: pytest.MonkeyPatch) -> tuple[World, World]:
    """A development org, and a protected production org with the same files."""
    dev, prod = world_of(connections_api="accept"), world_of(connections_api="accept")
    base = f"ACME_BASE_URL={dev.scim_url}"
    for name, org, more in (("dev", dev, ()), ("prod", prod, ("--protected",))):
        monkeypatch.setattr("oktascim.runs.secret_input.standard_input", lambda org=org: io.BytesIO(org.token.encode()))
        login = ("auth", "login", "--profile", name, "--org-url", org.org.url, "--token-stdin", "--var", base, *more)
        result = dev.oktascim(*login, **NO_ORG)
        assert result.code == ExitCode.DONE, result.stderr
    return dev, prod


def test_plans_of_several_orgs_are_side_by_side(orgs: tuple[World, World]) -> None:
    dev, prod = orgs
    spec = dev.spec(SPEC)
    assert dev.oktascim("apply", spec, "--yes", "--profile", "dev", **NO_ORG).code == ExitCode.DONE
    shown = dev.oktascim("plan", spec, "--profile", "dev", "--profile", "prod", "--exit-code", **NO_ORG)
    assert shown.code == ExitCode.CHANGES, shown.stderr
    head, row = shown.stdout.splitlines()[:2]
    assert head.split() == ["integration", "dev", "prod"]
    assert row.split() == ["acme-crm", "no", "changes", "create"]
    assert f"prod  {prod.org.url}" in shown.stdout
    assert "No changes. 1 integration matches the org." in shown.stdout

    document = dev.oktascim("plan", spec, "--profile", "dev", "--profile", "prod", "-o", "json", **NO_ORG).json
    assert [(one["profile"], one["org_url"], one["plan"]["changes"]) for one in document["orgs"]] == [
        ("dev", dev.org.url, False),
        ("prod", prod.org.url, True),
    ]


def test_an_org_that_refuses_does_not_hide_the_other(orgs: tuple[World, World], ring: DictKeyring) -> None:
    dev, prod = orgs
    ring.kept[prod.org.url] = "00wrong"
    shown = dev.oktascim("plan", dev.spec(SPEC), "--profile", "dev", "--profile", "prod", **NO_ORG)
    assert shown.code == ExitCode.IDENTITY
    assert "acme-crm" in shown.stdout
    assert "prod:\nError: Okta rejected the token" in shown.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_fails_or_blocks_is_said_for_each_org(orgs: tuple[World, World], ring: DictKeyring, form: str) -> None:
    dev, prod = orgs
    spec = dev.spec(SPEC + "    assignments: {users: [nobody@acme.example]}\n")
    line = ("plan", spec, "--profile", "dev", "--profile", "prod", "-o", form)
    shown = dev.oktascim(*line, **NO_ORG)
    assert shown.code == ExitCode.FAILED
    assert "dev, prod:\nError: 1 of 1 integration can't be applied: acme-crm." in shown.stderr

    ring.kept[prod.org.url] = "00wrong"
    shown = dev.oktascim(*line, **NO_ORG)
    assert shown.code == ExitCode.IDENTITY
    assert "dev:\nError: 1 of 1 integration can't be applied: acme-crm." in shown.stderr
    assert "prod:\nError: Okta rejected the token" in shown.stderr
    if form == "json":
        assert [(one["profile"], one["error"]["exit_code"]) for one in shown.json["failed"]] == [("prod", 4)]


def test_a_missing_secret_and_the_notes_are_said_for_each_org(orgs: tuple[World, World]) -> None:
    dev, _ = orgs
    spec = dev.spec(SPEC)
    assert dev.oktascim("apply", spec, "--yes", "--profile", "dev", **NO_ORG).code == ExitCode.DONE
    shown = dev.oktascim("plan", spec, "--profile", "dev", "--profile", "prod", **{**NO_ORG, "SCIM_TOKEN": ""})
    assert "Warning: prod: The token of 'acme-crm' is missing." in shown.stderr
    assert "dev: acme-crm: credentials not compared" in shown.stderr


def test_an_error_of_all_orgs_is_said_once(orgs: tuple[World, World]) -> None:
    dev, _ = orgs
    shown = dev.oktascim("plan", "gone.yaml", "--profile", "dev", "--profile", "prod", **NO_ORG)
    assert shown.code == ExitCode.USAGE
    assert shown.stdout == ""
    assert "dev, prod:\n" in shown.stderr
    assert shown.stderr.count("gone.yaml") == 1


def test_only_plan_takes_several_profiles(orgs: tuple[World, World]) -> None:
    dev, _ = orgs
    for command in (("apply", dev.spec(SPEC)), ("logs",)):
        result = dev.oktascim(*command, "--profile", "dev", "--profile", "prod", **NO_ORG)
        assert result.code == ExitCode.USAGE
        assert "Run it once per profile." in result.stderr


def test_a_protected_org_is_written_to_only_by_name(orgs: tuple[World, World]) -> None:
    dev, prod = orgs
    spec = dev.spec(SPEC)
    writes = [
        ("apply", spec),
        ("destroy", spec),
        ("app", "delete", "Acme"),
        ("app", "activate", "Acme"),
        ("app", "assign", "Acme", "--user", "ada@acme.example"),
        ("app", "unassign", "Acme", "--user", "ada@acme.example"),
        ("app", "push-group", "Acme", "--group", "Engineering"),
        ("connection", "activate", "Acme"),
        ("connection", "set", "Acme", "--base-url", "https://acme.example/scim", "--token", "env:SCIM_TOKEN"),
        (
            "create",
            "--label",
            "A",
            "--template",
            "scim2-oauth",
            "--base-url",
            dev.scim_url,
            "--token",
            "env:SCIM_TOKEN",
        ),
        ("verify", spec),
    ]
    for command in writes:
        result = dev.oktascim(*command, "--yes", "--profile", "prod", **NO_ORG)
        assert result.code == ExitCode.USAGE, command
        assert "--i-mean prod" in result.stderr, command
    wrong = dev.oktascim("apply", spec, "--yes", "--profile", "prod", "--i-mean", "dev", **NO_ORG)
    assert "'dev' isn't its name" in wrong.stderr
    assert prod.writes_since(0) == []
    assert dev.oktascim("apply", spec, "--yes", "--i-mean", "prod", "--profile", "prod", **NO_ORG).code == ExitCode.DONE
    assert [app["label"] for app in prod.apps()] == ["Acme CRM"]


def test_a_new_token_does_not_end_the_protection_or_drop_the_variables(
    orgs: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    dev, prod = orgs
    monkeypatch.setattr("oktascim.runs.secret_input.standard_input", lambda: io.BytesIO(prod.token.encode()))
    login = ("auth", "login", "--org-url", prod.org.url, "--profile", "prod", "--token-stdin", "--var", "NEW=1")
    done = dev.oktascim(*login, **NO_ORG)
    assert done.code == ExitCode.DONE, done.stderr
    assert "prod is protected" in done.stderr
    stored = yaml.safe_load((dev.folder / "profiles.yaml").read_text())["profiles"]["prod"]
    assert (stored["protected"], stored["vars"]) == (True, {"ACME_BASE_URL": dev.scim_url, "NEW": "1"})


def test_the_protection_holds_however_the_org_is_named(orgs: tuple[World, World]) -> None:
    dev, prod = orgs
    named = {"OKTA_CLIENT_TOKEN": prod.token, "OKTA_CLIENT_ORGURL": prod.org.url, "ACME_BASE_URL": dev.scim_url}
    result = dev.oktascim("apply", dev.spec(SPEC), "--yes", **named)
    assert result.code == ExitCode.USAGE
    assert "is protected by the profile prod" in result.stderr


def by_another_address(org: World) -> dict[str, str]:
    """The org at an address that no profile has."""
    url = org.org.url.replace("127.0.0.1", "localhost")
    return {"OKTA_CLIENT_TOKEN": org.token, "OKTA_CLIENT_ORGURL": url, "ACME_BASE_URL": org.scim_url}


def test_the_protection_holds_at_another_address_of_the_org(orgs: tuple[World, World]) -> None:
    dev, prod = orgs
    named, spec = by_another_address(prod), dev.spec(SPEC)
    result = dev.oktascim("apply", spec, "--yes", **named)
    assert result.code == ExitCode.USAGE
    assert f"is another address of {prod.org.url}, which the profile prod protects" in result.stderr
    assert prod.writes_since(0) == []
    assert dev.oktascim("apply", spec, "--yes", **by_another_address(dev)).code == ExitCode.DONE
    done = dev.oktascim("apply", spec, "--yes", "--i-mean", "prod", "-v", **named)
    assert done.code == ExitCode.DONE
    asked = done.stderr.count("/.well-known/okta-organization")
    assert asked == 2  # whether it is protected, and, since it has no app, whether it is an Okta org


def test_an_org_that_does_not_say_who_it_is_is_written_to_only_by_name(
    orgs: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_okta: object) -> None:
        raise NotFound("Okta didn't find GET /.well-known/okta-organization.", status=404)

    monkeypatch.setattr("oktascim.okta.org.org_names", refuse)
    dev, prod = orgs
    named, spec = by_another_address(prod), dev.spec(SPEC)
    result = dev.oktascim("apply", spec, "--yes", **named)
    assert result.code == ExitCode.USAGE
    assert "Can't tell whether http://localhost:" in result.stderr
    assert "--i-mean localhost" in result.stderr
    assert prod.writes_since(0) == []
    assert dev.oktascim("apply", spec, "--yes", "--i-mean", "localhost", **named).code == ExitCode.DONE


@pytest.mark.parametrize(("typed", "code"), [("prod", ExitCode.DONE), ("dev", ExitCode.FAILED)])
def test_on_a_terminal_the_name_is_typed(
    orgs: tuple[World, World], monkeypatch: pytest.MonkeyPatch, typed: str, code: ExitCode
) -> None:
    dev, prod = orgs
    monkeypatch.setattr(Output, "interactive", property(lambda _output: True))
    monkeypatch.setattr(Output, "ask", lambda _output, prompt, **_options: typed if "type prod" in prompt else "yes")
    assert dev.oktascim("apply", dev.spec(SPEC), "--yes", "--profile", "prod", **NO_ORG).code == code
    assert len(prod.apps()) == (code == ExitCode.DONE)


def test_a_variable_that_is_none(orgs: tuple[World, World]) -> None:
    dev, _ = orgs
    result = dev.oktascim("auth", "login", "--org-url", dev.org.url, "--token-stdin", "--var", "A B=1", **NO_ORG)
    assert result.code == ExitCode.USAGE
    assert "--var takes NAME=VALUE." in result.stderr
