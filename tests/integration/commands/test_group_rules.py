"""Group rules from the spec to the members of a group, and to the SCIM server."""

from __future__ import annotations

import re

from oktascim.errors import ExitCode
from tests.support.world import SPEC, World

RULE = '[{name: All of Acme, expression: "user.email != null", groups: [Engineering]}]'
WITH_RULE = SPEC.replace(", push_groups: [Engineering]}", f", group_rules: {RULE}}}")


def test_a_rule_is_created_kept_and_restored(world: World) -> None:
    spec = world.spec(WITH_RULE)
    first = world.oktascim("apply", spec, "--yes", "-o", "json")
    assert first.code == ExitCode.DONE, first.stderr
    steps = {step["step"]: step for step in first.json["integrations"][0]["steps"]}
    assert steps["group_rules"]["evidence"] == "GET /api/v1/groups/rules shows them active"
    world.settled()
    assert set(world.scim_users()) == {user["profile"]["login"] for user in world.okta("GET", "/api/v1/users")}
    assert world.oktascim("plan", spec, "--exit-code").code == ExitCode.DONE

    (rule,) = world.okta("GET", "/api/v1/groups/rules?search=acme")
    world.okta("POST", f"/api/v1/groups/rules/{rule['id']}/lifecycle/deactivate")
    rule["conditions"]["expression"]["value"] = 'user.login == "ada@acme.example"'
    world.okta("PUT", f"/api/v1/groups/rules/{rule['id']}", rule)
    drifted = world.oktascim("plan", spec).stdout
    assert 'user.login == "ada@acme.example" → user.email != null' in drifted
    assert "INACTIVE → ACTIVE" in drifted
    assert world.oktascim("apply", spec, "--yes").code == ExitCode.DONE
    assert world.oktascim("plan", spec, "--exit-code").code == ExitCode.DONE

    other = world.spec(WITH_RULE.replace("groups: [Engineering]}]", "groups: [Sales]}]"), "other.yaml")
    blocked = world.oktascim("plan", other)
    assert blocked.code == ExitCode.FAILED
    assert "fills other groups" in blocked.stdout


def test_two_integrations_that_name_one_rule_create_it_once(world: World) -> None:
    """The org answers POST late, so that both would have found no rule before either had created it.

    Only one of them provisions: two apps that create the same person at once on one server make one of them conflict.
    """
    other = WITH_RULE.partition("integrations:\n")[2].replace("acme-crm", "acme-hr").replace("Acme CRM", "Acme HR")
    other = re.sub(r"    provisioning:\n(      .*\n)+", "", other)
    assert "provisioning" not in other
    world.okta("POST", "/_emulator/faults", {"action": "delay", "path": "/api/v1/groups/rules", "seconds": 0.2})
    applied = world.oktascim("apply", world.spec(WITH_RULE + other), "--yes")
    assert applied.code == ExitCode.DONE, applied.stderr
    assert len(world.okta("GET", "/api/v1/groups/rules?search=acme")) == 1
