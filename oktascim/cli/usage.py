"""What is wrong with a command line: what is allowed instead, and an example."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from shlex import quote
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from oktascim.cli.argv import OUTPUT
from oktascim.cli.help_content import choices_of, divide, usage_word, word_of
from oktascim.errors import UsageProblem
from oktascim.nearest import nearest
from oktascim.wording import in_words

_EXTRA = re.compile(r"Got unexpected extra argument\(s\) \((.*)\)", re.DOTALL)
_LONGEST = 60
_NUMBERS = {int: "a whole number", float: "a number"}
_NUMBER = 10
"""The example of a number without a default."""


def wrong_value(value: Any, parameter: Any, context: typer.Context) -> UsageProblem:
    """The error for a value that an option or argument doesn't accept; texts and paths accept all but empty ones.

    Args:
        value: what was typed.
        parameter: Typer's option or argument.
        context: the command's context.
    """
    typed = _shortened(str(value))
    name = _name(parameter)
    is_option = isinstance(parameter, TyperOption)
    if not choices_of(parameter) and parameter.type_descriptor.annotation not in _NUMBERS:
        fix = "Set a value, or remove the option." if is_option else "Pass a value. Is a shell variable unset?"
        return UsageProblem(f"{name} is empty.", fix=_lines(fix, context))
    example = f"{name} {_example(parameter, typed)}" if is_option else _example(parameter, typed)
    return UsageProblem(
        f"{name} must be {_allowed(parameter)}, not '{typed}'.", fix=_lines(f"For example: {example}", context)
    )


def usage_problem(error: typer.TyperException) -> UsageProblem:
    """The error that the parser found, in our words.

    Args:
        error: an unknown option or command, or a value or argument that is missing or too much.
    """
    context: typer.Context | None = getattr(error, "ctx", None)
    parameter: Any = getattr(error, "param", None)
    message = error.format_message()
    if isinstance(parameter, TyperArgument):
        return UsageProblem(f"Missing argument: {_name(parameter)}.", fix=_lines(_example_of(context), context))
    if isinstance(parameter, TyperOption):
        return UsageProblem(f"Missing option: {_name(parameter)}.", fix=_lines(_example_of(context), context))
    name = getattr(error, "option_name", "")
    is_group = bool(context and isinstance(context.command, TyperGroup))
    if message == "Missing command." or (name in OUTPUT and is_group):
        return UsageProblem("Specify a command.", fix=_lines("", context))
    if message.startswith("No such option"):
        return UsageProblem(f"No such option: {_shortened(name)}{_suggested(error)}", fix=_lines("", context))
    if message.endswith("does not take a value."):
        return UsageProblem(f"{name} doesn't take a value.", fix=_lines("", context))
    if message.startswith("Option "):
        option = next((one for one in _options(context) if name in one.opts), None)
        return UsageProblem(f"{name} needs a value.", fix=_lines(_with_value(name, option), context))
    if extra := _EXTRA.fullmatch(message):
        return UsageProblem(f"Unexpected argument: {_shortened(extra[1])}.", fix=_lines(_example_of(context), context))
    return UsageProblem(message, fix=_lines("", context))


def no_such_command(words: Sequence[str], group: TyperGroup, context: typer.Context) -> UsageProblem:
    """The error for a word that isn't a command of a group.

    Args:
        words: the word, and those after it: `app acme-crm show` names the app before the command.
        group: the group.
        context: its context.
    """
    typed, *others = words
    names = [name for name, one in group.commands.items() if not one.hidden]
    swapped = [
        f"`{context.command_path} {one} {quote(typed)}`"
        for one in others[:1]
        if one in names and len(typed) <= _LONGEST
    ]
    similar = swapped or nearest(typed, names, most=2, cutoff=0.7)
    return UsageProblem(f"No such command: {_shortened(typed)}{_or_not(similar)}", fix=_lines("", context))


def _with_value(name: str, option: TyperOption | None) -> str:
    """An option with an example of its value, or with the word for it if any text can be the value."""
    if option is None:
        return ""
    is_example = choices_of(option) or option.type_descriptor.annotation in _NUMBERS
    example = f"{name} {_example(option, '')}"
    return f"For example: {example}" if is_example else f"Write {example}."


def _allowed(parameter: Any) -> str:
    """What a parameter accepts, as the end of a sentence."""
    if choices := choices_of(parameter):
        return in_words(choices, " or ")
    number = _NUMBERS[parameter.type_descriptor.annotation]
    low, high = parameter.min, parameter.max
    if low is None:
        return number
    return f"{number} of at least {low:g}" if high is None else f"{number} from {low:g} to {high:g}"


def _example(parameter: Any, typed: str) -> str:
    """A value that the parameter accepts, the one most similar to what was typed; or a word for it."""
    if choices := choices_of(parameter):
        default = getattr(parameter.default, "value", parameter.default)
        return (nearest(typed, choices) or [choice for choice in choices if choice != default])[0]
    if parameter.type_descriptor.annotation in _NUMBERS:
        return f"{parameter.default or _NUMBER:g}"
    return word_of(parameter)


def _suggested(error: typer.TyperException) -> str:
    """The end of the sentence about an unknown option: similar ones, or the one that has this name as a value."""
    typed: str = getattr(error, "option_name", "")
    options = list(_options(getattr(error, "ctx", None)))
    wanted = typed.lstrip("-")
    similar = [f"{_name(option)} {wanted}" for option in options if wanted in choices_of(option)]
    names = [name for option in options for name in (*option.opts, *option.secondary_opts) if name.startswith("--")]
    similar = similar[:1] or nearest(typed, names, most=2, cutoff=0.7)
    return _or_not(similar)


def _or_not(similar: Sequence[str]) -> str:
    """`. Did you mean --exit-code?`, or only a full stop."""
    return f". Did you mean {' or '.join(similar)}?" if similar else "."


def _options(context: typer.Context | None) -> Iterator[TyperOption]:
    """The options of a command and those that work everywhere."""
    commands = [context.command, context.find_root().command] if context else []
    yield from (one for command in commands for one in command.params if isinstance(one, TyperOption))


def _example_of(context: typer.Context | None) -> str:
    """The first example of a command's help."""
    examples = divide(context.command.help or "")[1] if context else []
    return f"For example: {examples[0]}" if examples else ""


def _lines(example: str, context: typer.Context | None) -> str:
    help_line = f"See `{context.command_path if context else 'oktascim'} --help`."
    return "\n".join(line for line in (example, help_line) if line)


def _name(parameter: Any) -> str:
    return (
        max(parameter.opts, key=len)
        if isinstance(parameter, TyperOption)
        else usage_word(parameter).removesuffix("...")
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
