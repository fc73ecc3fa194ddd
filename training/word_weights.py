"""Learns the weights of `oktascim explain` from our own wordings: `make word-weights`.

A multinomial logistic regression over the words and signs of each text, with scikit-learn. Words of one or two texts
are left out, and so are weights that change little, which keeps the file short enough to read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import yaml
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

from oktascim.diagnose.likeness import features_of
from oktascim.diagnose.message import parse_message
from oktascim.diagnose.symptom import symptom_of

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "tests/unit/diagnose"
TARGET = ROOT / "oktascim/diagnose/word_weights.json"
REASON_LIMIT = 255
"""Characters of an outcome.reason in the System Log; of a longer text, the beginning is learned too."""
LEAST_TEXTS = 3
LEAST_WEIGHT = 0.8


def main() -> None:
    """Learn the weights and write them."""
    texts = list(labelled_texts())
    count = CountVectorizer(analyzer=features, binary=True, min_df=LEAST_TEXTS)
    model = LogisticRegression(C=10, max_iter=300)
    make_pipeline(count, Normalizer(), model).fit([text for _, *text in texts], [category for category, *_ in texts])
    by_feature: dict[str, dict[str, float]] = {}
    for feature, column in sorted(count.vocabulary_.items()):
        weights = zip(model.classes_, model.coef_[:, column], strict=True)
        by_feature[feature] = {name: round(weight, 1) for name, weight in weights if abs(weight) >= LEAST_WEIGHT}
    bias = {name: round(value, 1) for name, value in zip(model.classes_, model.intercept_, strict=True)}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(weights)}" for name, weights in by_feature.items())
    TARGET.write_text(f'{{"bias": {json.dumps(bias)},\n"by_feature": {{\n{lines}\n}}}}\n', encoding="utf-8")


def labelled_texts() -> Iterator[tuple[str, str, str | None]]:
    """The category, the text and, if any, the event type of each wording, and of what the System Log keeps of it."""
    for category, text, event in wordings():
        yield category, text, event
        if len(text) > REASON_LIMIT:
            yield category, text[:REASON_LIMIT], event


def wordings() -> Iterator[tuple[str, str, str | None]]:
    """The category, the text and, if any, the event type of each wording."""
    for path in (TEXTS / "wordings.yaml", ROOT / "training/texts.yaml"):
        for category, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for entry in entries:
                yield (category, entry, None) if isinstance(entry, str) else (category, entry["text"], entry["event"])
    for entry in yaml.safe_load((TEXTS / "stacks.yaml").read_text(encoding="utf-8")):
        yield entry["right"][0], entry["text"], entry.get("event")


def features(text: tuple[str, str | None]) -> list[str]:
    """The features of a text and its event type, as a list in a stable order."""
    message, event = text
    return sorted(features_of(symptom_of(parse_message(message), event)))


if __name__ == "__main__":
    main()
