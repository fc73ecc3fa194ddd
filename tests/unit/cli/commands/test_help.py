"""`oktascim help`: the variables that the program reads are all named."""

from __future__ import annotations

import re

import pytest

from oktascim.cli.commands.help import ENVIRONMENT
from tests.conftest import REPOSITORY
from tests.support.terminal import shown

READ = re.compile(r"\bOKTASCIM_[A-Z_]*[A-Z]\b")
INTERNAL = {"OKTASCIM_COMPLETE"}  # typer's own, for the completion of shells


@pytest.mark.parametrize("page", ["help", "settings.md"])
def test_every_variable_of_ours_is_named(page: str) -> None:
    text = ENVIRONMENT if page == "help" else (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    sources = (file.read_text(encoding="utf-8") for file in (REPOSITORY / "oktascim").rglob("*.py"))
    read = {name for source in sources for name in READ.findall(source)} - INTERNAL
    assert len(read) > 5
    assert {name for name in read if name not in text} == set()
    assert "_FROM" in text


@pytest.mark.parametrize("topic", ["environment", "exit-codes", "templates"])
def test_a_topic_on_a_narrow_terminal_is_wrapped_between_words(topic: str) -> None:
    code, narrow = shown(40, ("help", topic), {})
    _, wide = shown(80, ("help", topic), {})
    assert code == 0
    assert max(map(len, narrow)) <= 40
    assert " ".join(narrow).split() == " ".join(wide).split()
    assert max(map(len, wide)) <= 80
