"""What a server or a file says never becomes a command to the runner of GitHub Actions."""

from __future__ import annotations

import io
import json
import re

import pytest

from oktascim.errors import OktascimError
from oktascim.redact import Masker
from oktascim.render.formats import Format, Table
from oktascim.render.github import GitHub
from oktascim.render.streams import Output

COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)  # how the runner looks for one (actions/runner, ActionCommand.cs)
EVIL = [
    "::error::pwned",
    "text\n::add-mask::a",
    "text\n  \t::stop-commands::x",
    "\r\n::set-output name=a::b",
    "\x1b[1m::error::pwned",
    "\u200b::error::pwned",
    "text ##[add-mask]a",
    "\n##[set-output name=a;]b",
    ":\u200b:error::pwned",
    "#\u200b#[error]pwned",
    "\u2003::error::pwned",
]


class Streams:
    def __init__(self, **environ: str) -> None:
        self.stdout, self.stderr = io.StringIO(), io.StringIO()
        self.output = Output(Masker(), environ, stdout=self.stdout, stderr=self.stderr, stdin=io.StringIO())

    @property
    def said(self) -> str:
        return self.stdout.getvalue() + self.stderr.getvalue()


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_starts_a_command(evil: str) -> None:
    streams = Streams(GITHUB_ACTIONS="true")
    output = streams.output
    output.note(evil)
    output.error(OktascimError(evil, why=evil, fix=evil))
    output.data(evil)
    output.data_painted(evil)
    for form in Format:
        output.show({"label": evil, evil: [evil]}, form, Table((evil, "b"), [(evil, evil)]))
    output.stdout.write_json(json.dumps({"label": evil}).encode())
    assert "pwned" in streams.said or evil[-1] in streams.said
    assert COMMAND.search(streams.said) is None, streams.said


@pytest.mark.parametrize("evil", EVIL)
def test_json_keeps_its_values(evil: str) -> None:
    streams = Streams(GITHUB_ACTIONS="true")
    streams.output.stdout.write_json(json.dumps({"label": evil}).encode())
    assert json.loads(streams.stdout.getvalue()) == {"label": evil}
    streams = Streams(GITHUB_ACTIONS="true")
    streams.output.show({"label": evil}, Format.JSON, Table((), ()))
    assert json.loads(streams.stdout.getvalue()) == {"label": evil}


def test_elsewhere_text_stays_as_it_is() -> None:
    streams = Streams()
    streams.output.note("::1 is the loopback address")
    assert streams.said == "::1 is the loopback address\n"


def test_our_own_annotations_are_commands(reports) -> None:
    streams = Streams(GITHUB_ACTIONS="true")
    GitHub({"GITHUB_ACTIONS": "true"}, streams.output, "apply").applied(reports, "1 failed")
    lines = streams.said.splitlines()
    assert lines
    assert all(line.startswith(("::error title=oktascim ", "::warning title=oktascim ")) for line in lines)


def test_an_annotation_holds_no_older_command() -> None:
    streams = Streams(GITHUB_ACTIONS="true")
    streams.output.command("::error title=oktascim a::b ##[set-output name=a;]b")
    assert "##[" not in streams.said
