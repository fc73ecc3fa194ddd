"""Time: our clock and a server's date, stopping a wait, and announcing waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx

from oktascim.errors import Interrupted

Result = TypeVar("Result")
Announce = Callable[[str, float], None]


@dataclass(frozen=True)
class Clock:
    """Where time comes from, so that tests and benchmarks can bend it."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)


def date_of(response: httpx.Response) -> datetime | None:
    """The Date header in UTC, or None where there is none that means an instant."""
    try:
        date = parsedate_to_datetime(response.headers["date"])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


class Stop:
    """A request to stop the run: no new request begins, waits end, and a request in flight is finished."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()

    @property
    def asked(self) -> bool:
        """Whether the run is to end."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Ask the run to end."""
        self._asked.set()

    def check(self) -> None:
        """Raise Interrupted if the run is to end."""
        if self._asked.is_set():
            raise Interrupted("Interrupted before the next request.")

    def until_asked(self, announce: Announce) -> Announce:
        """The same announcements, but none once the run is to end: no wait begins then."""

        def told(reason: str, seconds: float) -> None:
            if not self._asked.is_set():
                announce(reason, seconds)

        return told

    async def unless_asked(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of reads that leave nothing behind, or raise Interrupted as soon as the run is to end."""
        reads, asked = asyncio.ensure_future(work), asyncio.ensure_future(self._asked.wait())
        try:
            await asyncio.wait({reads, asked}, return_when=asyncio.FIRST_COMPLETED)
            if not reads.done():
                raise Interrupted("Interrupted before anything was created.")
            return reads.result()
        finally:
            for task in (reads, asked):
                task.cancel()
            await asyncio.gather(reads, asked, return_exceptions=True)

    async def sleep(self, seconds: float) -> None:
        """Wait, or raise Interrupted as soon as the run is to end."""
        try:
            await asyncio.wait_for(self._asked.wait(), seconds)
        except TimeoutError:
            return
        self.check()


def announce_nothing(_reason: str, _seconds: float) -> None:
    """Announce nothing."""
