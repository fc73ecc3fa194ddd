"""Killed before or after any request of a run, the next run converges: one app, right settings, nothing doubled."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import pytest

from tests.support.killed import Victims, victims
from tests.support.world import SPEC, World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no fork there")

EVERYTHING = SPEC.replace(
    "      to_app:",
    "      to_okta: {username_format: EMAIL, matching: {exact_match: EMAIL}}\n"
    "      mappings: {displayName: {expression: user.displayName}}\n"
    "      to_app:",
)
SLICES = 4


@pytest.fixture(scope="module")
def dying() -> Iterator[Victims]:
    with victims() as running:
        yield running


@pytest.mark.timeout(300)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("part", range(SLICES))
def test_apply_converges_after_a_kill_at_every_request(world: World, dying: Victims, when: str, part: int) -> None:
    spec = world.spec(EVERYTHING)
    count, killed = part + 1, 0
    while (code := dying.killed_at(world, spec, count, when)) == -signal.SIGKILL:
        killed += 1
        again = world.oktascim("apply", spec, "--yes")
        assert again.code == 0, f"killed {when} request {count}: {again.stderr}"
        assert len(world.apps()) == 1, f"killed {when} request {count}"
        assert world.oktascim("plan", spec, "--exit-code").code == 0, f"killed {when} request {count}"
        world.reset()
        count += SLICES
    assert code == 0, "a run that outlives its last request ends well"
    assert killed >= 4
