"""What the help of a command says, read from its Typer definition; `help_pages` lays it out for a terminal."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

_EXAMPLES = re.compile(r"Examples?:\s+(?=`)")
_EXAMPLE = re.compile(r"`([^`]+)`")
_BASED = re.compile(r"^--?")

APP = "APP"
"""The metavar of an argument that names an app."""

Row = tuple[str, str]
"""A name and its text."""


@dataclass(frozen=True)
class Help:
    """The help of one command.

    Attributes:
        usage: the words of its usage line.
        examples: commands to copy.
        text: what it does, its paragraphs with blank lines between them.
        tables: commands, arguments and options: a title and rows each; none is empty.
        epilog: the closing text, or "".
    """

    usage: str
    examples: tuple[str, ...]
    text: str
    tables: tuple[tuple[str, tuple[Row, ...]], ...]
    epilog: str


def help_of(command: TyperCommand | TyperGroup, context: typer.Context) -> Help:
    """Read the help of a command.

    Args:
        command: the command or group.
        context: the context that the help is shown in; its root has the global options.
    """
    text, examples = divide(command.help or "")
    if not examples and not isinstance(command, TyperGroup) and not any(one.required for one in command.params):
        examples = [context.command_path]
    root = context.find_root()
    parameters = [one for one in command.params if not getattr(one, "hidden", False)]
    own = [one for one in parameters if isinstance(one, TyperOption)]
    tables = [*_commands(command)]
    tables.append(("Arguments", [_argument(one) for one in parameters if isinstance(one, TyperArgument)]))
    helped = ("-h, --help", "Show this page and exit.")
    if context is root:
        tables.append(("Options, before or after every command", [*map(_option, own), helped]))
    else:
        everywhere = [_option(one) for one in root.command.params if isinstance(one, TyperOption) and _is_global(one)]
        tables += [*_panels(own), ("Everywhere", [*everywhere, helped])]
    return Help(
        usage=f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}",
        examples=tuple(examples),
        text=text,
        tables=tuple((title, tuple(rows)) for title, rows in tables if rows),
        epilog=command.epilog or "",
    )


def usage_words(command: TyperCommand | TyperGroup) -> list[str]:
    """The words after a command's name in its usage line."""
    arguments = [one for one in command.params if isinstance(one, TyperArgument) and not one.hidden]
    return ["[OPTIONS]", *(usage_word(one) if one.required else f"[{usage_word(one)}]" for one in arguments)]


def divide(text: str) -> tuple[str, list[str]]:
    """A docstring without its examples, and these, each on one line."""
    kept, examples = [], list[str]()
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if _EXAMPLES.match(paragraph):
            examples += [" ".join(found.split()) for found in _EXAMPLE.findall(paragraph)]
        else:
            kept.append(paragraph)
    return "\n\n".join(kept), examples


def _commands(command: TyperCommand | TyperGroup) -> Iterator[tuple[str, list[Row]]]:
    """The commands of a group by their panel."""
    panels: dict[str, list[Row]] = {}
    for name, one in command.commands.items() if isinstance(command, TyperGroup) else ():
        if not one.hidden:
            panel = getattr(one, "rich_help_panel", None)
            summary = divide(one.help or "")[0].split("\n\n", maxsplit=1)[0]
            panels.setdefault(panel if isinstance(panel, str) else "Commands", []).append((name, summary))
    yield from panels.items()


def _panels(options: Sequence[TyperOption]) -> Iterator[tuple[str, list[Row]]]:
    """The options of a command by their panel; those without one come last."""
    titles = dict.fromkeys(one.rich_help_panel or "Options" for one in options)
    for title in sorted(titles, key=lambda title: title == "Options"):
        yield title, [_option(one) for one in options if (one.rich_help_panel or "Options") == title]


def usage_word(argument: TyperArgument) -> str:
    """An argument as the usage line shows it."""
    word = argument.metavar or (argument.name or "").upper()
    return word + ("" if argument.nargs == 1 else "...")


def _argument(argument: TyperArgument) -> Row:
    text = _text(argument)
    return usage_word(argument), f"{text} Also as --app {APP}." if argument.metavar == APP else text


def _option(option: TyperOption) -> Row:
    names = sorted(option.opts, key=len)
    word = "" if option.is_flag or option.count else f" {word_of(option)}"
    shown = " / ".join([", ".join(names) + word, *option.secondary_opts])
    return shown, _text(option)


def word_of(option: TyperOption) -> str:
    """A word for an option's value: its metavar; FORMAT, FILE or N by its type; or the last word of its name."""
    longest = max(option.opts, key=len)
    kind = option.type_descriptor
    if option.metavar:
        return option.metavar
    if longest == "--output":
        return "FORMAT"
    if kind.is_path:
        return "FILE"
    if kind.annotation in {int, float} or kind.is_ranged:
        return "N"
    return _BASED.sub("", longest).rpartition("-")[2].upper()


def _text(parameter: TyperArgument | TyperOption) -> str:
    """The help of a parameter, with the values that it accepts and its default, as one sentence."""
    text = parameter.help or ""
    remarks = "; ".join(_remarks(parameter))
    return f"{text.removesuffix('.')} ({remarks})." if remarks else text


def _remarks(parameter: TyperArgument | TyperOption) -> list[str]:
    remarks = list[str]()
    if choices := choices_of(parameter):
        remarks.append(", ".join(choices))
    low, high = getattr(parameter, "min", None), getattr(parameter, "max", None)
    is_count = getattr(parameter, "count", False)
    if low is not None and high is not None:
        remarks.append(f"{low:g} to {high:g}")
    elif low and not is_count:
        remarks.append(f"at least {low:g}")
    if parameter.required and isinstance(parameter, TyperOption):
        remarks.append("required")
    default: Any = parameter.default
    if parameter.show_default and default not in (None, False, "", 0, (), []) and not callable(default):
        shown = "on" if default is True else getattr(default, "value", default)
        remarks.append(f"default: {shown}")
    return remarks


def choices_of(parameter: TyperArgument | TyperOption) -> list[str]:
    """The values that a choice accepts; none for a parameter of another kind."""
    kind = parameter.type_descriptor
    return [str(getattr(choice, "value", choice)) for choice in kind.choices or ()] if kind.is_choice else []


def _is_global(option: TyperOption) -> bool:
    """Whether it works in every command: not --version and those that install completion."""
    return not {"--version", "--install-completion", "--show-completion"} & set(option.opts)
