"""Killed before or after any request of a run, the next run converges: one app, right settings, nothing doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.world import SCIM_TOKEN, SPEC, World

EVERYTHING = SPEC.replace(
    "      to_app:",
    "      to_okta: {username_format: EMAIL, matching: {exact_match: EMAIL}}\n"
    "      mappings: {displayName: {expression: user.displayName}}\n"
    "      to_app:",
)
SLICES = 4


def killed_at(world: World, spec: str, count: int, when: str) -> int:
    """Run apply in a process of its own that dies at the request; its exit code."""
    environment = {
        **os.environ,
        "OKTA_CLIENT_ORGURL": world.org.url,
        "OKTA_CLIENT_TOKEN": world.token,
        "SCIM_BASE_URL": world.scim_url,
        "SCIM_TOKEN": SCIM_TOKEN,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-m", "tests.support.killed", str(count), when, "apply", spec, "--yes"]
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60).returncode


@pytest.mark.timeout(300)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("part", range(SLICES))
def test_apply_converges_after_a_kill_at_every_request(world: World, when: str, part: int) -> None:
    spec = world.spec(EVERYTHING)
    count, killed = part + 1, 0
    while (code := killed_at(world, spec, count, when)) == -signal.SIGKILL:
        killed += 1
        again = world.oktascim("apply", spec, "--yes")
        assert again.code == 0, f"killed {when} request {count}: {again.stderr}"
        assert len(world.apps()) == 1, f"killed {when} request {count}"
        assert world.oktascim("plan", spec, "--exit-code").code == 0, f"killed {when} request {count}"
        world.reset()
        count += SLICES
    assert code == 0, "a run that outlives its last request ends well"
    assert killed >= 4
