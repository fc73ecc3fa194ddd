"""A value that Typer isn't asked about is the one that Typer would give."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
import typer
from typer._coercion import build_runtime_param

from oktascim.cli.plain_values import UNDECIDED, plain
from oktascim.cli.tree import build


def parameters(command: Any) -> Iterator[tuple[Any, Any]]:
    """Every parameter of a command and of those in it, with its context."""
    context = command.context_class(command)
    yield from ((context, one) for one in command.get_params(context))
    for inner in getattr(command, "commands", {}).values():
        yield from parameters(inner)


def values_for(kind: Any) -> list[Any]:
    """Values that a command line may have for an option of this type."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [member.value for member in kind]
    return [("a", ""), ("1",)] if getattr(kind, "__origin__", None) is list else ["", "1", "a b"]


def test_a_plain_value_is_what_typer_makes_of_it() -> None:
    decided = 0
    for context, one in parameters(typer.main.get_command(build("*"))):
        typers = build_runtime_param(one.type_descriptor)
        for value in (None, one.get_default(context), *values_for(one.type_descriptor.annotation)):
            mine = plain(value, one)
            if mine is not UNDECIDED:
                made = typers.coerce(value, param=one, ctx=context)
                assert (mine, type(mine)) == (made, type(made)), one.name
                decided += 1
    assert decided > 500


@pytest.mark.parametrize(
    ("words", "told"),
    [(["-o", "jsn"], "jsn"), (["--limit", "x"], "a valid integer"), (["--last", "0"], "greater than or equal to 1")],
)
def test_what_is_not_plain_is_refused_by_typer(words: list[str], told: str) -> None:
    logs: Any = typer.main.get_command(build("logs")).commands["logs"]  # type: ignore[attr-defined]
    with pytest.raises(typer.BadParameter, match=told):
        logs.make_context("logs", words)
