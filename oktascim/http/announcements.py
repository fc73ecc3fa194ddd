"""Tells the user what a run waits for: a response that takes long, or the next attempt."""

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
        announce: receives (reason, seconds that are left).
        reason: what is waited for.
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
    """The announcements of one client: its requests in parallel usually wait for the same, so they share each line.

    Args:
        announce: receives (reason, seconds).
    """

    def __init__(self, announce: Announce) -> None:
        self._announce = announce
        self._calls = 0  # in progress
        self._late: dict[object, tuple[str, float]] = {}  # blocks that take long: reason, when the time is over
        self._told: object | None = None  # the one of them that is announced
        self._attempt = 1  # the last one that was announced since a response came, or every call ended

    @contextmanager
    def of_call(self) -> Iterator[None]:
        """Wrap a call with all its attempts."""
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1
            if not self._calls:
                self.answered()

    @contextmanager
    def if_long(self, reason: str, seconds: float) -> Iterator[None]:
        """`announced_if_long`; while the wait of another block is announced, only once that has been over for 5 s."""
        own, loop = object(), asyncio.get_running_loop()

        def announce(reason: str, left: float) -> None:
            self._late[own] = (reason, loop.time() + left)
            self._tell_one()

        try:
            with announced_if_long(announce, reason, seconds):
                yield
        finally:
            self._late.pop(own, None)
            if self._told is own:
                self._told = None
                if self._late:  # responses that are late together often come together
                    loop.call_later(_UNSAID, self._tell_one)

    def _tell_one(self) -> None:
        """Announce the first of the blocks that take long, unless one is announced."""
        if self._told is None and self._late:
            self._told, (reason, ends) = next(iter(self._late.items()))
            self._announce(reason, ends - asyncio.get_running_loop().time())

    def next_attempt(self, number: int, reason: str, pause: float) -> None:
        """Announce the pause before an attempt, unless another call has announced its own of this number."""
        if number > self._attempt:
            self._attempt = number
            self._announce(reason, pause)

    def answered(self) -> None:
        """Note that a response came: the next failure is news again."""
        self._attempt = 1
