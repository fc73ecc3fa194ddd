"""The rules and the words decide together; only rules make a finding highly certain."""

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
from oktascim.diagnose.likeness import likeness_of
from oktascim.diagnose.message import parse_message
from oktascim.diagnose.rulebook import rule_book
from oktascim.diagnose.symptom import Symptom, symptom_of

WORDINGS = yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text())
TEXTS: dict[str, list[str]] = yaml.safe_load((Path(__file__).parents[3] / "training/texts.yaml").read_text())
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
    right = sum(max(likeness, key=likeness.__getitem__) == category for category, likeness in found)
    assert right / len(found) > 0.9


def test_most_of_the_other_texts_get_their_category_without_a_rule_of_their_own() -> None:
    assert set(TEXTS) <= set(CATEGORIES)
    found = [(category, explain_text(text)[0].category) for category, texts in TEXTS.items() for text in texts]
    assert len(found) > 1_000
    assert sum(category == right for category, right in found) / len(found) > 0.8


def test_the_likeness_of_a_text_is_a_probability() -> None:
    likeness = likeness_of(symptom(CONFLICT))
    assert likeness is not None
    assert set(likeness) == set(CATEGORIES)
    assert sum(likeness.values()) == pytest.approx(1)
    assert max(likeness, key=likeness.__getitem__) == "user.conflict"


def test_every_category_has_a_text_for_its_words() -> None:
    general = rule_book().general
    assert set(general) == set(CATEGORIES)
    assert {rule.category == category for category, rule in general.items()} == {True}


def test_words_that_no_rule_knows_choose_the_general_text_of_their_category() -> None:
    (finding,) = explain_text("The chain of this certificate ends nowhere")
    assert (finding.category, finding.confidence, finding.rule) == (
        "tls.certificate",
        "medium",
        "tls.certificate.general",
    )
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
    """The ranking if the words speak for this category with this probability, and for all others alike."""
    likeness = dict.fromkeys(CATEGORIES, (1 - share) / (len(CATEGORIES) - 1)) | {category: share}
    monkeypatch.setattr(ranking, "likeness_of", lambda _symptom: likeness)
    return ranking.ranking_of(symptom(CONFLICT))


@pytest.mark.parametrize(
    ("category", "share", "first", "confidence"),
    [
        ("user.conflict", 0.9, "user.conflict", "high"),
        ("group.conflict", 0.3, "user.conflict", "high"),
        ("group.conflict", 0.7, "group.conflict", "low"),
        ("group.conflict", 0.99, "group.conflict", "medium"),
    ],
)
def test_clear_words_outdo_a_rule_but_are_never_highly_certain(
    category: str, share: float, first: str, confidence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = as_likely(category, share, monkeypatch)
    assert (found.first.category, found.confidence) == (first, confidence)
    assert found.first.category not in {rule.category for rule in found.others}


def test_words_choose_between_two_rules_of_equal_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    general = rule_book().general
    rules = tuple(replace(general[name], weight=80) for name in ("user.conflict", "group.conflict"))
    monkeypatch.setattr(ranking, "fitting_rules", lambda _symptom: rules)
    found = as_likely("group.conflict", 0.2, monkeypatch)
    assert found.first.category == "group.conflict"
    assert [rule.category for rule in found.others][:1] == ["user.conflict"]


def test_words_cannot_make_a_result_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert as_likely("unknown", 0.99, monkeypatch).first.category == "user.conflict"


@pytest.mark.parametrize(("category", "weight"), [("user.conflict", 90), ("unknown", 50)])
def test_a_certain_rule_and_a_text_without_a_cause_need_no_words(
    category: str, weight: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = replace(rule_book().general[category], weight=weight)
    monkeypatch.setattr(ranking, "fitting_rules", lambda _symptom: (rule,))
    assert as_likely("group.conflict", 0.99, monkeypatch).first is rule
