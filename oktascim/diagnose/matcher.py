"""Which rules match a symptom, the strongest first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from oktascim.diagnose.rulebook import Condition, Rule, rule_book
from oktascim.diagnose.symptom import Symptom

REMEMBERED_SYMPTOMS = 8_192
"""A log of 100,000 failures has far fewer distinct ones; each cached one takes a few hundred bytes."""

FAR_BELOW = 28
"""A rule whose weight is lower by more than this isn't an alternative to the best match."""


@lru_cache(maxsize=REMEMBERED_SYMPTOMS)
def fitting_rules(symptom: Symptom) -> tuple[Rule, ...]:
    """The matching rules of the package by falling weight, without those that are far weaker than the first."""
    fitting: list[Rule] = []
    for rule in rule_book().rules:
        if fitting and rule.weight < fitting[0].weight - FAR_BELOW:
            break
        if is_met(rule.when, symptom):
            fitting.append(rule)
    return tuple(fitting)


def is_met(conditions: Iterable[Condition], symptom: Symptom) -> bool:
    """Whether one of the conditions is met."""
    return any(_is_met(condition, symptom) for condition in conditions)


def is_met_closely(conditions: Iterable[Condition], symptom: Symptom) -> bool:
    """Whether one of the conditions is met by words that stand next to each other."""
    return any(
        _is_met(condition, symptom)
        and all(
            phrases is None or phrases.found_close_in(symptom.text) for phrases in (condition.says, condition.also_says)
        )
        for condition in conditions
    )


def is_met_in_words(conditions: Iterable[Condition], symptom: Symptom) -> bool:
    """Whether one of the conditions is met by words or by a code of the server, rather than by a status alone."""
    return any(
        (condition.says or condition.also_says or condition.scim_type or condition.okta_code)
        and _is_met(condition, symptom)
        for condition in conditions
    )


def _is_met(condition: Condition, symptom: Symptom) -> bool:
    """Whether every sign of the condition is present; the cheap ones are tested first."""
    return (
        (condition.status is None or symptom.status in condition.status)
        and (condition.about is None or symptom.about in condition.about)
        and (condition.action is None or symptom.action in condition.action)
        and (condition.not_action is None or symptom.action not in condition.not_action)
        and (condition.body is None or symptom.body in condition.body)
        and (condition.scim_type is None or symptom.scim_type in condition.scim_type)
        and (condition.okta_code is None or symptom.okta_code in condition.okta_code)
        and (condition.event is None or symptom.event in condition.event)
        and (condition.no_detail is None or condition.no_detail is symptom.says_nothing)
        and (condition.odd_subject is None or condition.odd_subject is symptom.odd_subject)
        and (condition.is_cut is None or condition.is_cut is symptom.is_cut)
        and (condition.seen is None or not condition.seen.isdisjoint(symptom.seen))
        and (condition.sent is None or condition.sent.found_in(symptom.sent))
        and _text_matches(condition, symptom.text)
    )


def _text_matches(condition: Condition, text: str) -> bool:
    """Whether the words contain the required phrases and none of the excluded ones."""
    if condition.says is not None and not condition.says.found_in(text):
        return False
    if condition.also_says is not None and not condition.also_says.found_in(text):
        return False
    return condition.not_says is None or not condition.not_says.found_in(text)
