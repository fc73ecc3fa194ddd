"""An app that no template describes, as those of the Okta Integration Wizard: what works, and where to click."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oktascim.errors import ExitCode
from tests.support.world import SCIM_TOKEN, World

LABEL = "Acme private"
SPEC = f"""\
version: 1
integrations:
  - name: acme-private
    label: {LABEL}
    template: TEMPLATE
    sign_on: {{mode: saml, acs_url: https://acme.example/acs, audience: https://acme.example}}
    provisioning:
      base_url: {{env: SCIM_BASE_URL}}
      credentials: {{token: {{env: SCIM_TOKEN}}}}
      to_app: [create, update, deactivate]
"""


def test_what_works_without_a_template_and_what_is_left_to_the_console(world_of: Callable[..., World]) -> None:
    world = world_of(connections_api="accept")
    body = {"name": "acmeprivateapp", "label": LABEL, "signOnMode": "SAML_2_0"}
    app_id = world.okta("POST", "/api/v1/apps", body)["id"]
    connection = f"/api/v1/apps/{app_id}/connections/default"
    profile = {"authScheme": "TOKEN", "token": SCIM_TOKEN}
    world.okta("POST", f"{connection}?activate=true", {"baseUrl": world.scim_url, "profile": profile})
    on = {"status": "ENABLED"}
    switches = {"create": {"lifecycleCreate": on}, "update": {"profile": on, "lifecycleDeactivate": on}}
    world.okta("PUT", f"/api/v1/apps/{app_id}/features/USER_PROVISIONING", switches)

    for line in (
        ("app", "show", LABEL),
        ("app", "assign", LABEL, "--user", "ada@acme.example"),
        ("connection", "show", LABEL),
        ("logs", LABEL),
        ("verify", LABEL, "--url", world.scim_url, "--bearer", "env:SCIM_TOKEN", "--wait", "10"),
    ):
        result = world.oktascim(*line)
        assert result.code == ExitCode.DONE, (line, result.stdout, result.stderr)
    assert "ada@acme.example" in world.scim_users()

    for line in (
        ("export", LABEL),
        ("connection", "set", LABEL, "--base-url", world.scim_url, "--token", "env:SCIM_TOKEN"),
    ):
        refused = world.oktascim(*line)
        assert refused.code == ExitCode.USAGE
        assert "redeploy it" in refused.stderr


@pytest.mark.parametrize(
    ("template", "options"), [("custom-saml", ()), ("custom-saml", ("--adopt",)), ("scim2-oauth", ("--adopt",))]
)
def test_a_spec_cannot_take_over_a_private_app(world: World, template: str, options: tuple[str, ...]) -> None:
    app = world.okta("POST", "/api/v1/apps", {"name": "acmeprivateapp", "label": LABEL, "signOnMode": "SAML_2_0"})
    spec = world.spec(SPEC.replace("TEMPLATE", template))
    before = len(world.requests())
    for line in (("plan", spec, *options), ("apply", spec, "--yes", *options)):
        refused = world.oktascim(*line)
        assert refused.code == ExitCode.FAILED, (line, refused.stderr)
        said = " ".join((refused.stdout + refused.stderr).split())
        assert f"{LABEL} ({app['id']}, acmeprivateapp) can't be described by a spec." in said
        assert "edit it in the Okta Integration Wizard, then redeploy it" in said
        assert "--adopt`" not in said
    assert world.writes_since(before) == []
