"""Which rules fit a symptom, the most telling first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from oktascim.diagnose.rulebook import Condition, Rule, rule_book
from oktascim.diagnose.symptom import Symptom

REMEMBERED_SYMPTOMS = 8_192
"""A log of 100,000 failures has far fewer different ones; each remembered one is a few hundred bytes."""


@lru_cache(maxsize=REMEMBERED_SYMPTOMS)
def fitting_rules(symptom: Symptom) -> tuple[Rule, ...]:
    """The rules of the package that fit, by falling weight."""
    return tuple(rule for rule in rule_book().rules if holds(rule.when, symptom))


def holds(conditions: Iterable[Condition], symptom: Symptom) -> bool:
    """Whether one of the conditions is met."""
    return any(_is_met(condition, symptom) for condition in conditions)


def _is_met(condition: Condition, symptom: Symptom) -> bool:
    """Whether every sign that the condition asks for is there; the cheap ones are looked at first."""
    accepted = (
        (condition.status, symptom.status),
        (condition.action, symptom.action),
        (condition.about, symptom.about),
        (condition.body, symptom.body),
        (condition.scim_type, symptom.scim_type),
        (condition.okta_code, symptom.okta_code),
        (condition.event, symptom.event),
    )
    if any(values is not None and value not in values for values, value in accepted):
        return False
    if condition.no_detail is not None and condition.no_detail is not symptom.says_nothing:
        return False
    if condition.odd_subject is not None and condition.odd_subject is not symptom.odd_subject:
        return False
    return _words_match(condition, symptom.text)


def _words_match(condition: Condition, text: str) -> bool:
    """Whether the words match what must be said and nothing that must not be said."""
    if condition.says is not None and not condition.says.search(text):
        return False
    if condition.also_says is not None and not condition.also_says.search(text):
        return False
    return condition.not_says is None or not condition.not_says.search(text)
