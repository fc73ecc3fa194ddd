"""Where a response differs from what a step expects of it, path by path, as sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from oktascim.check.expect import fault, path_in_words
from oktascim.check.sent import Sent
from oktascim.check.values import MISSING
from oktascim.scim.report import Judgement

_MOST_MISSING = 3
"""Attributes that are missing and get a sentence each (our choice)."""
_ENTRY = re.compile(r"(\w+)\[id=([^\]]*)\]")


def mismatches(sent: Sent, expected: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a response has other than expected; a wrong status hides the rest.

    Args:
        sent: the request and its response.
        expected: what `expect.fault` expects, by path.

    Returns:
        Pairs of a path and a sentence.
    """
    if isinstance(sent.answer, Judgement):
        return [("http", sent.answer.detail)]
    found = ((path, _fault_at(sent, path, wanted)) for path, wanted in expected.items())
    wrong = [(path, text) for path, text in found if text]
    return wrong[:1] if wrong and wrong[0][0] == "http" else wrong


def _fault_at(sent: Sent, path: str, wanted: Any) -> str | None:
    """What is wrong at a path; an entry that a list doesn't have is what is missing, not its attributes."""
    text = fault(path_in_words(path), sent.at(path), wanted)
    entry = _ENTRY.match(path)
    if text is None or entry is None or sent.at(entry[0]) is not MISSING:
        return text
    return f"{entry[1]} has no entry with the id {entry[2]}."


def in_sentences(sent: Sent, wrong: Sequence[tuple[str, str]]) -> str:
    """The mismatches of a response as text; many attributes that are missing are listed in one sentence."""
    missing = [path for path, _ in wrong if sent.at(path) is MISSING]
    if len(missing) <= _MOST_MISSING:
        return " ".join(text for _, text in wrong)
    others = [text for path, text in wrong if path not in missing]
    return " ".join([*others, f"Missing: {', '.join(map(path_in_words, missing))}."])
