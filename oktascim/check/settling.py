"""Tells a server that shows its writes late from one that loses them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Generic, TypeVar

WAITS = (0.25, 0.5, 1.0, 2.0)
"""Seconds; a server that hasn't shown a write after these waits is taken to have lost it (our choice)."""
LONGEST = sum(WAITS)

Read = TypeVar("Read")

_late_reads = ContextVar("_late_reads", default=0)  # of this task: checks run in parallel


@dataclass
class Settling(Generic[Read]):
    """How long to repeat a read that contradicts a write, and how long it took.

    Attributes:
        longest: seconds in all for one read; 0 never repeats.
        late: the longest delay so far after which a read was right, in seconds.
        latest: that read, or None.
    """

    longest: float = 0.0
    late: float = 0.0
    latest: Read | None = None
    _lost: set[str] = field(default_factory=set)

    @property
    def waits(self) -> int:
        """How many reads of the current task were right only after a delay."""
        return _late_reads.get()

    async def until(
        self,
        kind: str,
        first: Read,
        good: Callable[[Read], bool],
        read: Callable[[], Awaitable[Read]],
        sleep: Callable[[float], Awaitable[None]],
    ) -> Read:
        """Repeat a read until it is good.

        A run waits in vain at most once for each kind, unless another read has shown that the server is late.

        Args:
            kind: what is read, such as "list".
            first: what was read already.
            good: whether it shows what was written.
            read: reads again.
            sleep: waits, and ends the wait if the run is to stop.

        Returns:
            The first good one, or the last.
        """
        found, waited = first, 0.0
        if good(first) or kind in self._lost:
            return first
        for wait in WAITS:
            if waited + wait > self.longest:
                break
            await sleep(wait)
            waited += wait
            found = await read()
            if good(found):
                if waited > self.late:
                    self.late, self.latest = waited, found
                _late_reads.set(_late_reads.get() + 1)
                return found
        if not self.late:
            self._lost.add(kind)
        return found
