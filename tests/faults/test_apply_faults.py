"""apply against an org that drops connections, fails, refuses and answers by halves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.support.world import SCIM_TOKEN, World

CREATE = {"method": "POST", "path": "/api/v1/apps"}
CONNECT = {"method": "POST", "path": "/api/v1/apps/[^/]+/connections/default"}
ASSIGN = {"method": "POST", "path": "/api/v1/apps/[^/]+/users"}
LIST = {"method": "GET", "path": "/api/v1/apps"}


def broken(world: World, rule: dict[str, Any], **action: Any) -> None:
    world.okta("POST", "/_emulator/faults", rule | action)


@pytest.mark.parametrize("rule", [CREATE, CONNECT, ASSIGN], ids=["create", "connect", "assign"])
@pytest.mark.parametrize("action", ["reset_before", "reset_after"])
def test_a_write_whose_answer_is_lost_happens_once(world: World, rule: dict[str, Any], action: str) -> None:
    broken(world, rule, action=action)
    done = world.oktascim("apply", world.spec(), "--yes")
    assert done.code == 0, done.stderr
    assert len(world.apps()) == 1
    world.settled()
    assert list(world.scim_users()) == ["ada@acme.example", "grace@acme.example", "alan@acme.example"] or len(
        world.scim_users()
    ) == len(set(world.scim_users()))
    assert world.oktascim("plan", world.spec(), "--exit-code").code == 0


def test_an_org_that_fails_every_create_is_reported_with_its_request_id(world: World) -> None:
    broken(
        world, CREATE, action="status", status=503, count=0, body={"errorCode": "E0000010", "errorSummary": "Read only"}
    )
    done = world.oktascim("apply", world.spec(), "--yes")
    assert done.code == 1
    assert "E0000010" in done.stderr
    assert "request id" in done.stderr
    assert world.apps() == []


def test_reads_survive_broken_connections(world: World) -> None:
    for action in ("reset_before", "truncate"):
        broken(world, LIST, action=action)
    assert world.oktascim("plan", world.spec()).code == 0


def test_a_429_is_waited_out(world: World) -> None:
    now = int(time.time())
    headers = {"X-Rate-Limit-Limit": "50", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": str(now)}
    broken(world, CONNECT, action="status", status=429, headers=headers, body={"errorCode": "E0000047"})
    done = world.oktascim("apply", world.spec(), "--yes")
    assert done.code == 0, done.stderr
    assert "429" in done.stderr


def test_one_integration_fails_and_the_others_go_on(world: World) -> None:
    block = world_block("second", "Second")
    spec = world.spec("version: 1\nintegrations:\n" + world_block("first", "First") + block)
    broken(
        world,
        CREATE,
        action="status",
        status=400,
        body={"errorCode": "E0000001", "errorSummary": "Api validation failed"},
    )
    done = world.oktascim("apply", spec, "--yes", "-o", "json", "--parallel", "1")
    assert done.code == 1
    assert [one["status"] for one in done.json["integrations"]] == ["failed", "done"]
    assert "first:" in done.stderr
    assert world.oktascim("apply", spec, "--yes").code == 0


def world_block(name: str, label: str) -> str:
    return (
        f"  - name: {name}\n    label: {label}\n    template: scim2-oauth\n    sign_on: {{mode: swa}}\n"
        "    assignments: {users: [ada@acme.example]}\n"
    )


def test_ctrl_c_finishes_the_request_in_flight_and_says_what_is_done(world: World) -> None:
    spec = world.spec()
    broken(world, CONNECT, action="delay", seconds=3)
    environment = {
        **os.environ,
        "OKTA_CLIENT_ORGURL": world.org.url,
        "OKTA_CLIENT_TOKEN": world.token,
        "SCIM_BASE_URL": world.scim_url,
        "SCIM_TOKEN": SCIM_TOKEN,
    }
    command = [sys.executable, "-m", "oktascim", "apply", spec, "--yes", "-o", "json"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not world.okta("GET", "/_emulator/faults")[0]["matched"]:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    (one,) = json.loads(stdout)["integrations"]
    assert one["status"] == "interrupted"
    assert next(step["status"] for step in one["steps"]) == "done"
    answered = [seen for seen in world.requests() if seen["path"].endswith("/connections/default")]
    assert answered[0]["status"] == 200
    assert world.oktascim("apply", spec, "--yes").code == 0
    assert len(world.apps()) == 1
