"""The tests themselves: each asserts something, and lies where what it tests lies."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
UNIT = TESTS / "unit"
_ASSERTS = {"raises", "fail", "expect", "warns"}  # of pytest and Playwright


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for file in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield file, node


def called_in(function: ast.AST) -> set[str]:
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def asserts(function: ast.AST) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(function)) or bool(called_in(function) & _ASSERTS)


def test_every_test_asserts_something() -> None:
    found = list(functions())
    helpers = {one.name for _, one in found if asserts(one) and not one.name.startswith("test_")}
    # These assert wherever they stand, but are also named like methods of the product.
    helpers -= {"call", "run", "get", "send", "main", "work", "__init__"}
    silent = [
        f"{file.relative_to(ROOT)}:{one.lineno} {one.name}"
        for file, one in found
        if one.name.startswith("test_") and file.name.startswith("test_")
        if not asserts(one) and not called_in(one) & helpers
    ]
    assert silent == [], "Rule: a test asserts, or calls a helper that does."


def test_unit_tests_mirror_the_packages() -> None:
    wrong = []
    for file in UNIT.rglob("test_*.py"):
        path = file.relative_to(UNIT)
        package = (ROOT if path.parts[0] in {"okta_emulator", "release"} else ROOT / "oktascim") / path.parent
        name = file.stem.removeprefix("test_")
        beside = (package / f"{name}.py").exists() or (package / name).is_dir()
        elsewhere = [one for top in ("oktascim", "okta_emulator") for one in (ROOT / top).rglob(f"{name}.py")]
        if not package.is_dir() or (elsewhere and not beside):
            wrong.append(str(path))
    assert wrong == [], "Rule: tests/unit has the folders of the packages, and a module's tests have its name there."
