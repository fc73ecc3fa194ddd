"""Writes the command reference (`make docs-site`) and the man pages (`make man`) from the help of each command."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from oktascim import __version__
from oktascim.cli.commands.help import ENVIRONMENT, EXIT_CODES
from oktascim.cli.help_content import Help, help_of
from oktascim.cli.tree import build

_CODE = re.compile(r"(`[^`]+`)")


def every_help() -> Iterator[tuple[str, Help]]:
    """The help of each command and group, by its name on the command line: `oktascim app list`."""
    yield from _below(typer.main.get_command(build("*")), None)


def _below(command: Any, parent: typer.Context | None) -> Iterator[tuple[str, Help]]:
    context = typer.Context(command, info_name=command.name if parent else "oktascim", parent=parent)
    yield context.command_path, help_of(command, context)
    for one in getattr(command, "commands", {}).values():
        yield from _below(one, context)


def reference() -> dict[str, str]:
    """The pages of the reference: file name and Markdown; a group and its commands share one."""
    pages: dict[str, list[str]] = {}
    for name, shown in every_help():
        words = name.split()
        page = pages.setdefault(f"{words[1]}.md" if len(words) > 1 else "index.md", [])
        page.append("\n\n".join(_markdown(name, shown, "#" * max(1, len(words) - 1))))
    topics = f"## Environment\n\n```text\n{ENVIRONMENT}\n```\n\n## Exit codes\n\n```text\n{EXIT_CODES}\n```"
    pages["index.md"].append(topics)
    return {name: "\n\n".join(parts) + "\n" for name, parts in pages.items()}


def _markdown(name: str, shown: Help, level: str) -> Iterator[str]:
    is_root = name == "oktascim"
    yield f"{level} {name}"
    yield f"```text\n{shown.usage}\n```"
    if shown.examples:
        yield "```console\n" + "\n".join(f"$ {line}" for line in shown.examples) + "\n```"
    yield _prose(shown.text)
    for title, rows in shown.tables:
        if title == "Everywhere":
            continue  # the first page shows them
        lines = [f"| {_name(one, title, is_root)} | {_prose(text)} |" for one, text in rows]
        yield "\n".join([f"**{title}**", "", "| | |", "|---|---|", *lines])
    if shown.epilog:
        yield _prose(shown.epilog)


def _name(name: str, title: str, is_root: bool) -> str:
    is_command = is_root and not title.startswith("Options")
    return f"[`{name}`]({name}.md)" if is_command else f"`{name}`"


def _prose(text: str) -> str:
    """A text in which Markdown sees no markup except code."""
    return "".join(
        part if part.startswith("`") else re.sub(r"([<>*_\[\]|])", r"\\\1", part) for part in _CODE.split(text)
    )


def manual() -> dict[str, str]:
    """The man pages: file name and text, for section 1."""
    return {f"{name.replace(' ', '-')}.1": _man(name, shown) for name, shown in every_help()}


def _man(name: str, shown: Help) -> str:
    first, *others = filter(None, shown.text.split("\n\n"))
    words = name.split()
    lines = [
        f'.TH "{"-".join(words).upper()}" "1" "" "oktascim {__version__}" "oktascim manual"',
        ".SH NAME", f"{_roff('-'.join(words))} \\- {_roff(first).rstrip('.')}",
        ".SH SYNOPSIS", f".B {_roff(name)}", _roff(shown.usage.removeprefix(name).strip()),
    ]  # fmt: skip
    if shown.examples:
        lines += [".SH EXAMPLES", ".nf", *map(_roff, shown.examples), ".fi"]
    if said := [_roff(text) for text in (*others, shown.epilog) if text]:
        lines += [".SH DESCRIPTION", *(line for text in said for line in (".PP", text))]
    for title, rows in shown.tables:
        lines.append(f'.SH "{_roff(title).upper()}"')
        for one, text in rows:
            lines += [".TP", f".B {_roff(one)}", _roff(text) or "\\&"]
    if name == "oktascim":
        for title, text in (("ENVIRONMENT", ENVIRONMENT), ("EXIT STATUS", EXIT_CODES)):
            lines += [f'.SH "{title}"', ".nf", *map(_roff, text.splitlines()), ".fi"]
    if len(words) > 1:
        parents = ["-".join(words[:count]) for count in range(1, len(words))]
        lines += [".SH SEE ALSO", ", ".join(f"\\fB{_roff(one)}\\fR(1)" for one in parents)]
    return "\n".join(lines) + "\n"


def _roff(text: str) -> str:
    """A text as one line of roff without requests and with hyphens that can be copied."""
    escaped = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    escaped = re.sub(r"[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", escaped)
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def write(pages: dict[str, str], folder: Path) -> None:
    """Write pages into a folder, and delete everything else in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(manual(), Path(sys.argv[1]))
