"""What all formats have in common: they take pages of events, and those that write to stdout are finished once."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from oktascim.diagnose.finding import Finding
from oktascim.okta.log_events import Events


class EventSink(Protocol):
    """Takes events page by page."""

    def page(self, events: Events, findings: Sequence[Finding], /) -> None:
        """Take the events of one page, and the explanations of the failures among them."""


class StreamSink:
    """A sink that writes to stdout; it is finished after the last page, but not after a failure."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()

    def finish(self) -> None:
        """Write the rest."""
