"""What the SCIM client does where Okta's behaviour isn't certain: each switch in both positions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from okta_emulator.core.problem import InvalidSetting
from okta_emulator.core.switches import Switches, switches_from
from tests.integration.okta_emulator.conftest import ScriptedScim
from tests.support.emulated import Emulated, emulated

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
INACTIVE = {"schemas": [CORE], "id": "s1", "userName": "ada@acme.example", "active": False}


@pytest.fixture(scope="module")
def accepting() -> Iterator[Emulated]:
    with emulated(connections_api="accept", fast=True) as org:
        yield org


@pytest.fixture
def org(accepting: Emulated) -> Emulated:
    accepting.reset()
    return accepting


def listing(*resources: Any) -> dict[str, Any]:
    count = len(resources)
    return {"totalResults": count, "startIndex": 1, "itemsPerPage": count, "Resources": list(resources)}


@pytest.mark.parametrize(("position", "deactivated"), [("orphan", False), ("deactivate", True)])
def test_a_failed_push_after_a_reactivation(
    org: Emulated, scripted: ScriptedScim, position: str, deactivated: bool
) -> None:
    org.call("POST", "/_emulator/switches", {"failed_reprovision": position})
    app, user = org.app(), org.user()
    scripted.then(200, listing())
    scripted.then(200, listing())
    org.connect(app, scripted.url, "secret")
    scripted.script.clear()
    scripted.then(200, listing(INACTIVE))
    scripted.then(200, {**INACTIVE, "active": True})
    scripted.then(200, {**INACTIVE, "active": True})
    scripted.then(400, {"detail": "title is required"})
    scripted.seen.clear()
    org.assign(app, user)
    org.settle()
    assert [method for method, _, _ in scripted.seen] == ["GET", "PATCH", "GET", "PUT"]
    assert org.call("GET", f"/api/v1/apps/{app['id']}/users/{user['id']}")["syncState"] == "ERROR"
    scripted.seen.clear()
    org.call("DELETE", f"/api/v1/apps/{app['id']}/users/{user['id']}", status=204)
    org.settle()
    assert [method for method, _, _ in scripted.seen] == (["PATCH"] if deactivated else [])


def test_a_switch_that_does_not_exist_is_refused_with_those_that_do(org: Emulated) -> None:
    _, _, causes = org.error("POST", "/_emulator/switches", {"failed": "x"}, status=400)
    assert "failed_reprovision" in causes[0]
    _, _, causes = org.error("POST", "/_emulator/switches", {"failed_reprovision": "x"}, status=400)
    assert causes == ["The switch failed_reprovision can't be 'x'. Use one of: orphan, deactivate."]
    assert org.call("GET", "/_emulator/switches")["failed_reprovision"] == "orphan"


def test_switches_are_read_from_the_command_line() -> None:
    assert switches_from(["failed_reprovision=deactivate"]) == Switches(failed_reprovision="deactivate")
    with pytest.raises(InvalidSetting):
        switches_from(["failed_reprovision"])
