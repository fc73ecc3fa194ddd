"""Selecting events: one expression in Okta's filter language, and local checks for what Okta can't filter.

Which events concern an app (OB-177, OB-180):

- The app is a target: Okta filters by `target.id eq`.
- The app isn't a target, but debugContext.debugData.appname holds its catalogue key, as in the one recorded
  provisioning failure. Okta filters by the key. Apps created from the same template share it, so an event with another
  app as its target is dropped here, and an event without an app target is kept and counted as unsure.

`published` can't be used in a filter (OB-175), so times go into since and until.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Any

from oktascim.errors import UsageProblem
from oktascim.okta.apps import App
from oktascim.okta.log_events import Events


@dataclass(frozen=True)
class Failures:
    """What counts as a failure.

    Attributes:
        results: values of outcome.result.
        types: event types that report a failure under any outcome.
    """

    results: frozenset[str]
    types: frozenset[str]


@dataclass(frozen=True)
class Conditions:
    """Conditions on an event; every given one must hold.

    Attributes:
        apps: the event concerns one of these; empty means the whole org.
        expression: Okta's own filter language, as the user typed it.
        types: event types, one of which must match; `*` matches any text.
        user: id, login or display name of the target.
        actor: id, login or display name of the actor.
        transaction: the id that the events of one operation share.
        failures: what counts as a failure, to select only failures; None selects all.
    """

    apps: tuple[App, ...] = ()
    expression: str = ""
    types: tuple[str, ...] = ()
    user: str | None = None
    actor: str | None = None
    transaction: str | None = None
    failures: Failures | None = None

    def filter(self) -> str:
        """The expression for Okta; the user's own part comes first, so that positions in Okta's errors refer to it.

        Raises:
            UsageProblem: a quote or parenthesis in the user's part isn't closed and would swallow the rest.
        """
        _check_closed(self.expression)
        clauses = [clause for clause in self._clauses() if clause]
        return clauses[0] if len(clauses) == 1 else " and ".join(f"({clause})" for clause in clauses)

    def _clauses(self) -> Iterator[str]:
        yield self.expression.strip()
        ids = [f"target.id eq {_quoted(app.id)}" for app in self.apps]
        kinds = dict.fromkeys(app.name for app in self.apps if app.name)
        yield _any_of(ids + [f"debugContext.debugData.appname eq {_quoted(kind)}" for kind in kinds])
        yield _any_of(_type_clause(pattern) for pattern in self.types)
        if self.user:
            yield _person("target", self.user)
        if self.actor:
            yield _person("actor", self.actor)
        if self.transaction:
            yield f"transaction.id eq {_quoted(self.transaction)}"
        if self.failures:
            results = [f"outcome.result eq {_quoted(result)}" for result in sorted(self.failures.results)]
            types = [f"eventType eq {_quoted(name)}" for name in sorted(self.failures.types)]
            yield _any_of(results + types)


@dataclass
class Selection:
    """Checks each event for conditions that Okta can't check, for duplicates, and against the limit.

    Attributes:
        conditions: the conditions on an event.
        limit: the maximum number of events to keep, or None.
        seen: events kept before, if they may come again.
        kept: how many events were kept.
        unsure: how many of them name only the app's template.
    """

    conditions: Conditions
    limit: int | None = None
    seen: SeenEvents | None = None
    kept: int = field(default=0, init=False)
    unsure: int = field(default=0, init=False)

    @property
    def full(self) -> bool:
        """Whether the limit is reached."""
        return self.kept == self.limit

    def keep(self, events: Events) -> Events:
        """The events to show."""
        fitting = self._fitting(events)
        if self.seen:
            fitting = [number for number in fitting if self.seen.is_fresh(events.values[number]["uuid"])]
        if self.limit is not None:
            fitting = fitting[: self.limit - self.kept]
        self.kept += len(fitting)
        return events.only(fitting)

    def _fitting(self, events: Events) -> Sequence[int]:
        apps, types = self.conditions.apps, self._inexact_types()
        fitting: Sequence[int] = range(len(events))
        if len(apps) == 1:  # a separate loop for speed: a log may have 100,000 events
            app_id, raws = apps[0].id.encode(), events.raws
            fitting = [n for n in fitting if app_id in raws[n] or self._may_concern(events.values[n])]
        elif apps:
            ids, raws = [app.id.encode() for app in apps], events.raws
            fitting = [n for n in fitting if any(one in raws[n] for one in ids) or self._may_concern(events.values[n])]
        if types:
            named = [name.lower() for name in events.types]
            fitting = [n for n in fitting if any(fnmatchcase(named[n], kind) for kind in types)]
        return fitting

    def _may_concern(self, event: dict[str, Any]) -> bool:
        """Whether an event without the app's id can be about the app: not if it names another app."""
        if any(target.get("type") == "AppInstance" for target in event.get("target") or ()):
            return False
        self.unsure += 1
        return True

    def _inexact_types(self) -> tuple[str, ...]:
        """All types if one of them is beyond Okta's `eq` and `sw`, otherwise none."""
        types = self.conditions.types
        exact = all("*" not in kind.rstrip("*") for kind in types)
        return () if exact else tuple(_only_stars(kind.lower()) for kind in types)


def known_event_types() -> tuple[str, ...]:
    """Event types for apps, provisioning and imports, for completion (OB-179)."""
    text = files("oktascim.logs").joinpath("event_types.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def fits_no_known_type(pattern: str) -> bool:
    """Whether a --type pattern matches none of the known types and may be a typo."""
    literal = _only_stars(pattern.lower())
    return not any(fnmatchcase(name.lower(), literal) for name in known_event_types())


def _only_stars(pattern: str) -> str:
    """Escape the pattern for fnmatch, where [ and ? are special too."""
    return re.sub(r"([\[?])", r"[\1]", pattern)


def _type_clause(pattern: str) -> str:
    """The part of an event type pattern that Okta can check: its beginning, and the texts that it contains."""
    first, *others = pattern.split("*")
    if not others:
        return f"eventType eq {_quoted(pattern)}"
    beginning = [f"eventType sw {_quoted(first)}"] if first else []
    return " and ".join(beginning + [f"eventType co {_quoted(part)}" for part in others if part]) or "eventType pr"


def _person(role: str, word: str) -> str:
    return _any_of(f"{role}.{member} eq {_quoted(word)}" for member in ("id", "alternateId", "displayName"))


def _any_of(clauses: Iterable[str]) -> str:
    alternatives = list(clauses)
    if len(alternatives) < 2:
        return "".join(alternatives)
    return " or ".join(f"({clause})" if " and " in clause else clause for clause in alternatives)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _check_closed(expression: str) -> None:
    depth, place, opened = 0, 0, [0]
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|["()]', expression):
        place = token.start()
        if token.group() == '"':
            raise _unclosed(expression, place, "This quote is never closed.")
        if token.group() == "(":
            depth += 1
            opened.append(place)
        elif token.group() == ")":
            depth -= 1
            if depth < 0:
                raise _unclosed(expression, place, "This parenthesis has no opening one.")
            opened.pop()
    if depth:
        raise _unclosed(expression, opened[-1], "This parenthesis is never closed.")


def _unclosed(expression: str, place: int, why: str) -> UsageProblem:
    return UsageProblem("The filter is incomplete.", why=f"{why}\n{expression}\n{' ' * place}^")


_REMEMBERED = 50_000


class SeenEvents:
    """The uuids of recent events, so that none is shown twice.

    Args:
        capacity: how many to remember; polling repeats only recent events.
    """

    def __init__(self, capacity: int = _REMEMBERED) -> None:
        self._order: deque[str] = deque()
        self._uuids: set[str] = set()
        self._capacity = capacity

    def is_fresh(self, uuid: str) -> bool:
        """Whether an event is new; from now on it counts as seen."""
        if uuid in self._uuids:
            return False
        self._uuids.add(uuid)
        self._order.append(uuid)
        if len(self._order) > self._capacity:
            self._uuids.discard(self._order.popleft())
        return True
