"""A value that Typer isn't asked about is the one that Typer would give."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

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


HOSTILE = [
    "",
    "-",
    "+1",
    "１",
    "1_000",
    "1e3",
    "True",
    "off",
    "JSON",
    "a\udcffb",
    "a\x00b",
    0,
    -5,
    10**30,
    1.5,
    float("nan"),
]
HOSTILE += [True, False, b"a", [], ["a"], ("a", 1), "env:X"]
"""Values that a command line, the environment or a default may have, of the right type or not."""


def outcome(call: Callable[[], Any]) -> str:
    try:
        value = call()
    except typer.BadParameter as error:
        return f"refused: {error}"
    return repr((value, type(value)))


def test_no_value_passes_that_typer_refuses_or_changes() -> None:
    made: dict[tuple[str, str], str] = {}
    for context, one in parameters(typer.main.get_command(build("*"))):
        typers = build_runtime_param(one.type_descriptor)
        for value in HOSTILE:
            mine = plain(value, one)
            if mine is UNDECIDED:
                continue
            key = (repr(one.type_descriptor), repr(value))  # most options are of a type that others have too
            if key not in made:
                made[key] = outcome(functools.partial(typers.coerce, value, param=one, ctx=context))
            assert repr((mine, type(mine))) == made[key], (one.name, value)


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
