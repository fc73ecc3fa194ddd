"""Snapshots of an org: its data, which are the content of its store, kept in memory so that they can be restored.

What tests set beside the data isn't part of a snapshot: the clock, the switches, service apps. Only a reset resets it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.store import Copy
from okta_emulator.org.state import Org

_MOST = 20


@dataclass
class Snapshots:
    """The snapshots of one org.

    Args:
        org: the org.
        plant: creates what the org's seed describes, if it has one.
    """

    org: Org
    plant: Callable[[], None] | None = None
    _start: tuple[Copy, Sequence[Any]] | None = None
    _named: dict[str, Copy] = field(default_factory=dict)

    def keep_start(self) -> None:
        """Make the current content, including waiting jobs, the state that `reset` restores."""
        self._start = (self.org.store.copy(), self.org.jobs.waiting())

    def reset(self) -> None:
        """Return to the start: the content of the seed and its jobs, or an empty org; see `Org.reset` for the rest."""
        if self._start is not None:
            content, jobs = self._start
            self.org.reset(content)
            for job in jobs:
                self.org.jobs.submit(job)
            return
        self.org.reset()
        if self.plant is not None:
            self.plant()

    def take(self, name: str) -> None:
        """Save the current data under a name, without waiting jobs.

        Raises:
            ValidationFailed: there are too many snapshots.
        """
        if name not in self._named and len(self._named) >= _MOST:
            raise ValidationFailed("snapshot", causes=(f"name: {_MOST} snapshots exist; use one of their names",))
        kept = self._named.pop(name, None)
        if kept is not None:
            kept.close()
        self._named[name] = self.org.store.copy()

    def restore(self, name: str) -> None:
        """Return to the data of a snapshot; waiting and running jobs are dropped.

        Raises:
            NotFound: there is no such snapshot.
        """
        if name not in self._named:
            raise NotFound(name, "Snapshot")
        self.org.load(self._named[name])

    def close(self) -> None:
        """Drop the snapshots and the start; Python 3.13 warns of databases that aren't closed."""
        for copy in (*self._named.values(), *([self._start[0]] if self._start else [])):
            copy.close()
        self._named.clear()
        self._start = None
