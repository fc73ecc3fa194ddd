"""What rules say to people: the commands that they name exist, and the sentences are plain."""

from __future__ import annotations

import re
import shlex
from functools import cache
from importlib import resources
from typing import Any

import pytest
import typer

from oktascim.cli.tree import build
from oktascim.diagnose.rulebook import rule_book

BOOK = rule_book()
TEXTS = {
    **{rule.id: f"{rule.cause} {rule.fix}" for rule in BOOK.rules},
    **{name: action.text for name, action in BOOK.okta_actions.items()},
}
COMMANDS = sorted({command for text in TEXTS.values() for command in re.findall(r"`oktascim ([^`]+)`", text)})
RULES = resources.files("oktascim.diagnose") / "rules"
ODD_ENGLISH = {
    "a colon that became a comma": r"\bactive, (true|false)\b|\banswers? \d{3}, |\bthe following, ",
    "a word for word translation": (
        r"\banew\b|\bany ?more\b|\bmostly\b|\bnobody\b|\bcreated new\b|\bstands (in|for)\b|\bthe door of\b"
        r"|\bon its way\b|\bcannot be had\b|\bnobody's\b|\bcure[sd]?\b|\btells? (whether|which)\b"
    ),
    "a singular after a number": r"\b([2-9]|\d\d+) (second|minute|user|time|attempt)\b(?!-)",
    "a doubled word": r"\b(\w+) \1\b",
}


@cache
def command_tree() -> Any:
    return typer.main.get_command(build("*"))


def test_rules_name_commands() -> None:
    assert len(COMMANDS) > 15


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_a_rule_names_exists(command: str) -> None:
    """A bare name such as `oktascim connection test` speaks of the command; anything more must parse."""
    root = found = command_tree()
    words = shlex.split(command)
    while words and words[0] in getattr(found, "commands", {}):
        found = found.commands[words.pop(0)]
    assert found is not root, f"no command {command}"
    if words:
        found.make_context(command, words)


@pytest.mark.parametrize("pattern", ODD_ENGLISH.values(), ids=ODD_ENGLISH)
def test_no_rule_speaks_odd_english(pattern: str) -> None:
    odd = [(name, found[0]) for name, text in TEXTS.items() if (found := re.search(pattern, text))]
    assert odd == []


def test_texts_for_people_are_block_scalars() -> None:
    """A plain scalar ends at a colon, and the colon was once turned into a comma to please YAML."""
    plain = [
        (path.name, line)
        for path in RULES.iterdir()
        if path.name.endswith(".yaml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*(cause|fix|text): (?!>-$)", line)
    ]
    assert plain == []
