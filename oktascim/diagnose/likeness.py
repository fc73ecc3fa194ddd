"""How much the words of a text are like those of each category.

Each word, and each sign such as the status, counts for some categories and against others. The weights in
word_weights.json are learned from wordings of our own (training/word_weights.py).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oktascim.diagnose.symptom import Symptom

_WORD = re.compile(r"[a-z@#_]+[a-z_0-9@#-]*")
_JOINT = re.compile(r"[_-]+")
_STEM = 6
"""The letters of a word that count: "suspended" and "suspension" say the same."""
_LEAST_WORDS = 3
_SIGNS = ("about", "action", "status", "body", "scim_type")


def likeness_of(symptom: Symptom) -> Mapping[str, float] | None:
    """Add up the weights of a text's words and signs for each category.

    Returns:
        The probability of each of `finding.CATEGORIES`, 0 to 1; None if the text has too few known words, or if the
        JSON of an exchange shows more than words do.
    """
    weights = _weights()
    features = [feature for feature in sorted(features_of(symptom)) if feature in weights.by_feature]
    if symptom.says_nothing or symptom.seen or sum("=" not in feature for feature in features) < _LEAST_WORDS:
        return None
    sums = dict(weights.bias)
    for feature in features:
        for category, weight in weights.by_feature[feature].items():
            sums[category] += weight / math.sqrt(len(features))
    largest = max(sums.values())
    odds = {category: math.exp(value - largest) for category, value in sums.items()}
    total = sum(odds.values())
    return {category: value / total for category, value in odds.items()}


def features_of(symptom: Symptom) -> frozenset[str]:
    """The beginnings of the words of a text and of its request, and its signs as `name=value`."""
    signs = (f"{name}={value}" for name in _SIGNS if (value := getattr(symptom, name)) is not None)
    return frozenset(word[:_STEM] for word in _words(f"{symptom.text} {symptom.sent}")).union(signs)


def _words(text: str) -> Iterator[str]:
    """Each word; of an identifier such as `last_admin` also its parts."""
    for word in _WORD.findall(text):
        yield word
        yield from filter(None, _JOINT.split(word))


@dataclass(frozen=True, slots=True)
class _Weights:
    """What was learned: a start value for each category, and how much each word or sign counts for or against it."""

    bias: Mapping[str, float]
    by_feature: Mapping[str, Mapping[str, float]]


@cache
def _weights() -> _Weights:
    """The weights of the package."""
    return _Weights(**json.loads(Path(__file__).with_name("word_weights.json").read_bytes()))
