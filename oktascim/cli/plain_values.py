"""Accepts values of options that need no conversion, without Typer's validators.

For every option of the command that runs, given or not, Typer builds a validator of pydantic. Loading pydantic and
building them took a fifth of the time until a first request. Most values need none: an option that wasn't given, a
default, a text, a choice spelled as in the help. All others go to Typer, and what it rejects is reported in our words.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from math import isfinite
from typing import Any, Literal, get_args, get_origin

import typer

from oktascim.errors import UsageProblem

UNDECIDED = object()
_IN_A_RANGE = (int, float)
_OF_ANOTHER_PROGRAM = "command"
"""The argument whose words `emulator run` passes on as they are."""


def with_plain_values(parameters: list[Any]) -> list[Any]:
    """The same parameters, which ask Typer only for values that aren't plain."""
    for parameter in parameters:
        validator = getattr(parameter, "get_runtime_param", None)  # of Typer 0.29; without it, Typer checks every value
        if validator and not isinstance(getattr(validator, "__self__", None), _Plain):
            parameter.get_runtime_param = _Plain(validator).itself
    return parameters


class _Plain:
    """Takes the place of Typer's validator of one parameter.

    Args:
        validator: makes the validator that it replaces.
    """

    def __init__(self, validator: Callable[[], Any]) -> None:
        self._validator = validator

    def itself(self) -> _Plain:
        return self

    def coerce(self, value: Any, *, param: Any, ctx: Any) -> Any:
        """The value as the command accepts it.

        Raises:
            UsageProblem: it doesn't accept it.
        """
        if _is_empty(value) and param.default != "" and param.name != _OF_ANOTHER_PROGRAM:
            raise _refused(value, param, ctx)
        found = plain(value, param)
        if found is not UNDECIDED:
            return found
        try:
            converted = self._validator().coerce(value, param=param, ctx=ctx)
        except typer.BadParameter:
            raise _refused(value, param, ctx) from None
        if isinstance(converted, float) and not isfinite(converted):
            raise _refused(value, param, ctx)
        return converted


def _is_empty(value: Any) -> bool:
    """Whether a value is an empty text, or has one: usually a variable that a script didn't set.

    Ignoring it would let a command work on all apps, on the current folder, or on another org than intended.
    """
    return value == "" or (isinstance(value, list | tuple) and "" in value)


def _refused(value: Any, parameter: Any, context: typer.Context) -> UsageProblem:
    from oktascim.cli.usage import wrong_value

    return wrong_value(value, parameter, context)


def plain(value: Any, parameter: Any) -> Any:
    """The value if it needs no validator, otherwise UNDECIDED.

    Args:
        value: from the command line, the environment or the command's own default.
        parameter: Typer's option or argument.
    """
    several = parameter.multiple or parameter.nargs == -1
    if value is None:
        return () if several else None
    described = parameter.type_descriptor
    kind = described.annotation
    if described.parameter_info.parser is not None:
        return UNDECIDED
    if several:
        is_plain = kind == list[str] and isinstance(value, list | tuple) and all(type(one) is str for one in value)
        return list(value) if is_plain else UNDECIDED
    if get_origin(kind) is Literal:
        return value if type(value) is str and value in get_args(kind) else UNDECIDED
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next((one for one in kind if value in (one, one.value)), UNDECIDED)
    is_plain = type(value) is kind and (kind not in _IN_A_RANGE or value == parameter.default)
    return value if is_plain else UNDECIDED
