"""Whatever an option refuses, the error says what it accepts, and gives an example that it accepts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from oktascim.cli.tree import build
from oktascim.errors import UsageProblem

WRONG = ["abc", "", "nan", "-1.5", "1e400", "x" * 100_000, "\x1b[2J"]


def parameters(command: Any) -> Iterator[tuple[Any, Any]]:
    """Every option and argument with its context."""
    context = command.context_class(command, info_name="oktascim")
    yield from ((context, one) for one in command.get_params(context))
    for inner in getattr(command, "commands", {}).values():
        yield from parameters(inner)


def is_choosy(parameter: Any) -> bool:
    """Whether it doesn't accept all texts."""
    kind = parameter.type_descriptor
    return (kind.is_choice or kind.annotation in {int, float}) and not getattr(parameter, "count", False)


def test_every_option_says_what_it_accepts() -> None:
    seen = 0
    for context, one in parameters(typer.main.get_command(build("*"))):
        if not is_choosy(one):
            continue
        for value in WRONG:
            with pytest.raises(UsageProblem) as raised:
                one.get_runtime_param().coerce(value, param=one, ctx=context)
            said, example = raised.value.what, str(raised.value.fix).splitlines()[0].split()[-1]
            assert " must be " in said
            assert len(said) < 200
            assert not {"input", "parse", "valid"} & set(said.lower().split()), said
            one.get_runtime_param().coerce(example, param=one, ctx=context)
            seen += 1
    assert seen > 300


def test_no_text_or_path_may_be_empty_but_a_filter_and_the_words_of_another_program() -> None:
    """An empty value is a variable that a script didn't set: `destroy ""` must not work on the current folder."""
    accepted = set()
    for context, one in parameters(typer.main.get_command(build("*"))):
        if one.type_descriptor.annotation not in {str, Path, list[str], list[Path]}:
            continue
        value: Any = ("a", "") if one.multiple or one.nargs == -1 else ""
        try:
            one.get_runtime_param().coerce(value, param=one, ctx=context)
        except UsageProblem as problem:
            assert problem.what.endswith(" is empty."), one.name
        else:
            accepted.add(one.name)
    assert accepted == {"expression", "command"}
