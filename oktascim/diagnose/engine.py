"""From texts and events to findings.

The text of an event comes first (`outcome.reason`). Without one, the other events of its transaction
explain it, and only then its type (OB-331).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from oktascim.diagnose.confidence import MEDIUM
from oktascim.diagnose.event import is_silent, person_of, reports_failure, transaction_of, type_of, words_of
from oktascim.diagnose.finding import Alternative, Confidence, Finding, OktaAction
from oktascim.diagnose.matcher import REMEMBERED_SYMPTOMS, is_met
from oktascim.diagnose.message import parse_message
from oktascim.diagnose.paste import event_in
from oktascim.diagnose.ranking import Ranking, ranking_of
from oktascim.diagnose.rulebook import Rule, rule_book
from oktascim.diagnose.symptom import Symptom, symptom_of

MOST_ALTERNATIVES = 5

_ANYONE = ""


def explain_text(text: str) -> tuple[Finding, ...]:
    """Explain one error text.

    Args:
        text: a message as Okta shows it, an error body in JSON, an HTTP exchange, and whatever was copied along.

    Returns:
        One finding, with ranked alternatives if the text is ambiguous; none for an empty text. A text that holds a
        System Log event gets the finding of `explain_events`.
    """
    if not text.strip():
        return ()
    event = event_in(text)
    return (explain_events([event]) if event else ()) or (_diagnose(text, None),)


def explain_events(events: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Explain the failures among System Log events, each cause once.

    An event without words (a wrapper such as application.provision.user.sync) is explained by the other events of its
    transaction. Memory grows only by the ids of the failures.

    Args:
        events: LogEvents in any order, in the shape of GET /api/v1/logs.

    Returns:
        The findings, the one with the most events first.
    """
    groups: dict[Finding, list[str]] = {}
    spoken: dict[tuple[str | None, str], Finding] = {}
    silent: list[_SilentEvent] = []
    for event in events:
        if not reports_failure(event):
            continue
        finding = _diagnose(words_of(event), type_of(event))
        waiting = _SilentEvent(str(event.get("uuid", "")), transaction_of(event), person_of(event), finding)
        if is_silent(event) and waiting.transaction:
            silent.append(waiting)
            continue
        groups.setdefault(finding, []).append(waiting.uuid)
        if finding.category != "unknown":
            for person in (waiting.person, _ANYONE):
                spoken.setdefault((waiting.transaction, person), finding)
    for waiting in silent:
        told = (spoken.get((waiting.transaction, person)) for person in (waiting.person, _ANYONE))
        groups.setdefault(next(filter(None, told), waiting.finding), []).append(waiting.uuid)
    return tuple(_with_events(groups))


@dataclass(frozen=True, slots=True)
class _SilentEvent:
    """A failure without words, to be explained by its transaction; events of the same user come first."""

    uuid: str
    transaction: str | None
    person: str
    finding: Finding


def _with_events(groups: Mapping[Finding, list[str]]) -> Iterator[Finding]:
    """Each finding with the uuids of its events."""
    for finding, uuids in sorted(groups.items(), key=lambda group: -len(group[1])):
        yield replace(finding, events=tuple(uuids))


@lru_cache(maxsize=REMEMBERED_SYMPTOMS)
def _diagnose(text: str, event: str | None) -> Finding:
    """The finding for one text and event type; logs repeat them many times."""
    return _finding_for(symptom_of(parse_message(text), event))


@lru_cache(maxsize=REMEMBERED_SYMPTOMS)
def _finding_for(symptom: Symptom) -> Finding:
    """The finding for one symptom."""
    ranking = ranking_of(symptom)
    first = ranking.first
    return Finding(
        category=first.category,
        confidence=ranking.confidence,
        cause=first.cause,
        fix=first.fix,
        rule=first.id,
        sources=first.sources,
        alternatives=tuple(_alternative(rule, ranking) for rule in ranking.others[:MOST_ALTERNATIVES]),
        events=(),
        okta_action=_okta_action(first.okta, symptom),
    )


def _alternative(rule: Rule, ranking: Ranking) -> Alternative:
    """A rule as another possible cause: of medium confidence at most, and no more certain than the first."""
    confidence: Confidence = "medium" if rule.weight >= MEDIUM and ranking.confidence != "low" else "low"
    return Alternative(rule.category, rule.cause, rule.fix, rule.id, confidence)


def _okta_action(name: str, symptom: Symptom) -> OktaAction:
    """What Okta does next: by the rule, unless the operation overrides it (a deactivation is pushed only once)."""
    book = rule_book()
    for override in book.okta_overrides:
        if name not in override.keep and is_met(override.when, symptom):
            return book.okta_actions[override.use]
    return book.okta_actions[name]
