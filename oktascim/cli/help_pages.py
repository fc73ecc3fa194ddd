"""What `--help` shows: usage, examples to copy, what the command does, its options, and those that work everywhere."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from oktascim.cli.help_content import APP, Row, help_of, usage_words
from oktascim.cli.plain_values import with_plain_values

_NARROWEST, _WIDEST = 40, 100
_WIDEST_NAME = 26
"""Columns of an option; a longer one has its text on the next line, so that nothing is cut."""


class Command(TyperCommand):
    """A command whose help is a page of this module."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """The whole page."""
        return page(self, ctx)

    def collect_usage_pieces(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The words after the command's name in its usage line."""
        return usage_words(self)

    def get_params(self, ctx: typer.Context) -> list[Any]:  # type: ignore[override]
        """Its options and arguments, with `--help`."""
        return with_plain_values(super().get_params(ctx))

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Parse the command line; where an APP is expected, `--app APP` is the same."""
        takes_app = any(one.metavar == APP for one in self.params if isinstance(one, TyperArgument))
        with _errors_of(ctx):
            return super().parse_args(ctx, app_as_argument(args) if takes_app else args)


class Group(TyperGroup):
    """A group of commands, likewise."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """The whole page."""
        return page(self, ctx)

    def collect_usage_pieces(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The words after the group's name in its usage line."""
        return [*usage_words(self), "COMMAND …"]

    def get_params(self, ctx: typer.Context) -> list[Any]:  # type: ignore[override]
        """Its options, with `--help`."""
        return with_plain_values(super().get_params(ctx))

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        """Find the command.

        Raises:
            UsageProblem: there is none of that name.
        """
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            from oktascim.cli.usage import no_such_command

            raise no_such_command(args, self, ctx)
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Parse the words before the command's name, and the name."""
        with _errors_of(ctx):
            return super().parse_args(ctx, args)


@contextmanager
def _errors_of(context: typer.Context) -> Iterator[None]:
    """Give errors of the parser their context, which it omits if an option has no value."""
    try:
        yield
    except typer.TyperException as error:
        if getattr(error, "ctx", context) is None:
            error.ctx = context  # type: ignore[attr-defined]
        raise


def app_as_argument(words: Sequence[str]) -> list[str]:
    """`--app APP` and `--app=APP` as the argument APP; what follows `--` stays."""
    found, rest = list[str](), iter(words)
    for word in rest:
        if word == "--":
            return [*found, word, *rest]
        if word == "--app":
            found += [value for value in [next(rest, None)] if value is not None]
        else:
            found.append(word.removeprefix("--app="))
    return found


def page(command: Command | Group, context: typer.Context, width: int | None = None) -> str:
    """The help of one command.

    Args:
        command: the command or group.
        context: the context that the help is shown in; its root has the global options.
        width: columns; those of the terminal by default.
    """
    columns = min(max(width or shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
    shown = help_of(command, context)
    blocks = [
        [f"Usage: {shown.usage}"],
        ["Examples:", *(f"  {line}" for line in shown.examples)] if shown.examples else [],
        [*_paragraphs(shown.text, columns)],
        *([f"{title}:", *_table(rows, columns)] for title, rows in shown.tables),
        [*_paragraphs(shown.epilog, columns)],
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _paragraphs(text: str, columns: int) -> Iterator[str]:
    for number, paragraph in enumerate(filter(None, text.split("\n\n"))):
        if number:
            yield ""
        yield from _wrapped(paragraph, columns)


def _wrapped(text: str, columns: int) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), columns, break_long_words=False, break_on_hyphens=False)


def _table(rows: Sequence[Row], columns: int) -> Iterator[str]:
    """Names and their texts in two columns."""
    first = max((len(name) for name, _ in rows if len(name) <= _WIDEST_NAME), default=0) + 2
    for name, text in rows:
        lines = _wrapped(text, columns - first - 2)
        if len(name) > _WIDEST_NAME or not lines:
            yield f"  {name}"
        else:
            yield f"  {name:{first}}{lines.pop(0)}"
        yield from (" " * (first + 2) + line for line in lines)
