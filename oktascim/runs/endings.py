"""Ends a long run: on a signal, or when the reader of its pipe exits."""

from __future__ import annotations

import asyncio
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from oktascim.errors import Interrupted
from oktascim.render.streams import Output


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does, so that no half-written file remains."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    end = task.cancel

    def ask(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(end)

    try:
        before = signal.signal(signal.SIGTERM, ask)
    except ValueError:  # not the main thread: our caller handles signals
        yield
        return
    try:
        yield
    except asyncio.CancelledError:
        raise Interrupted("Interrupted.") from None
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def signals_unwind() -> Iterator[None]:
    """SIGTERM and SIGHUP raise SystemExit(128+n), so that child processes are ended and partial files removed."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    numbers = () if sys.platform == "win32" else (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # nohup
            signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def check_reader(output: Output) -> None:
    """Raise BrokenPipeError if the reader of a pipe has exited, which we wouldn't notice without writing."""
    if not hasattr(select, "poll"):  # Windows
        return
    try:
        descriptor = output.stdout.fileno()
    except OSError:  # not a file
        return
    poll = select.poll()
    poll.register(descriptor, select.POLLERR)
    if any(event & select.POLLERR for _, event in poll.poll(0)):
        raise BrokenPipeError
