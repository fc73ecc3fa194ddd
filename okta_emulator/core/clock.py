"""The org's time: the machine's, advanced on request, and formatted as Okta formats it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FARTHEST_SECONDS = 100 * 365 * 86_400


class OrgClock:
    """The machine's time plus the offset that tests have added."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Advance the org's time, to at most `FARTHEST_SECONDS` ahead of the machine's time.

        Raises:
            ValueError: that is backwards, or too far.
        """
        if not 0 <= seconds <= FARTHEST_SECONDS - self._ahead.total_seconds():
            raise ValueError(seconds)
        self._ahead += timedelta(seconds=seconds)

    def rewind(self) -> None:
        """Return to the machine's time."""
        self._ahead = timedelta()


def whole_seconds(moment: datetime) -> str:
    """`2026-03-25T13:45:47.000Z`, as apps, users and groups have it (OB-019)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def bare_seconds(moment: datetime) -> str:
    """`2026-03-25T13:45:47Z`, as group push mappings have it (OB-111)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(moment: datetime) -> str:
    """`2026-03-25T13:45:47.123Z`, as log events have it; sorts chronologically as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
