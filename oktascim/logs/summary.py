"""A summary of events: operations and outcomes, reasons, users, and a histogram over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from oktascim.diagnose.event import Event, words_of
from oktascim.logs.fields import outcome_of, user_of

_TOP = 10
_BARS = 24
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080)  # bar lengths in minutes


@dataclass(frozen=True)
class Bar:
    """One bar of the histogram.

    Attributes:
        start: its first minute.
        minutes: its length.
        events: how many events it holds.
        failures: how many of them failed.
    """

    start: datetime
    minutes: int
    events: int
    failures: int


@dataclass
class Summary:
    """Counters whose size depends on the variety of events, not on their number.

    Attributes:
        is_failure: what counts as one.
    """

    is_failure: Callable[[Event], bool]
    events: int = 0
    failures: int = 0
    first: str = ""
    last: str = ""
    operations: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    failed_users: Counter[str] = field(default_factory=Counter)
    users: set[str] = field(default_factory=set)
    _minutes: Counter[str] = field(default_factory=Counter)
    _failed_minutes: Counter[str] = field(default_factory=Counter)

    def add(self, events: Iterable[Event]) -> None:
        """Count events."""
        for event in events:
            self._count(event)

    def _count(self, event: Event) -> None:
        published = event["published"]
        minute, user = published[:16], user_of(event)
        self.events += 1
        self.first = min(self.first or published, published)
        self.last = max(self.last, published)
        self.operations[event["eventType"], outcome_of(event)] += 1
        self._minutes[minute] += 1
        if user:
            self.users.add(user)
        if self.is_failure(event):
            self.failures += 1
            self._failed_minutes[minute] += 1
            self.reasons[words_of(event) or "(no reason given)"] += 1
            if user:
                self.failed_users[user] += 1

    def histogram(self) -> list[Bar]:
        """Events over time in at most 24 bars of equal length, including empty ones between the first and the last."""
        if not self.events:
            return []
        first, last = _minute(self.first), _minute(self.last)
        step = next((step for step in _STEPS if last // step - first // step < _BARS), (last - first) // _BARS + 1)
        counts = _by_step(self._minutes, step)
        failed = _by_step(self._failed_minutes, step)
        return [
            Bar(datetime.fromtimestamp(number * step * 60, UTC), step, counts[number], failed[number])
            for number in range(first // step, last // step + 1)
        ]

    def to_json(self) -> dict[str, Any]:
        """The summary as JSON values; the keys are a contract."""
        return {
            "events": self.events,
            "failures": self.failures,
            "first": self.first or None,
            "last": self.last or None,
            "operations": [
                {"type": kind, "outcome": outcome, "count": count}
                for (kind, outcome), count in sorted(self.operations.items(), key=lambda item: (-item[1], item[0]))
            ],
            "reasons": [{"reason": reason, "count": count} for reason, count in self.reasons.most_common(_TOP)],
            "users": len(self.users),
            "failed_users": [{"user": user, "count": count} for user, count in self.failed_users.most_common(_TOP)],
            "histogram": [
                {"start": f"{bar.start:%Y-%m-%dT%H:%M:%SZ}", "events": bar.events, "failures": bar.failures}
                for bar in self.histogram()
            ],
        }


def _minute(published: str) -> int:
    """Minutes since 1970 at the start of Okta's timestamp."""
    return int(datetime.fromisoformat(published[:16]).replace(tzinfo=UTC).timestamp()) // 60


def _by_step(minutes: Mapping[str, int], step: int) -> Counter[int]:
    counts: Counter[int] = Counter()
    for minute, count in minutes.items():
        counts[_minute(minute) // step] += count
    return counts
