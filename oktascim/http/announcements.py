"""Tells the user what a run waits for: a late response, or the next attempt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from oktascim.http.clock import Announce

_UNSAID = 5.0
"""Seconds that a wait may take before the user learns of it (our choice)."""


@contextmanager
def announced_if_long(announce: Announce, reason: str, seconds: float) -> Iterator[None]:
    """Announce what a block of code waits for, unless it ends within 5 s.

    Args:
        announce: receives (reason, seconds left).
        reason: what the block waits for.
        seconds: how long the block may take.
    """
    later = asyncio.get_running_loop().call_later
    timer = later(_UNSAID, announce, reason, seconds - _UNSAID) if seconds > _UNSAID else None
    try:
        yield
    finally:
        if timer:
            timer.cancel()


class SharedAnnouncements:
    """The announcements of one client: parallel calls usually wait for the same thing, so they share a line.

    Args:
        announce: receives (reason, seconds left).
    """

    def __init__(self, announce: Announce) -> None:
        self._announce = announce
        self._calls_in_progress = 0
        self._announced_attempt = 1  # the highest since the last response, or since no call was in progress
        self._late: dict[object, tuple[str, float]] = {}  # a late block's reason, and when its time is over
        self._announced: object | None = None  # the late block that is announced

    @contextmanager
    def of_call(self) -> Iterator[None]:
        """Wrap a call with all its attempts."""
        self._calls_in_progress += 1
        try:
            yield
        finally:
            self._calls_in_progress -= 1
            if not self._calls_in_progress:
                self.answered()

    @contextmanager
    def if_long(self, reason: str, seconds: float) -> Iterator[None]:
        """Like `announced_if_long`, but one block at a time; 5 s after its end, the next one that is still late.

        Args:
            reason: what the block waits for.
            seconds: how long the block may take.
        """
        block, loop = object(), asyncio.get_running_loop()

        def note_late(reason: str, left: float) -> None:
            self._late[block] = (reason, loop.time() + left)
            self._announce_late()

        try:
            with announced_if_long(note_late, reason, seconds):
                yield
        finally:
            self._late.pop(block, None)
            if self._announced is block:
                self._announced = None
                loop.call_later(_UNSAID, self._announce_late)  # responses that are late together often end together

    def _announce_late(self) -> None:
        """Announce the first late block, unless one is announced."""
        if self._announced is None and self._late:
            self._announced, (reason, ends) = next(iter(self._late.items()))
            self._announce(reason, ends - asyncio.get_running_loop().time())

    def next_attempt(self, number: int, reason: str, pause: float) -> None:
        """Announce the pause before an attempt, unless another call has announced an attempt of this number.

        Args:
            number: of the attempt, from 2.
            reason: why it is needed.
            pause: seconds until it.
        """
        if number > self._announced_attempt:
            self._announced_attempt = number
            self._announce(reason, pause)

    def answered(self) -> None:
        """Note that a response came, so that the next failure is announced."""
        self._announced_attempt = 1
