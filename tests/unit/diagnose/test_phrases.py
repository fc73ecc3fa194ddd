"""A pattern is passed over only where it can't match."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from oktascim.diagnose.message import parse_message
from oktascim.diagnose.phrases import Phrase, Phrases, needs
from oktascim.diagnose.rulebook import rule_book
from oktascim.diagnose.symptom import symptom_of

WORDINGS = yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text())


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"\bcertificat", [("certificat",)]),
        (r"unique[ _-]?(key|index)", [("unique",), ("key", "index")]),
        (r"users? removed", [("user",), (" removed",)]),
        (r"x(was )?y", [("x",), ("y",)]),
        (r"a{0,3}bc+d", [("bc",), ("d",)]),
        (r"not? found|gone", [(" found", "gone")]),
        (r"\(x\)$", [("x",)]),
        (r"[(]never[)]", [("never",)]),
        (r"\[no class\] here", [("no class",), (" here",)]),
        (r"(?!.*only) used(?= by)", [(" used",), (" by",)]),
        (r"%{secret}.{0,60}\bexpired\b", [("%{secret}",), ("expired",)]),
        (r"(%{thing}) (%{other})?is", [("%{thing}",), (" ",), ("is",)]),
        (r"(%{thing}|it) is gone", [("%{thing}", "it"), (" is gone",)]),
        (r"(a|b(cd|ef)+)!", [("a", "cd", "ef"), ("!",)]),
        (r"(|x)\d", []),
        (r"%", []),
    ],
)
def test_what_a_pattern_needs(pattern: str, needed: list[tuple[str, ...]]) -> None:
    assert needs(pattern) == needed


def test_a_phrase_is_compiled_only_for_a_text_that_holds_what_it_needs() -> None:
    phrase = Phrase("%{secret} has expired", {"secret": Phrases(["token", "key"], {})})
    assert not phrase.is_in("the session has expired")
    assert "compiled" not in vars(phrase)
    assert phrase.is_in("the token has expired")


def test_no_phrase_of_the_rules_is_passed_over_that_would_match() -> None:
    texts = {
        symptom_of(parse_message(text if isinstance(text, str) else text["text"])).text
        for wordings in WORDINGS.values()
        for text in wordings[::6]
    }
    conditions = [condition for rule in rule_book().rules for condition in rule.when]
    wrong = [
        (phrases.pattern, text)
        for condition in conditions
        for phrases in (condition.says, condition.also_says, condition.not_says, condition.sent)
        if phrases is not None
        for compiled in [re.compile(phrases.pattern)]
        for text in texts
        if phrases.found_in(text) != bool(compiled.search(text))
    ]
    assert wrong == []
