"""Which events: conditions as one expression of Okta's filter language, and what Okta cannot filter done here.

What concerns an app (OB-177, OB-180):

- The app is a target: Okta filters this, `target.id eq`.
- The app is not a target, but its catalogue key stands in debugContext.debugData.appname, as in the one real
  provisioning failure that is on record. Okta filters the key; apps made from the same template share it, so an event
  that names another app as its target is dropped here, and one that names none is kept and counted as unsure.

`published` cannot be used in a filter (OB-175): times go into since and until.
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
        types: event types that are bad news under any outcome.
    """

    results: frozenset[str]
    types: frozenset[str]


@dataclass(frozen=True)
class Conditions:
    """What an event must fulfil; all of it, where given.

    Attributes:
        apps: the apps, one of which it concerns; none means the whole org.
        expression: Okta's own filter language, as the user typed it.
        types: event types, `*` standing for any text; one of them must fit.
        user: id, login or display name of whom it is about.
        actor: id, login or display name of who did it.
        transaction: the id that the events of one operation share.
        failures: only failures, and what these are.
    """

    apps: tuple[App, ...] = ()
    expression: str = ""
    types: tuple[str, ...] = ()
    user: str | None = None
    actor: str | None = None
    transaction: str | None = None
    failures: Failures | None = None

    def filter(self) -> str:
        """The expression for Okta; the user's own part comes first, so that positions in Okta's errors fit it.

        Raises:
            UsageProblem: a quote or a parenthesis of the user's part is not closed, so that it would swallow the rest.
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
    """What is checked here, event by event: conditions that Okta cannot check, doubles, the limit.

    Attributes:
        conditions: what an event must fulfil.
        limit: how many events to keep at most, or None.
        seen: the events that were kept before, where they may come again.
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
        """Whether no further event will be kept."""
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
        if len(apps) == 1:  # apart from the next, since a log may have 100,000 events
            app_id, raws = apps[0].id.encode(), events.raws
            fitting = [n for n in fitting if app_id in raws[n] or self._may_concern(events.values[n])]
        elif apps:
            ids, raws = [app.id.encode() for app in apps], events.raws
            fitting = [n for n in fitting if any(one in raws[n] for one in ids) or self._may_concern(events.values[n])]
        if types:
            named = [event["eventType"].lower() for event in events.values]
            fitting = [n for n in fitting if any(fnmatchcase(named[n], kind) for kind in types)]
        return fitting

    def _may_concern(self, event: dict[str, Any]) -> bool:
        """Whether an event without the id of an app can be about it: not when it names another app."""
        if any(target.get("type") == "AppInstance" for target in event.get("target") or ()):
            return False
        self.unsure += 1
        return True

    def _inexact_types(self) -> tuple[str, ...]:
        """All types where one of them is more than Okta's `eq` and `sw` can say, else none."""
        types = self.conditions.types
        exact = all("*" not in kind.rstrip("*") for kind in types)
        return () if exact else tuple(_only_stars(kind.lower()) for kind in types)


def known_event_types() -> tuple[str, ...]:
    """The event types around apps, provisioning and imports, for completion (OB-179)."""
    text = files("oktascim.logs").joinpath("event_types.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def fits_no_known_type(pattern: str) -> bool:
    """Whether a pattern of --type fits none of them, so that it may be a slip."""
    literal = _only_stars(pattern.lower())
    return not any(fnmatchcase(name.lower(), literal) for name in known_event_types())


def _only_stars(pattern: str) -> str:
    """The pattern for fnmatch, where [ and ? have a meaning, too."""
    return re.sub(r"([\[?])", r"[\1]", pattern)


def _type_clause(pattern: str) -> str:
    """What Okta can check of an event type pattern: its beginning, and the texts that must be in it."""
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
                raise _unclosed(expression, place, "This parenthesis closes nothing.")
            opened.pop()
    if depth:
        raise _unclosed(expression, opened[-1], "This parenthesis is never closed.")


def _unclosed(expression: str, place: int, why: str) -> UsageProblem:
    return UsageProblem("The filter is incomplete.", why=f"{why}\n{expression}\n{' ' * place}^")


_REMEMBERED = 50_000


class SeenEvents:
    """The uuids of the latest events, so that none is shown twice.

    Args:
        capacity: how many are remembered; polling repeats only what is recent.
    """

    def __init__(self, capacity: int = _REMEMBERED) -> None:
        self._order: deque[str] = deque()
        self._uuids: set[str] = set()
        self._capacity = capacity

    def is_fresh(self, uuid: str) -> bool:
        """Whether an event was not seen before; it counts as seen from now on."""
        if uuid in self._uuids:
            return False
        self._uuids.add(uuid)
        self._order.append(uuid)
        if len(self._order) > self._capacity:
            self._uuids.discard(self._order.popleft())
        return True
