"""Every command and option that a page names exists, and docs/commands.md names every command with an example."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer

from oktascim.cli.main import COMMANDS, build, run
from tests.conftest import REPOSITORY

PAGES = sorted([*REPOSITORY.glob("docs/*.md"), REPOSITORY / "README.md"])
GLOBAL = {
    "--org-url",
    "--profile",
    "--i-mean",
    "--verbose",
    "-v",
    "-vv",
    "--yes",
    "-y",
    "--no-color",
    "--help",
    "--version",
}
_BLOCK = re.compile(r"```(?:console|sh|bash)\n(.*?)```", re.DOTALL)
_INLINE = re.compile(r"`(oktascim [^`]+)`")
_ENDS = {"|", "||", "&&", ";", ">", ">>", "<", "#", "--"}
_OPTION = re.compile(r"-{1,2}[a-z][a-z-]*")


@cache
def tree() -> Any:
    return typer.main.get_command(build("*"))


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that does something, as the words that call it."""
    children = getattr(group or tree(), "commands", {})
    for name, child in children.items():
        yield from commands(child, (*path, name)) if getattr(child, "commands", {}) else [(*path, name)]


def lines(text: str) -> Iterator[list[str]]:
    """The words of every command line of a page, up to what belongs to the shell or to another program."""
    shell = (line.removeprefix("$ ") for block in _BLOCK.findall(text) for line in block.splitlines())
    for line in [*(line for line in shell if line.startswith("oktascim ")), *_INLINE.findall(text)]:
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            words = line.split()
        end = next((index for index, word in enumerate(words) if word in _ENDS), len(words))
        yield words[1:end]


def command_of(words: list[str]) -> tuple[Any, tuple[str, ...]]:
    """The command that words call, and its name."""
    found, path = tree(), ()
    for word in words:
        child = getattr(found, "commands", {}).get(word)
        if child is None:
            break
        found, path = child, (*path, word)
    return found, path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page: Any) -> None:
    for words in lines(page.read_text(encoding="utf-8")):
        if not words or words[0].startswith("-") or words[0] in {"COMMAND", "…"}:
            continue
        found, path = command_of(words)
        assert path, f"{page.name}: there is no command {words[0]}"
        known = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}
        known |= {"--app"} if any(parameter.metavar == "APP" for parameter in found.params) else set()
        used = {_OPTION.match(word)[0] for word in words if _OPTION.match(word)}
        assert used <= known | GLOBAL, f"{page.name}: oktascim {' '.join(path)} has no {used - known - GLOBAL}"


def test_the_page_of_commands_names_and_shows_each() -> None:
    text = (REPOSITORY / "docs" / "commands.md").read_text(encoding="utf-8")
    shown = {command_of(words)[1] for block in _BLOCK.findall(text) for words in lines(f"```console\n{block}```")}
    named = {command_of(shlex.split(line)[1:])[1] for line in _INLINE.findall(text)}
    assert set(commands()) - shown == set()
    assert set(commands()) - named == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_without_an_org(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run([name, "--help"], environ={}, stdout=io.StringIO(), stderr=io.StringIO(), stdin=io.StringIO())
    assert code == 0
    assert f"oktascim {name}" in capsys.readouterr().out
