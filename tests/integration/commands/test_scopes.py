"""The scopes that the commands need, held against the calls that they make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from okta_emulator.api.scopes import needed
from oktascim.errors import ExitCode
from oktascim.runs.scopes import commands, need_of
from oktascim.spec.loader import load
from tests.support.service_apps import KeyPair, key_pair, registered
from tests.support.world import SPEC, World

RULE = '{name: Everyone, expression: "user.email != null", groups: [Engineering]}'
MAPPED = SPEC.replace("push_groups: [Engineering]}", f"push_groups: [Engineering], group_rules: [{RULE}]}}").replace(
    "      to_app: [create, update, deactivate]\n",
    "      to_app: [create, update, deactivate]\n      attributes: {custom: {badge: {title: Badge, type: string}}}\n"
    "      mappings: {title: {expression: user.displayName}}\n",
)
APP = "acme-crm"
LINES = [
    ("plan", "plan SPEC"),
    ("apply", "apply SPEC --yes"),
    ("plan", "plan SPEC"),
    ("app list", "app list"),
    ("app show", f"app show {APP}"),
    ("export", f"export {APP}"),
    ("logs", f"logs --app {APP}"),
    ("connection show", f"connection show {APP}"),
    ("connection set", f"connection set {APP} --base-url URL --token env:SCIM_TOKEN"),
    ("verify", f"verify {APP} --bearer env:SCIM_TOKEN --wait 10"),
    ("app unassign", f"app unassign {APP} --user ada@acme.example --yes"),
    ("app assign", f"app assign {APP} --user ada@acme.example --group Engineering"),
    ("app push-group", f"app push-group {APP} --group Engineering"),
    ("doctor", "doctor"),
    ("auth status", "auth status"),
    ("app deactivate", f"app deactivate {APP} --yes"),
    ("app activate", f"app activate {APP}"),
    ("app delete", f"app delete {APP} --yes"),
    ("create", "create --name tmp --label Tmp --template scim2-oauth --base-url URL --token env:SCIM_TOKEN --yes"),
    ("destroy", "destroy SPEC --yes"),
]
PAIR: KeyPair = key_pair()


def service_app(world: World) -> dict[str, str]:
    return {
        "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey",
        "OKTA_CLIENT_CLIENTID": "0oaservice",
        "OKTA_CLIENT_PRIVATEKEY": PAIR.pem,
        "OKTA_CLIENT_KID": PAIR.kid,
        "OKTA_CLIENT_TOKEN": "",
    }


def register(world: World, scopes: frozenset[str] | set[str], **more: object) -> None:
    world.okta("POST", "/_emulator/service-apps", registered(PAIR, scopes=sorted(scopes), **more))


def test_every_command_that_makes_calls_declares_their_scopes(world: World) -> None:
    spec = world.spec(MAPPED)
    seen: dict[str, set[str]] = {}
    for command, line in LINES:
        before = len(world.requests())
        words = [{"SPEC": spec, "URL": world.scim_url}.get(word, word) for word in line.split()]
        result = world.oktascim(*words)
        assert result.code in {ExitCode.DONE, ExitCode.SCIM}, (line, result.stderr)
        calls = [one for one in world.requests()[before:] if one["path"].startswith("/api/")]
        scopes = {scope for one in calls for scope in needed(one["method"], one["path"])}
        seen[command] = seen.get(command, set()) | scopes
    assert set(seen) == set(commands())
    integrations = [one.integration for one in load([Path(spec)], {"SCIM_BASE_URL": world.scim_url})]
    for command, scopes in seen.items():
        with_spec = integrations if command in {"plan", "apply"} else []
        assert scopes <= need_of(command, with_spec).scopes, command
    assert seen["plan"] == need_of("plan", integrations).scopes
    failures_alone = {"okta.logs.read"}  # apply reads the System Log where Okta could not provision somebody
    assert seen["apply"] | failures_alone == need_of("apply", integrations).scopes


@pytest.fixture
def spec(world: World) -> Iterator[str]:
    yield world.spec(MAPPED)


def test_apply_as_a_service_app_with_dpop(world: World, spec: str) -> None:
    integrations = [one.integration for one in load([Path(spec)], {"SCIM_BASE_URL": world.scim_url})]
    register(world, need_of("apply", integrations).scopes, dpop=True)
    result = world.oktascim("apply", spec, "--yes", "-vv", **service_app(world))
    assert result.code == ExitCode.DONE, result.stderr
    assert "ada@acme.example" in world.scim_users()
    assert "client_assertion" not in result.stderr.replace("client_assertion=[hidden]", "")
    assert "eyJ" not in result.stdout + result.stderr
    for line in PAIR.pem.splitlines()[1:-1]:
        assert line not in result.stdout + result.stderr


def test_each_scope_that_is_missing_is_named_before_the_first_write(world: World, spec: str) -> None:
    integrations = [one.integration for one in load([Path(spec)], {"SCIM_BASE_URL": world.scim_url})]
    every = need_of("apply", integrations).scopes
    for scope in sorted(every):
        register(world, every - {scope})
        before = len(world.requests())
        result = world.oktascim("apply", spec, "--yes", **service_app(world))
        assert result.code == ExitCode.IDENTITY
        assert f"lacks {scope}." in result.stderr
        assert "Okta API Scopes" in result.stderr
        assert world.writes_since(before) == []


def test_a_token_that_only_reads_plans_and_shows_logs(world: World, spec: str) -> None:
    integrations = [one.integration for one in load([Path(spec)], {"SCIM_BASE_URL": world.scim_url})]
    register(world, need_of("plan", integrations).scopes | {"okta.logs.read"}, role="READ_ONLY_ADMIN")
    assert world.oktascim("plan", spec, **service_app(world)).code == ExitCode.DONE
    assert world.oktascim("logs", **service_app(world)).code == ExitCode.DONE
    refused = world.oktascim("apply", spec, "--yes", **service_app(world))
    assert refused.code == ExitCode.IDENTITY
    assert (
        "lacks okta.apps.manage, okta.groups.manage, okta.profileMappings.manage, okta.schemas.manage."
        in refused.stderr
    )
