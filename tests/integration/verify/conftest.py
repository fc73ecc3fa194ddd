"""One emulated org for the verify tests of a worker, and a verify run in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oktascim.verify.prove import EMULATED
from tests.support.world import SCIM_TOKEN, Result, World

SPEC = """\
version: 1
integrations:
  - name: NAME
    label: Acme NAME
    template: TEMPLATE
    sign_on: SIGN_ON
    provisioning:
      base_url: {env: SCIM_BASE_URL}
      credentials: CREDENTIALS
      to_app: TO_APP
    assignments: {users: [nobody@acme.example]}
"""
ALL = "[create, update, deactivate]"
KINDS = {
    "scim2-oauth": ("{mode: swa}", "{token: {env: SCIM_TOKEN}}"),
    "custom-swa": (
        "{mode: swa, login_url: https://acme.example/login}",
        "{mode: header, token: {env: SCIM_TOKEN}}",
    ),
}


@pytest.fixture(scope="module")
def org() -> Iterator[Any]:
    """An org that takes SCIM credentials by API, for all tests of a module; each test has an app of its own."""
    from okta_emulator.core.settings import EmulatorSettings
    from okta_emulator.http.server import EmulatedOrg

    with EmulatedOrg(EmulatorSettings(fast=True, connections_api="accept")) as running:
        yield running


@pytest.fixture
def world(org: Any, shared_scim_url: str, tmp_path: Path) -> World:
    return World(org, org.token, shared_scim_url, tmp_path)


@pytest.fixture
def verify(world: World, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `oktascim verify` on a spec with an app of this test's own; its servers show every change at once."""
    monkeypatch.setattr("oktascim.cli.commands.verify.EMULATED", replace(EMULATED, lag=0.0))

    def run(*options: str, to_app: str = ALL, template: str = "scim2-oauth", **environment: str) -> Result:
        name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name.lower())[-40:].strip("-")
        sign_on, credentials = KINDS[template]
        text = SPEC.replace("NAME", name).replace("TO_APP", to_app).replace("TEMPLATE", template)
        spec = world.spec(text.replace("SIGN_ON", sign_on).replace("CREDENTIALS", credentials))
        return world.oktascim(
            "verify", spec, "--fast", "--wait", "5", "-o", "json", *options, **{"SCIM_TOKEN": SCIM_TOKEN, **environment}
        )

    return run


def states(result: Result) -> dict[str, str]:
    """The state of each step."""
    return {step["id"]: step["state"] for step in result.json["steps"]}


def step_of(result: Result, step_id: str) -> Any:
    """One step of the report."""
    return next(step for step in result.json["steps"] if step["id"] == step_id)


def org_is_clean(world: World) -> bool:
    """Whether no user and group of a verify run is left in the org."""
    users = world.okta("GET", '/api/v1/users?filter=status eq "ACTIVE" or status eq "DEPROVISIONED"')
    groups = world.okta("GET", "/api/v1/groups?limit=1000")
    names = [one["profile"]["login"] for one in users] + [one["profile"]["name"] for one in groups]
    return not [name for name in names if "verify-" in name]
