"""Ctrl-C and SIGTERM as a request to stop, for runs that have to clean up."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from oktascim.http.clock import Announce, Stop
from oktascim.okta.client import Okta
from oktascim.runs.session import Session


@contextmanager
def asking_to_stop(stop: Stop) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into `stop.ask()`, so that requests in flight are finished."""
    loop = asyncio.get_running_loop()
    # Windows has no handlers in the loop: there, Ctrl-C ends the run immediately.
    handled = () if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM)
    for number in handled:
        loop.add_signal_handler(number, stop.ask)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


@asynccontextmanager
async def stoppable(session: Session, announce: Announce) -> AsyncIterator[Okta]:
    """The org's API; on Ctrl-C and SIGTERM, requests in flight are finished first."""
    stop = Stop()
    with asking_to_stop(stop):
        async with session.okta(announce, stop) as okta:
            yield okta
