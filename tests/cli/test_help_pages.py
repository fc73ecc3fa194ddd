"""Help: examples first, one a line; nothing cut at any width; the same page by -h, --help and help."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer
from typer.core import TyperOption

from oktascim.cli.argv import TOPICS, as_help
from oktascim.cli.commands.help import Topic
from oktascim.cli.help_pages import app_as_argument, page
from oktascim.cli.main import run
from oktascim.cli.tree import COMMANDS, build

WIDTHS = (60, 80, 100, 120)


@cache
def root() -> Any:
    return typer.main.get_command(build("*"))


def contexts(command: Any = None, parent: Any = None) -> Iterator[Any]:
    """A context for each command and each group."""
    command = command or root()
    name = "oktascim" if parent is None else command.name
    context = typer.Context(command, info_name=name, parent=parent, help_option_names=["-h", "--help"])
    yield context
    for one in getattr(command, "commands", {}).values():
        yield from contexts(one, context)


def wrong_with(shown: str, context: Any, width: int) -> Iterator[str]:
    """What of a page of help does not fit its width, or is cut to fit it."""
    names = [name for one in context.command.params if isinstance(one, TyperOption) for name in one.opts]
    yield from (name for name in names if name not in shown.split() and f"{name}," not in shown.split())
    lines = [line for line in shown.splitlines() if not line.startswith(("  oktascim ", "Usage: "))]  # to be copied
    yield from (line for line in lines if len(line) > min(width, 100))
    yield from (mark for mark in "<…" if mark in re.sub(r"< token\.txt|COMMAND …|command:…", "", shown))


@pytest.mark.parametrize("width", WIDTHS)
def test_no_name_of_an_option_is_cut_and_no_line_is_too_long(width: int) -> None:
    found = {one.command_path: [*wrong_with(page(one.command, one, width), one, width)] for one in contexts()}
    assert len(found) > 40
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_examples_come_first_and_are_commands_that_can_be_copied() -> None:
    for context in contexts():
        if hasattr(context.command, "commands"):
            continue
        shown = page(context.command, context, 80).split("\n\n")
        title, *examples = shown[1].replace("\n  ", "\n").splitlines()
        assert title == "Examples:", f"{context.command_path} has no example"
        assert any(example.startswith(context.command_path) for example in examples), context.command_path
        assert all(shlex.split(example) for example in examples), context.command_path


@pytest.mark.parametrize("words", [["app", "assign"], ["plan"], ["connection"], []])
def test_each_way_to_ask_shows_the_same_page(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    pages = []
    for asked in ([*words, "--help"], [*words, "-h"], ["help", *words]):
        assert run(asked, environ={}) == 0
        pages.append(capsys.readouterr().out)
    assert pages[0].startswith(f"Usage: {' '.join(['oktascim', *words])} ")
    assert pages[1:] == pages[:1] * 2


def test_help_of_what_does_not_exist_is_refused_with_the_near_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", "aply"], environ={}) == 2
    assert "Did you mean apply?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["help"], ["--help"]),
        (["--yes", "help", "app", "list"], ["--yes", "app", "list", "--help"]),
        (["help", "exit-codes"], ["help", "exit-codes"]),
        (["help", "exitcodes"], ["help", "exitcodes"]),
        (["help", "template"], ["template", "--help"]),
        (["help", "--help"], ["help", "--help"]),
        (["app", "show", "help"], ["app", "show", "help"]),
        (["--profile", "help", "plan"], ["--profile", "help", "plan"]),
    ],
)
def test_help_with_a_command_is_help_of_the_command(words: list[str], meant: list[str]) -> None:
    assert as_help(words, COMMANDS) == meant


def test_the_topics_are_those_of_the_command() -> None:
    assert set(TOPICS) == set(Topic)
    assert set(TOPICS) & set(COMMANDS) == set()


def test_global_options_are_listed_in_every_command() -> None:
    context = next(one for one in contexts() if one.command_path == "oktascim app assign")
    everywhere = page(context.command, context, 80).partition("Everywhere:")[2]
    for name in ("--org-url URL", "--profile NAME", "-v, --verbose", "--timeout SECONDS", "-y, --yes"):
        assert name in everywhere
    assert "--version" not in everywhere


def single_app() -> list[Any]:
    return [one for one in contexts() if any(parameter.metavar == "APP" for parameter in one.command.params)]


def test_the_commands_for_one_app_are_known() -> None:
    assert {one.command_path.removeprefix("oktascim ") for one in single_app()} == {
        *(f"app {verb}" for verb in ("show", "activate", "deactivate", "delete", "assign", "unassign", "push-group")),
        *(f"connection {verb}" for verb in ("show", "test", "set", "activate", "deactivate")),
        *("export", "logs", "doctor"),
    }


@pytest.mark.parametrize("words", [["Acme CRM"], ["--app", "Acme CRM"], ["--app=Acme CRM"]])
def test_an_app_is_an_argument_or_an_option(words: list[str]) -> None:
    for context in single_app():
        needed = ["--group", "Sales"] if context.command.name == "push-group" else []
        parsed = context.command.make_context(context.info_name, [*needed, *words], parent=context.parent)
        name = next(parameter.name for parameter in context.command.params if parameter.metavar == "APP")
        assert parsed.params[name] in ("Acme CRM", ["Acme CRM"]), context.command_path


def test_two_apps_are_refused_and_words_after_two_hyphens_stay() -> None:
    assert app_as_argument(["a", "--app", "b", "--", "--app", "c"]) == ["a", "b", "--", "--app", "c"]
    assert app_as_argument(["--app"]) == []
    assert run(["app", "show", "a", "--app", "b"], environ={}) == 2
