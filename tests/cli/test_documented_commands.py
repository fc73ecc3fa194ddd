"""Every command and option that a page names exists, and docs/commands.md names every command with an example."""

from __future__ import annotations

import ast
import io
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from oktascim.cli.main import run
from oktascim.cli.tree import COMMANDS, build
from tests.conftest import REPOSITORY

PAGES = sorted([*REPOSITORY.glob("docs/**/*.md"), REPOSITORY / "README.md"])
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
_WORD = re.compile(r"[a-z][a-z-]*")
_BARE = re.compile(r"(?<!`)\boktascim ([a-z]+(?: [^\n`]*)?)")
_STOPS = ".,;:)]}'\"<>"
_TEXTS = {".html", ".yaml", ".yml", ".js"}


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


def wrong_with(words: list[str]) -> str | None:
    """What does not exist of a command line without the program's name, or None."""
    if not words or words[0].startswith("-") or words[0] in {"COMMAND", "…"}:
        return None
    found, path = command_of(words)
    if not path:
        return f"there is no command {words[0]}"
    rest = words[len(path) :]
    if getattr(found, "commands", {}) and rest and _WORD.fullmatch(rest[0]):
        return f"oktascim {' '.join(path)} has no command {rest[0]}"
    known = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}
    known |= {"--app"} if any(parameter.metavar == "APP" for parameter in found.params) else set()
    unknown = {option[0] for word in rest if (option := _OPTION.match(word))} - known - GLOBAL
    return f"oktascim {' '.join(path)} has no {', '.join(sorted(unknown))}" if unknown else None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page: Any) -> None:
    wrong = [found for words in lines(page.read_text(encoding="utf-8")) if (found := wrong_with(words))]
    assert wrong == []


def texts_in(module: Path) -> Iterator[str]:
    """Every text of a module, with PLACEHOLDER for what is filled in as it runs."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "PLACEHOLDER" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def named_in(text: str) -> Iterator[list[str]]:
    """The words of each command line that a text names: between backticks, or in prose up to a mark or a line's end."""
    yield from lines(text)
    for line in _BARE.findall(text):
        words = line.split()
        if words[0] in COMMANDS:  # other words are prose: "oktascim can't …"
            end = next((number for number, word in enumerate(words) if word in _ENDS or word[-1] in _STOPS), len(words))
            yield [*words[:end], *(word.rstrip(_STOPS) for word in words[end : end + 1] if word not in _ENDS)]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Run `oktascim frobnicate acme`.", "there is no command frobnicate"),
        ("Run oktascim app remove acme.", "oktascim app has no command remove"),
        ("oktascim plan acme.yaml --foo | cat --bar", "oktascim plan has no --foo"),
        ("Run oktascim plan --foo.", "oktascim plan has no --foo"),
        ("`oktascim logs --app PLACEHOLDER --broken`", "oktascim logs has no --broken"),
        ("What oktascim can't do. `oktascim app list` --foo", None),
    ],
)
def test_what_does_not_exist_is_found_in_any_text(text: str, wrong: str | None) -> None:
    assert [found for words in named_in(text) if (found := wrong_with(words))] == ([wrong] if wrong else [])


def test_what_a_message_names_exists() -> None:
    modules = [file for package in ("oktascim", "okta_emulator") for file in (REPOSITORY / package).rglob("*.py")]
    wrong = {
        (str(module.relative_to(REPOSITORY)), found)
        for module in modules
        for text in texts_in(module)
        for words in named_in(text)
        if (found := wrong_with(words))
    }
    assert wrong == set()


def test_what_a_template_or_an_example_names_exists() -> None:
    folders = ("templates", "examples", "oktascim", "okta_emulator")
    files = [file for name in folders for file in (REPOSITORY / name).rglob("*") if file.suffix in _TEXTS]
    named = [(file.name, words) for file in [*files, REPOSITORY / "action.yml"] for words in named_in(file.read_text())]
    assert len(named) > 20
    assert [(name, found) for name, words in named if (found := wrong_with(words))] == []


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
