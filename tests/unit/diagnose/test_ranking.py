"""Where no rule is sure, the words decide; they never make a finding more certain."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
import yaml

from oktascim.diagnose import ranking
from oktascim.diagnose.engine import explain_text
from oktascim.diagnose.finding import CATEGORIES
from oktascim.diagnose.likeness import Likeness, likeness_of
from oktascim.diagnose.message import parse_message
from oktascim.diagnose.rulebook import rule_book
from oktascim.diagnose.symptom import Symptom, symptom_of

WORDINGS = yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text())
CONFLICT = "Error while creating user ada@x.example: Conflict. Errors reported by remote server: that e-mail is taken"


def symptom(text: str) -> Symptom:
    return symptom_of(parse_message(text))


def test_weights_are_about_categories() -> None:
    weights = json.loads((resources.files("oktascim.diagnose") / "word_weights.json").read_bytes())
    named = {category for by_category in weights["by_feature"].values() for category in by_category}
    assert set(weights["bias"]) == set(CATEGORIES)
    assert named <= set(CATEGORIES)


def test_the_weights_know_the_wordings_they_were_learned_from() -> None:
    """They no longer do if texts are parsed differently: run `make word-weights`."""
    texts = [(category, text) for category, texts in WORDINGS.items() for text in texts if isinstance(text, str)]
    found = [(category, likeness) for category, text in texts if (likeness := likeness_of(symptom(text)))]
    right = sum(likeness.category == category for category, likeness in found)
    assert right / len(found) > 0.9
    assert all(0 < likeness.share <= 1 for _, likeness in found)


def test_every_category_has_a_text_for_its_words() -> None:
    general = rule_book().general
    assert set(general) == set(CATEGORIES)
    assert {rule.category == category for category, rule in general.items()} == {True}


def test_words_that_no_rule_knows_are_told_at_low_confidence() -> None:
    (finding,) = explain_text("The chain of this certificate ends nowhere")
    assert (finding.category, finding.confidence, finding.rule) == ("tls.certificate", "low", "tls.certificate.general")
    assert finding.alternatives == ()


@pytest.mark.parametrize("text", ["Bad Request", "wobbled mightily", "certificate wobbled"])
def test_too_few_known_words_decide_nothing(text: str) -> None:
    assert likeness_of(symptom(text)) is None


@pytest.mark.parametrize("text", ["401", "Error authenticating: null", CONFLICT])
def test_no_alternative_is_more_certain_than_the_first(text: str) -> None:
    order = ("low", "medium", "high")
    (finding,) = explain_text(text)
    assert finding.alternatives
    assert {order.index(other.confidence) <= order.index(finding.confidence) for other in finding.alternatives} == {
        True
    }


def as_likely(category: str, share: float, monkeypatch: pytest.MonkeyPatch) -> ranking.Ranking:
    monkeypatch.setattr(ranking, "likeness_of", lambda _symptom: Likeness(category, share))
    return ranking.ranking_of(symptom(CONFLICT))


@pytest.mark.parametrize(
    ("category", "share", "confidence"),
    [
        ("user.conflict", 0.9, "high"),
        ("group.conflict", 0.5, "high"),
        ("group.conflict", 0.7, "medium"),
        ("unknown", 0.9, "high"),
    ],
)
def test_words_of_another_category_lower_high(
    category: str, share: float, confidence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = as_likely(category, share, monkeypatch)
    assert (found.first.category, found.confidence) == ("user.conflict", confidence)


@pytest.mark.parametrize(("weight", "confidence"), [(70, "low"), (80, "medium")])
def test_words_choose_between_two_rules_but_make_neither_more_certain(
    weight: int, confidence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    general = rule_book().general
    rules = tuple(replace(general[name], weight=weight) for name in ("user.conflict", "group.conflict"))
    monkeypatch.setattr(ranking, "fitting_rules", lambda _symptom: rules)
    found = as_likely("group.conflict", 0.9, monkeypatch)
    assert (found.first.category, found.confidence) == ("group.conflict", confidence)
    assert [rule.category for rule in found.others] == ["user.conflict"]
