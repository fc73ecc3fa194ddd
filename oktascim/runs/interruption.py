"""Ctrl-C and SIGTERM as a request to stop, for runs that have to clean up."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from oktascim.errors import Interrupted
from oktascim.http.clock import Announce, Stop
from oktascim.okta.client import Okta
from oktascim.runs.session import Session

_PATIENCE = 1.0  # seconds; most requests end sooner, and need no explanation
_AGAIN = "Press Ctrl-C again to stop at once."


@contextmanager
def asking_to_stop(stop: Stop, tell: Callable[[str], None], made: str = "") -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into `stop.ask()`, so that requests in flight are finished; a second one ends the run.

    Args:
        stop: receives the request to stop.
        tell: shows a line to the user, if the run hasn't stopped after a second.
        made: for a run that removes what it created before it stops: what its names begin with.

    Raises:
        Interrupted: the user didn't want to wait.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    reminder: asyncio.TimerHandle | None = None

    def asked() -> None:
        nonlocal reminder
        if stop.asked:
            task.cancel()
            return
        stop.ask()
        what = "Stopping and removing what was created." if made else "Stopping when this request ends."
        reminder = loop.call_later(_PATIENCE, tell, f"{what} {_AGAIN}")

    # Windows has no handlers in the loop: there, Ctrl-C ends the run immediately.
    handled = () if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM)
    for number in handled:
        loop.add_signal_handler(number, asked)
    try:
        yield
    except asyncio.CancelledError:
        left = f" What was created may still be there, with {made} in its name." if made else ""
        raise Interrupted("Interrupted at once.", why=f"The last request may have taken effect.{left}") from None
    finally:
        if reminder:
            reminder.cancel()
        for number in handled:
            loop.remove_signal_handler(number)


@asynccontextmanager
async def stoppable(session: Session, announce: Announce) -> AsyncIterator[Okta]:
    """The org's API; on Ctrl-C and SIGTERM, requests in flight are finished first."""
    stop = Stop()
    with asking_to_stop(stop, session.output.note):
        async with session.okta(announce, stop) as okta:
            yield okta
