"""docs/walks.md: every stop exists, and no walk is longer than twelve stops."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
WALKS = (ROOT / "docs" / "walks.md").read_text(encoding="utf-8").split("\n## ")[1:]
_STOP = re.compile(r"`(?P<file>[\w/]+\.py)` `(?P<name>\w+)`")


def defined_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


def test_every_stop_of_a_walk_exists() -> None:
    stops = [match.group("file", "name") for walk in WALKS for match in _STOP.finditer(walk)]
    assert len(stops) > 30
    assert [stop for stop in stops if stop[1] not in defined_in(stop[0])] == []


def test_a_walk_has_at_most_twelve_stops() -> None:
    assert len(WALKS) == 3
    for walk in WALKS:
        assert len(re.findall(r"^\d+\. ", walk, re.MULTILINE)) <= 12, walk.splitlines()[0]
