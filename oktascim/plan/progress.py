"""What a run tells whoever watches it; the library never prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from oktascim.routes.route import Handoff


class Progress(Protocol):
    """Told of a run as it goes."""

    def planned(self, name: str, steps: int) -> None:
        """An integration has so many steps ahead."""

    def began(self, name: str, step: str) -> None:
        """A step begins; `step` says what it does."""

    def ended(self, name: str, step: str, evidence: str) -> None:
        """A step is done and proven."""

    def failed(self, name: str, step: str, reason: str) -> None:
        """A step failed, or is left to a person."""

    def gave_up(self, name: str, route: str, said: str) -> None:
        """A route to an enabled connection did not reach the end; another follows."""

    def handoff(self, name: str, handoff: Handoff) -> None:
        """A person must do something now, and is waited for."""

    def waits(self, reason: str, seconds: float) -> None:
        """Nothing happens for a while, and why."""


class Silent:
    """Progress that nobody watches."""

    def planned(self, name: str, steps: int) -> None:
        """Say nothing."""

    def began(self, name: str, step: str) -> None:
        """Say nothing."""

    def ended(self, name: str, step: str, evidence: str) -> None:
        """Say nothing."""

    def failed(self, name: str, step: str, reason: str) -> None:
        """Say nothing."""

    def gave_up(self, name: str, route: str, said: str) -> None:
        """Say nothing."""

    def handoff(self, name: str, handoff: Handoff) -> None:
        """Say nothing."""

    def waits(self, reason: str, seconds: float) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class WatcherOf:
    """Tells the progress of one integration what a route is doing.

    Attributes:
        progress: told of everything.
        name: the integration's name.
    """

    progress: Progress
    name: str

    def doing(self, words: str) -> None:
        """Name it beside the step."""
        self.progress.began(self.name, words)

    def gave_up(self, route: str, said: str) -> None:
        """Pass it on."""
        self.progress.gave_up(self.name, route, said)

    def waits(self, reason: str, seconds: float) -> None:
        """Pass it on."""
        self.progress.waits(reason, seconds)
