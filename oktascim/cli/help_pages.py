"""What `--help` shows: usage, examples to copy, what the command does, its options, and those that work everywhere."""

from __future__ import annotations

import inspect
import re
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

_NARROWEST, _WIDEST = 50, 100
_WIDEST_NAME = 26
"""Columns of an option; a longer one has its text on the next line, so that nothing is cut."""
_EXAMPLES = re.compile(r"Examples?:\s+(?=`)")
_EXAMPLE = re.compile(r"`([^`]+)`")
_BASED = re.compile(r"^--?")

APP = "APP"
"""The metavar of an argument that names an app."""

Row = tuple[str, str]


class Command(TyperCommand):
    """A command whose help is a page of this module."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """The whole page."""
        return page(self, ctx)

    def collect_usage_pieces(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The words after the command's name in its usage line."""
        return _usage(self)

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Parse the command line; where an APP is expected, `--app APP` is the same."""
        takes_app = any(one.metavar == APP for one in self.params if isinstance(one, TyperArgument))
        return super().parse_args(ctx, app_as_argument(args) if takes_app else args)


class Group(TyperGroup):
    """A group of commands, likewise."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """The whole page."""
        return page(self, ctx)

    def collect_usage_pieces(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """The words after the group's name in its usage line."""
        return [*_usage(self), "COMMAND …"]


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
        command: whose.
        context: the context it is shown in; its root has the global options.
        width: columns; those of the terminal by default.
    """
    columns = min(max(width or shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
    text, examples = divide(command.help or "")
    if not examples and not isinstance(command, Group) and not any(one.required for one in command.params):
        examples = [context.command_path]
    root = context.find_root()
    parameters = [one for one in command.params if not getattr(one, "hidden", False)]
    own = [one for one in parameters if isinstance(one, TyperOption)]
    helped = ("-h, --help", "Show this page and exit.")
    sections: list[tuple[str, Iterable[str]]] = [
        (f"Usage: {context.command_path} {' '.join(command.collect_usage_pieces(context))}", ()),
        ("Examples:", (f"  {line}" for line in examples)),
        ("", _paragraphs(text, columns)),
        *_commands(command, columns),
        ("Arguments:", _table([_argument(one) for one in parameters if isinstance(one, TyperArgument)], columns)),
    ]
    if context is root:
        sections.append(("Options, before or after every command:", _table([*map(_option, own), helped], columns)))
    else:
        everywhere = [_option(one) for one in root.command.params if isinstance(one, TyperOption) and _is_global(one)]
        sections += [
            *_panels(own, columns),
            ("Everywhere:", _table([*everywhere, helped], columns)),
        ]
    sections.append(("", _paragraphs(command.epilog or "", columns)))
    blocks = ["\n".join([*filter(None, [title]), *lines]) for title, lines in _filled(sections)]
    return "\n\n".join(blocks)


def divide(text: str) -> tuple[str, list[str]]:
    """A docstring without its examples, and these, each on one line."""
    kept, examples = [], list[str]()
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if _EXAMPLES.match(paragraph):
            examples += [" ".join(found.split()) for found in _EXAMPLE.findall(paragraph)]
        else:
            kept.append(paragraph)
    return "\n\n".join(kept), examples


def _filled(sections: Sequence[tuple[str, Iterable[str]]]) -> Iterator[tuple[str, list[str]]]:
    for title, lines in sections:
        if (found := list(lines)) or title.startswith("Usage:"):
            yield title, found


def _paragraphs(text: str, columns: int) -> Iterator[str]:
    for number, paragraph in enumerate(filter(None, text.split("\n\n"))):
        if number:
            yield ""
        yield from _wrapped(paragraph, columns)


def _wrapped(text: str, columns: int) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), columns, break_long_words=False, break_on_hyphens=False)


def _commands(command: Command | Group, columns: int) -> Iterator[tuple[str, list[str]]]:
    """The commands of a group by their panel."""
    panels: dict[str, list[Row]] = {}
    for name, one in command.commands.items() if isinstance(command, Group) else ():
        if not one.hidden:
            panel = getattr(one, "rich_help_panel", None)
            summary = divide(one.help or "")[0].split("\n\n", maxsplit=1)[0]
            panels.setdefault(panel if isinstance(panel, str) else "Commands", []).append((name, summary))
    return ((f"{panel}:", list(_table(rows, columns))) for panel, rows in panels.items())


def _panels(options: Sequence[TyperOption], columns: int) -> Iterator[tuple[str, Iterator[str]]]:
    """The options of a command by their panel; those without one come last."""
    titles = dict.fromkeys(one.rich_help_panel or "Options" for one in options)
    for title in sorted(titles, key=lambda title: title == "Options"):
        yield (
            f"{title}:",
            _table([_option(one) for one in options if (one.rich_help_panel or "Options") == title], columns),
        )


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


def _usage(command: Command | Group) -> list[str]:
    arguments = [one for one in command.params if isinstance(one, TyperArgument) and not one.hidden]
    return ["[OPTIONS]", *(_place(one) if one.required else f"[{_place(one)}]" for one in arguments)]


def _place(argument: TyperArgument) -> str:
    word = argument.metavar or (argument.name or "").upper()
    return word + ("" if argument.nargs == 1 else "...")


def _argument(argument: TyperArgument) -> Row:
    text = _text(argument)
    return _place(argument), f"{text} Also as --app {APP}." if argument.metavar == APP else text


def _option(option: TyperOption) -> Row:
    names = sorted(option.opts, key=len)
    word = "" if option.is_flag or option.count else f" {option.metavar or _word(option)}"
    shown = " / ".join([", ".join(names) + word, *option.secondary_opts])
    return shown, _text(option)


def _word(option: TyperOption) -> str:
    """A word for an option's value: the last one of its name, and FORMAT, FILE or N by its type."""
    longest = max(option.opts, key=len)
    kind = option.type_descriptor
    if longest == "--output":
        return "FORMAT"
    if kind.is_path:
        return "FILE"
    if kind.annotation in {int, float} or kind.is_ranged:
        return "N"
    return _BASED.sub("", longest).rpartition("-")[2].upper()


def _text(parameter: TyperArgument | TyperOption) -> str:
    """The help of a parameter, with what may be given and what holds if it isn't, as one sentence."""
    text = parameter.help or ""
    remarks = "; ".join(_remarks(parameter))
    return f"{text.removesuffix('.')} ({remarks})." if remarks else text


def _remarks(parameter: TyperArgument | TyperOption) -> list[str]:
    kind, remarks = parameter.type_descriptor, list[str]()
    if kind.is_choice:
        remarks.append(", ".join(str(getattr(choice, "value", choice)) for choice in kind.choices or ()))
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
        remarks.append(f"default: {getattr(default, 'value', default)}")
    return remarks


def _is_global(option: TyperOption) -> bool:
    """Whether it works in every command: not --version and those that install completion."""
    return not {"--version", "--install-completion", "--show-completion"} & set(option.opts)
