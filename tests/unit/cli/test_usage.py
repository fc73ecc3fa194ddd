"""Whatever an option refuses, the error says what it accepts, and gives an example that it accepts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from oktascim.cli.tree import build
from oktascim.errors import UsageProblem

WRONG = ["abc", "", "nan", "-1.5", "1e400", "x" * 100_000, "\x1b[2J"]


def choosy(command: Any) -> Iterator[tuple[Any, Any]]:
    """Every option and argument that doesn't accept all texts, with its context."""
    context = command.context_class(command, info_name="oktascim")
    for one in command.get_params(context):
        kind = one.type_descriptor
        if (kind.is_choice or kind.annotation in {int, float}) and not getattr(one, "count", False):
            yield context, one
    for inner in getattr(command, "commands", {}).values():
        yield from choosy(inner)


def test_every_option_says_what_it_accepts() -> None:
    seen = 0
    for context, one in choosy(typer.main.get_command(build("*"))):
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
