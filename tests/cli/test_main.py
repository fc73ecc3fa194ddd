"""The frame of every command: options, exit codes, usage errors, closed pipes, bugs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from oktascim import __version__
from oktascim.cli.commands import template
from oktascim.cli.main import run
from oktascim.cli.tree import COMMANDS
from oktascim.errors import ExitCode
from oktascim.runs.session import Session

REPOSITORY = Path(__file__).parents[2]


def oktascim(*arguments: str, **environ: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = run(arguments, environ=environ, stdout=stdout, stderr=stderr, stdin=io.StringIO())
    return code, stdout.getvalue(), stderr.getvalue()


def test_version() -> None:
    assert oktascim("--version") == (0, f"oktascim {__version__}\n", "")


@pytest.mark.parametrize(
    "words",
    ["template list -o json", "-o json template list", "--output json template list", "template -o json list"],
)
def test_output_before_and_after_the_command(words: str) -> None:
    code, out, err = oktascim(*words.split())
    assert (code, err) == (0, "")
    assert out.startswith('[\n  {\n    "name": "scim2-')


@pytest.mark.parametrize(
    "words",
    [
        "--org-url https://a.okta.com --profile dev --yes -vv --no-color template list",
        "template list --org-url https://a.okta.com --profile dev --yes -vv --no-color",
        "template --profile dev list -v --org-url=https://a.okta.com -v -y --no-color",
    ],
)
def test_global_options_before_and_after_the_command(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    seen: list[Session] = []
    monkeypatch.setattr(template, "session_of", lambda context: seen.append(context.find_root().obj) or seen[-1])
    assert oktascim(*words.split(), FORCE_COLOR="1")[0] == 0
    session = seen[0]
    assert (session.org_url, session.profile) == ("https://a.okta.com", "dev")
    assert (session.yes, session.verbosity) == (True, 2)
    assert not session.output.stderr.color


def test_a_profile_that_is_called_like_a_command_is_not_taken_for_one() -> None:
    assert oktascim("--profile", "demo", "template", "list")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("aply x", "No such command: aply. Did you mean apply?\n  fix: See `oktascim --help`."),
        ("aply validate", "See `oktascim --help`."),
        ("template lst", "No such command: lst. Did you mean list?\n  fix: See `oktascim template --help`."),
        ("app acme-crm show", "No such command: acme-crm. Did you mean `oktascim app show acme-crm`?"),
        ("template list --bogus", "No such option: --bogus"),
        ("logs --html", "--html needs a value.\n  fix: Write --html FILE.\n       See `oktascim logs --help`."),
        ("template list -o xml", "--output must be text, table, json or yaml, not 'xml'."),
        ("plan", "Missing argument: PATHS.\n  fix: For example: oktascim plan integrations/ --exit-code\n"),
        ("plan x --json", "No such option: --json. Did you mean --output json?"),
        ("plan x --yes=1", "--yes doesn't take a value."),
        ("template show a b", "Unexpected argument: b."),
        ("--timeout", "--timeout needs a value.\n  fix: For example: --timeout 10\n"),
        ("app -o text", "Specify a command.\n  fix: See `oktascim app --help`."),
        ("apply x --parallel 0", "--parallel must be a whole number from 1 to 64, not '0'."),
        ("help nonsense", "No such command: nonsense."),
        ("help exitcodes", "TOPIC must be environment, exit-codes or templates, not 'exitcodes'."),
        ("--profile", "--profile"),
    ],
)
def test_usage_errors_exit_2_and_say_what_to_do(words: str, said: str) -> None:
    code, out, err = oktascim(*words.split())
    assert (code, out) == (ExitCode.USAGE, "")
    assert err.startswith("Error: ")
    assert said in err


@pytest.mark.parametrize("words", [[], ["template"], ["connection"]])
def test_a_group_without_a_command_shows_its_help_and_exits_2(words: list[str]) -> None:
    code, out, _ = oktascim(*words)
    assert code == ExitCode.USAGE
    assert out.startswith(f"Usage: {' '.join(['oktascim', *words])} ")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_is_listed_can_be_called(command: str, capsys) -> None:
    assert oktascim(command, "--help")[0] == 0
    assert f"Usage: oktascim {command}" in capsys.readouterr().out


def test_the_list_of_commands_names_them_all(capsys) -> None:
    oktascim("--help")
    shown = capsys.readouterr().out
    assert [command for command in COMMANDS if command not in shown] == []


@pytest.mark.parametrize("topic", ["environment", "exit-codes", "templates"])
def test_help_topics(topic: str) -> None:
    code, out, err = oktascim("help", topic)
    assert (code, err) == (0, "")
    assert len(out.splitlines()) > 3
    assert max(map(len, out.splitlines())) <= 80


def test_every_exit_code_is_explained() -> None:
    listed = {int(line.split()[0]) for line in oktascim("help", "exit-codes")[1].splitlines() if line[0] != " "}
    assert listed == {int(code) for code in ExitCode}


def broken(_context: object) -> None:
    raise ZeroDivisionError("a bug with s3cret in it \x1b[2J")


def test_a_bug_is_said_as_one_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "session_of", broken)
    code, out, err = oktascim("template", "list")
    assert (code, out) == (ExitCode.FAILED, "")
    assert err == (
        "Error: Internal error (please report it): ZeroDivisionError: a bug with s3cret in it \n"
        "  fix: Run the command again with -vv, and include the output in the report.\n"
    )


def test_a_bug_shows_its_traceback_with_vv_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    def leak(context) -> None:
        context.find_root().obj.masker.add("s3cret")
        broken(context)

    monkeypatch.setattr(template, "session_of", leak)
    _, _, err = oktascim("template", "list", "-vv")
    assert "Traceback (most recent call last)" in err
    assert "s3cret" not in err


def test_ctrl_c_exits_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_context: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(template, "session_of", interrupt)
    assert oktascim("template", "list") == (ExitCode.INTERRUPTED, "", "Interrupted.\n")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_is_met_with_silence(unbuffered: str) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "oktascim", "template", "list", "-o", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    assert program.stdout is not None
    program.stdout.close()
    _, err = program.communicate()
    assert err == b""
    assert program.returncode == ExitCode.FAILED
