"""`oktascim verify` through the emulated org: what is proven, what is caught, and what is left behind."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from tests.integration.verify.conftest import org_is_clean, states, step_of
from tests.support.broken_server import TOKEN, broken_server
from tests.support.world import SCIM_TOKEN, Result, World

Verify = Callable[..., Result]


def test_a_good_server_is_proven_step_by_step_and_nothing_is_left(verify: Verify, world: World) -> None:
    result = verify()
    assert result.code == 0, result.stderr
    assert set(states(result).values()) == {"proven"}
    assert {said["answer"] for step in result.json["steps"] for said in step["sides"].values()} == {"agrees"}
    attributes = {one["name"]: one["state"] for one in step_of(result, "user.update")["attributes"]}
    assert len(attributes) > 20
    assert set(attributes.values()) == {"proven"}
    assert org_is_clean(world)
    left = httpx.get(f"{world.scim_url}/Users", headers={"Authorization": f"Bearer {SCIM_TOKEN}"}).text
    assert result.json["run_id"] not in left


def test_what_a_server_ignores_is_caught_although_okta_reports_success(verify: Verify, world: World) -> None:
    faults = ("pathless-patch-ignored", "put-ignored", "member-removal-ignored")
    with broken_server(*faults) as server:
        result = verify(SCIM_BASE_URL=server.base_url, SCIM_TOKEN=TOKEN)
        assert server.store.resources == {"Users": {}, "Groups": {}}, "the clean-up works on a faulty server too"
    assert result.code == 5, result.stderr
    failed = {name for name, state in states(result).items() if state == "failed"}
    assert failed == {
        *("user.name", "user.update", "user.login", "group.remove", "group.rename"),
        *("user.deactivate", "user.reactivate", "user.unassign"),
    }
    assert "made a second one" in step_of(result, "user.reactivate")["detail"], "the login was never renamed there"
    lie = step_of(result, "user.deactivate")
    assert {side: said["answer"] for side, said in lie["sides"].items()} == {
        "okta": "agrees",
        "scim": "disagrees",
        "log": "agrees",
    }
    assert "leavers keep access" in lie["detail"]
    assert "active is true; expected false" in lie["detail"]
    assert "--only users.patch.deactivate" in lie["fix"]
    assert "Implement PATCH operations without a path" in lie["fix"]
    assert org_is_clean(world)
