"""Wordings that no message, help text, docstring or page should have, each with the better one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BETTER = {
    r"\banew\b": "again, or: recreate it",
    r"\bcannot be had\b": "could not read, or: is unavailable",
    r"\band its fellows\b": "and the related variables",
    r"\b(?:is|are) no (?:template|cursor|emulated|profile name|program)\b": "isn't a …",
    r"\bnobody is (?:here|there)\b": "no interactive terminal",
    r"\bstands here twice\b": "duplicate key",
    r"\bexclude each other\b": "can't be used together",
    r"\bthe API has no place\b": "the API can't set …",
    r"\bhas no word of\b": "doesn't show",
    r"\bwaits for a person\b": "a manual step is required",
}
ROOMS = ("routes", "scim", "doctor", "settings", "spec", "logs", "okta", "cli/commands/logs")


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """Every string of a module with its line, docstrings and the parts of f-strings included."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


@pytest.mark.parametrize("room", ROOMS)
def test_no_worst_wording(room: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}: {match[0]!r}; better: {better}"
        for file in sorted((ROOT / "oktascim" / room).rglob("*.py"))
        for line, text in texts(file)
        for pattern, better in BETTER.items()
        if (match := re.search(pattern, text))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("pattern", "text"), [(r"\banew\b", "Make it anew"), (r"\bhas no word of\b", "has no word of")]
)
def test_the_patterns_match(pattern: str, text: str) -> None:
    assert pattern in BETTER
    assert re.search(pattern, text)
