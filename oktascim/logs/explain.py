"""Explains a log page by page, and counts the causes."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from oktascim.diagnose.event import Event, is_silent, person_of, reports_failure, transaction_of
from oktascim.diagnose.finding import Finding
from oktascim.logs.addressing import addressed, facts_of

_REMEMBERED = 1_000


class Explainer:
    """Explains pages in order; a failure without a message can use one from its transaction on an earlier page.

    Following reads small pages, so the event with the reason and the bare failure often arrive in two calls.

    Args:
        known: what is known about the app, by placeholder of the commands in a fix.
        fill_in: whether the events fill in the rest; False if all events with the same cause are counted once.
    """

    def __init__(self, known: Mapping[str, str] | None = None, *, fill_in: bool = True) -> None:
        self._known = known or {}
        self._fill_in = fill_in
        self.causes: Counter[str] = Counter()
        self._spoken: OrderedDict[tuple[str, str], Event] = OrderedDict()

    def page(self, events: Sequence[Event]) -> tuple[Finding, ...]:
        """The findings of one page, each with the uuids of this page's events."""
        failures = [event for event in events if reports_failure(event)]
        earlier = self._earlier(failures)
        from oktascim.diagnose.engine import explain_events  # the rules are read only if something is explained

        found = explain_events([*earlier.values(), *failures])
        ours = [replace(one, events=tuple(uuid for uuid in one.events if uuid not in earlier)) for one in found]
        facts = {event["uuid"]: facts_of(event) for event in failures} if self._fill_in else {}
        findings = tuple(
            addressed(one, (facts[uuid] for uuid in one.events if uuid in facts), self._known)
            for one in ours
            if one.events
        )
        for one in findings:
            self.causes[one.category] += len(one.events)
        self._remember(failures, {uuid for one in findings if one.category != "unknown" for uuid in one.events})
        return findings

    def _earlier(self, failures: Iterable[Event]) -> dict[str, Event]:
        """The messages on earlier pages for the transactions of events without one, by uuid."""
        silent = {key for event in failures if is_silent(event) for key in _keys(event)}
        return {event["uuid"]: event for key in silent if (event := self._spoken.get(key))}

    def _remember(self, failures: Iterable[Event], understood: Collection[str]) -> None:
        for event in failures:
            if not is_silent(event) and event["uuid"] in understood:
                for key in _keys(event):
                    self._spoken.setdefault(key, event)
        while len(self._spoken) > _REMEMBERED:
            self._spoken.popitem(last=False)


def _keys(event: Event) -> tuple[tuple[str, str], ...]:
    """The keys under which an event's message can be reused: its user in this transaction, and any user."""
    transaction = transaction_of(event)
    return ((transaction, person_of(event)), (transaction, "")) if transaction else ()
