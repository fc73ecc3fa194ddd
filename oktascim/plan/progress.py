"""What a run tells whoever watches it; the library never prints."""

from __future__ import annotations

from typing import Protocol

from oktascim.provisioning.route import Handoff


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

    def handoff(self, name: str, handoff: Handoff) -> None:
        """A person must do something now."""

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

    def handoff(self, name: str, handoff: Handoff) -> None:
        """Say nothing."""

    def waits(self, reason: str, seconds: float) -> None:
        """Say nothing."""
