"""Which cause comes first: the one that the rules and the likeness of the words together make most probable."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from oktascim.diagnose.confidence import confidence_of
from oktascim.diagnose.finding import Confidence
from oktascim.diagnose.likeness import likeness_of
from oktascim.diagnose.matcher import fitting_rules
from oktascim.diagnose.rulebook import Rule, rule_book
from oktascim.diagnose.symptom import Symptom

_RULE_SCALE = 20
"""The weight of a rule that makes its category e times as likely; chosen on texts that the rules had not seen."""
_NO_RULE = 20
"""The weight of a category that no rule names, and of a rule that hardly says anything."""
_SETTLED = 90
"""The weight from which a rule needs no words beside it."""
_MEDIUM = 0.75
"""The probability from which a category is of medium confidence."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The causes of a failure.

    Attributes:
        first: the rule whose cause is the finding.
        others: the best rule of each other category, the likelier first.
        confidence: how certain the category of the first is.
    """

    first: Rule
    others: tuple[Rule, ...]
    confidence: Confidence


def ranking_of(symptom: Symptom) -> Ranking:
    """Rank the causes by their rules and, if no rule settles it, by the likeness of the words.

    The words can choose a category without a matching rule, but not that the cause is unknown. They never make a
    finding of high confidence.
    """
    best = _best_by_category(fitting_rules(symptom))
    first, *others = best.values()
    confidence = confidence_of(first, tuple(others), symptom)
    likeness = None if _settles(first) else likeness_of(symptom)
    if likeness is None:
        return Ranking(first, tuple(others), confidence)
    share = _shares(best, likeness)
    likeliest = max(share, key=share.__getitem__)
    chosen = first if likeliest == "unknown" else best.get(likeliest) or rule_book().general[likeliest]
    if chosen is not first or confidence != "high":
        confidence = "medium" if share[chosen.category] >= _MEDIUM else "low"
    rest = (rule for rule in best.values() if rule.category not in {chosen.category, "unknown"})
    return Ranking(chosen, tuple(sorted(rest, key=lambda rule: -share[rule.category])), confidence)


def _settles(rule: Rule) -> bool:
    """Whether words can't change the result: a rule is certain, or knows the text as one without a cause."""
    return rule.weight >= _SETTLED or (rule.category == "unknown" and rule.weight > _NO_RULE)


def _shares(best: Mapping[str, Rule], likeness: Mapping[str, float]) -> Mapping[str, float]:
    """The probability of each category, 0 to 1, by the likeness of the words and its best rule."""
    weight = {name: max(rule.weight, _NO_RULE) for name, rule in best.items()}
    odds = {name: value * math.exp(weight.get(name, _NO_RULE) / _RULE_SCALE) for name, value in likeness.items()}
    total = sum(odds.values())
    return {name: value / total for name, value in odds.items()}


def _best_by_category(fitting: tuple[Rule, ...]) -> Mapping[str, Rule]:
    """The best rule of each category, by falling weight."""
    best: dict[str, Rule] = {}
    for rule in fitting:
        best.setdefault(rule.category, rule)
    return best
