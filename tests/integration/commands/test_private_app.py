"""An app that no template describes, as those of the Okta Integration Wizard: what works, and where to click."""

from __future__ import annotations

from collections.abc import Callable

from oktascim.errors import ExitCode
from tests.support.world import SCIM_TOKEN, World

LABEL = "Acme private"


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
