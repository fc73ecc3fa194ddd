"""Progress of a run, as calls on a base class that does nothing. Library code never prints."""

from __future__ import annotations

from dataclasses import dataclass

VERIFIES_AND_CONTINUES = "Then run the same command again: it will verify the change and continue."


@dataclass(frozen=True)
class Handoff:
    """A manual step: the page, what to do there in order, and what comes next. It holds no secret."""

    page: str
    steps: tuple[str, ...]
    then: str = VERIFIES_AND_CONTINUES


class Observer:
    """Receives the progress of a run. Every method does nothing by default; subclasses override what they show.

    `name` is the integration's name.
    """

    def planned(self, name: str, steps: int) -> None:
        """An integration has this many steps ahead."""

    def began(self, name: str, step: str) -> None:
        """A step begins, or a route says what it is doing for one."""

    def ended(self, name: str, step: str, evidence: str) -> None:
        """A step is done and proven."""

    def failed(self, name: str, step: str, reason: str) -> None:
        """A step failed, or needs a person."""

    def gave_up(self, name: str, route: str, said: str, *, names_file: bool = False) -> None:
        """A route didn't enable the connection; another one follows. `names_file`: `said` names a file of evidence."""

    def handoff(self, name: str, handoff: Handoff) -> None:
        """A person must act now; the run waits."""

    def waits(self, reason: str, seconds: float) -> None:
        """Nothing happens for a while, and why."""
