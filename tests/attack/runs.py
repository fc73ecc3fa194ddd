"""Attacks on a run: killed at every request, several at once, and property tests with many examples."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from oktascim.spec.loader import load
from tests.attack.lab import Lab
from tests.faults.test_kill import EVERYTHING
from tests.integration.commands.test_side_by_side import RUNS, side_by_side
from tests.support.killed import victims

_MOST_REQUESTS = 80
_RACES = 10
EXAMPLES = 1_000


def kills(lab: Lab) -> Iterator[str]:
    """`apply` is killed with SIGKILL before and after each of its requests; the next run completes it."""
    world = lab.world
    spec = world.spec(EVERYTHING, name="kill.yaml")
    with victims() as dying:
        for when in ("before", "after"):
            for count in range(1, _MOST_REQUESTS):
                world.reset()
                if dying.killed_at(world, spec, count, when) != -signal.SIGKILL:
                    break
                again, planned = world.oktascim("apply", spec, "--yes"), world.oktascim("plan", spec, "--exit-code")
                ended = (again.code, planned.code, len(world.apps()))
                yield "" if ended == (0, 0, 1) else f"killed {when} request {count}: {ended}: {again.stderr}"


def races(lab: Lab) -> Iterator[str]:
    """Several runs plan the same creation before any of them creates."""
    world = lab.world
    one = load([Path(world.spec(name="race.yaml"))], {"SCIM_BASE_URL": world.scim_url})[0].integration
    for _ in range(_RACES):
        world.reset()
        reports = asyncio.run(side_by_side(world, one))
        ended = [report.status for report in reports], len(world.apps())
        yield "" if ended == (["done"] * RUNS, 1) else f"{ended}"


def spoilt_answers(_lab: Lab) -> Iterator[str]:
    """Okta's answers are spoilt at random, for every command (tests/faults/test_hostile_org.py)."""
    yield from _property("tests/faults/test_hostile_org.py::test_any_answer_ends_in_words")


def requests_to_the_emulator(_lab: Lab) -> Iterator[str]:
    """Random requests to every route of the emulated org and its console."""
    yield from _property("tests/integration/okta_emulator/test_hostile_requests.py::test_no_request_breaks_the_org")


def _property(test: str) -> Iterator[str]:
    """Run a property test; its examples are the tries."""
    command = [sys.executable, "-m", "pytest", "-q", "--hypothesis-profile=attack", "--timeout=600", test]
    environ = os.environ | {"OKTASCIM_TEST_EXAMPLES": str(EXAMPLES)}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        yield done.stdout[-2_000:]
    else:
        yield from [""] * EXAMPLES
