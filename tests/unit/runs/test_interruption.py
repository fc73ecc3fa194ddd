"""Ctrl-C while a request hangs: the first one waits for it and says so, the second one doesn't wait."""

import asyncio
import os
import signal
import sys

import pytest

from oktascim.errors import Interrupted
from oktascim.http.clock import Stop
from oktascim.runs import interruption
from oktascim.runs.interruption import asking_to_stop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are for POSIX")


async def interrupted_twice(told: list[str], made: str) -> None:
    shown, stop = asyncio.Event(), Stop()

    def tell(line: str) -> None:
        told.append(line)
        shown.set()

    with asking_to_stop(stop, tell, made):
        os.kill(os.getpid(), signal.SIGINT)
        await shown.wait()
        assert stop.asked
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()  # the request that never ends


async def interrupted_once(told: list[str]) -> None:
    stop = Stop()
    with asking_to_stop(stop, told.append):
        os.kill(os.getpid(), signal.SIGINT)
        await stop.sleep(60)


@pytest.mark.parametrize(
    ("made", "line", "left"),
    [
        ("", "Stopping when this request ends.", "taken effect."),
        ("check-", "Stopping and removing what was created.", "with check- in its name."),
    ],
)
def test_a_second_ctrl_c_ends_a_run_whose_request_hangs(monkeypatch, made, line, left):
    monkeypatch.setattr(interruption, "_PATIENCE", 0.0)
    told = []
    with pytest.raises(Interrupted, match="at once") as ended:
        asyncio.run(interrupted_twice(told, made))
    assert told == [f"{line} Press Ctrl-C again to stop at once."]
    assert ended.value.why.endswith(left)


def test_a_run_that_stops_soon_needs_no_explanation():
    told = []
    with pytest.raises(Interrupted, match="before the next request"):
        asyncio.run(interrupted_once(told))
    assert told == []
