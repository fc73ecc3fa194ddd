"""The System Log's storage: events as finished JSON, read in pages in Okta's two ways (OB-170, OB-171).

A polling request reads in the order in which events were persisted and never ends; a bounded one is ordered and limited
by `published`, and ends. A late event has an old `published` but a new place in the order of persistence.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from okta_emulator.core.encoding import dumped
from okta_emulator.core.records import LogEvent
from okta_emulator.org.logquery import Condition

Order = Literal["ASCENDING", "DESCENDING"]


@dataclass(frozen=True)
class EventPage:
    """A page of events.

    Args:
        bodies: each event as JSON, in order.
        last: the place of the last one: (published, seq); None for an empty page.
        full: whether there can be more.
    """

    bodies: list[bytes]
    last: tuple[str, int] | None
    full: bool


class EventLog:
    """The events of one org."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def append(self, events: Iterable[LogEvent], *, persisted: str | None = None) -> int:
        """Add events in the order of persistence.

        Args:
            events: the events.
            persisted: when they became visible; None means when they were published.

        Returns:
            The number of events.
        """
        (last,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
        seq: int = last
        targets: list[tuple[int, str]] = []
        for seq, event in enumerate(events, start=last + 1):
            published = event["published"]
            body = dumped(event)
            row = (seq, published, persisted or published, event["eventType"], body)
            self._db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", row)
            targets += {(seq, target["id"]) for target in event["target"] or ()}
        self._db.executemany("INSERT INTO event_target VALUES (?, ?)", targets)
        return seq - int(last)

    def polled(self, condition: Condition, after: int, since: str, limit: int) -> EventPage:
        """Events in the order of persistence.

        Args:
            condition: which events.
            after: the place after which to start, 0 for the beginning.
            since: the earliest time of persistence.
            limit: the largest number of events.
        """
        where = f"({condition[0]}) AND seq > ? AND persisted >= ?"
        return self._read(where, (*condition[1], after, since), "seq", limit)

    def bounded(
        self, condition: Condition, between: tuple[str, str], after: tuple[str, int] | None, order: Order, limit: int
    ) -> EventPage:
        """Events in the order of `published`.

        Args:
            condition: which events.
            between: the start (inclusive) and the end (exclusive).
            after: the place of the last event of the previous page, or None.
            order: the direction.
            limit: the largest number of events.
        """
        where, values = f"({condition[0]}) AND published >= ? AND published < ?", (*condition[1], *between)
        if after is not None:
            where += f" AND (published, seq) {'>' if order == 'ASCENDING' else '<'} (?, ?)"
            values = (*values, *after)
        direction = "ASC" if order == "ASCENDING" else "DESC"
        return self._read(where, values, f"published {direction}, seq {direction}", limit)

    def _read(self, where: str, values: tuple[object, ...], order: str, limit: int) -> EventPage:
        rows = self._db.execute(
            f"SELECT CAST(body AS BLOB), published, seq FROM event WHERE {where} ORDER BY {order} LIMIT ?",  # noqa: S608
            (*values, limit + 1),
        ).fetchall()
        kept = rows[:limit]
        last = (kept[-1][1], kept[-1][2]) if kept else None
        return EventPage([row[0] for row in kept], last, len(rows) > limit)
