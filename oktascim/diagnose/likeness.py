"""Which category the words of a text are most like, where no rule is sure.

Each word, and each sign such as the status, speaks for some categories and against others. The weights in
word_weights.json are learned from wordings of our own (training/word_weights.py).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oktascim.diagnose.symptom import Symptom

_WORD = re.compile(r"[a-z@#_]+[a-z_0-9@#-]*")
_LEAST_WORDS = 3
_SIGNS = ("about", "action", "status", "body", "scim_type")


@dataclass(frozen=True, slots=True)
class Likeness:
    """The category whose wordings a text is most like.

    Attributes:
        category: one of `finding.CATEGORIES`.
        share: 0 to 1, its probability among all of them.
    """

    category: str
    share: float


def likeness_of(symptom: Symptom) -> Likeness | None:
    """Add up the weights of a text's words and signs for each category.

    Returns:
        The category with the highest sum; None if the text has too few known words, or if the JSON of an exchange
        shows more than words do.
    """
    weights = _weights()
    features = [feature for feature in sorted(features_of(symptom)) if feature in weights.by_feature]
    if symptom.says_nothing or symptom.seen or sum("=" not in feature for feature in features) < _LEAST_WORDS:
        return None
    known = [weights.by_feature[feature] for feature in features]
    sums = dict(weights.bias)
    for by_category in known:
        for category, weight in by_category.items():
            sums[category] += weight / math.sqrt(len(known))
    category = max(sums, key=sums.__getitem__)
    return Likeness(category, 1 / sum(math.exp(value - sums[category]) for value in sums.values()))


def features_of(symptom: Symptom) -> frozenset[str]:
    """The words of a text and of its request, and its signs as `name=value`."""
    signs = (f"{name}={value}" for name in _SIGNS if (value := getattr(symptom, name)) is not None)
    return frozenset(_WORD.findall(f"{symptom.text} {symptom.sent}")).union(signs)


@dataclass(frozen=True, slots=True)
class _Weights:
    """What was learned: a first guess for each category, and what each word or sign says about it."""

    bias: Mapping[str, float]
    by_feature: Mapping[str, Mapping[str, float]]


@cache
def _weights() -> _Weights:
    """The weights of the package."""
    return _Weights(**json.loads(Path(__file__).with_name("word_weights.json").read_bytes()))
