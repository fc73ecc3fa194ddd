"""The org's time: the machine's, moved ahead on request, written as Okta writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class OrgClock:
    """Real time plus what tests have added to it."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the org's time ahead."""
        self._ahead += timedelta(seconds=seconds)

    def rewind(self) -> None:
        """Return to the machine's time."""
        self._ahead = timedelta()


def whole_seconds(moment: datetime) -> str:
    """`2026-03-25T13:45:47.000Z`, as apps, users and groups have it (facts/okta-api.md 1.4)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def bare_seconds(moment: datetime) -> str:
    """`2026-03-25T13:45:47Z`, as group push mappings have it (facts/okta-api.md 5.5)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(moment: datetime) -> str:
    """`2026-03-25T13:45:47.123Z`, as log events have it; such texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
