"""Which cause comes first: that of the strongest rule or, where no rule is sure, of what the words are most like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from oktascim.diagnose.confidence import MEDIUM, SAME_RANK, confidence_of
from oktascim.diagnose.finding import Confidence
from oktascim.diagnose.likeness import likeness_of
from oktascim.diagnose.matcher import fitting_rules
from oktascim.diagnose.rulebook import Rule, rule_book
from oktascim.diagnose.symptom import Symptom

_CLEARLY, _LIKELY = 0.6, 0.25
"""The shares from which the words outdo a rule, and one of low weight."""


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
    """Rank the causes: the rules first, the likeness of the words where no rule is sure.

    High confidence needs words that aren't clearly like those of another category. Below it, a clear likeness chooses
    between rules of about the same weight; where they are all weak, it also chooses a category of which no rule is met.
    It never raises the confidence.
    """
    best = _best_by_category(fitting_rules(symptom))
    first, others = (rules := tuple(best.values()))[0], rules[1:]
    ranking = Ranking(first, others, confidence_of(first, others, symptom))
    is_weak = first.weight < MEDIUM
    likely = likeness_of(symptom)
    if likely is None or likely.category in {first.category, "unknown"}:
        return ranking
    if likely.share < (_LIKELY if is_weak else _CLEARLY):
        return ranking
    if ranking.confidence == "high":
        return replace(ranking, confidence="medium")
    general = rule_book().general[likely.category] if is_weak else None
    chosen = best.get(likely.category, general)
    if chosen is None or (chosen.weight < first.weight - SAME_RANK and not is_weak):
        return ranking
    rest = tuple(rule for rule in rules if rule.category not in {likely.category, "unknown"})
    return Ranking(chosen, rest, ranking.confidence)


def _best_by_category(fitting: tuple[Rule, ...]) -> Mapping[str, Rule]:
    """The best rule of each category, by falling weight."""
    best: dict[str, Rule] = {}
    for rule in fitting:
        best.setdefault(rule.category, rule)
    return best
