"""Ctrl-C and SIGTERM as a request to stop, for runs that have to clean up."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from oktascim.http.clock import Stop


@contextmanager
def asking_to_stop(stop: Stop) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into `stop.ask()`, so that requests in flight are finished."""
    loop = asyncio.get_running_loop()
    handled = (
        () if sys.platform == "win32" else (signal.SIGINT, signal.SIGTERM)
    )  # without them, Ctrl-C ends the run at once
    for number in handled:
        loop.add_signal_handler(number, stop.ask)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
