"""What becomes of a run whose streams or files can't be written, and of Ctrl-C while it starts; in real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from oktascim.errors import ExitCode

LONG = "x" * 300
FULL = Path("/dev/full")
SPEC = """\
version: 1
integrations:
  - {name: acme, label: Acme, template: scim2-header, sign_on: {mode: saml}}
"""
FLAGS = "--template scim2-header --label Acme --base-url https://acme.example/scim --token env:TOKEN"

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="needs a POSIX shell and /dev/full")


def shell(line: str, folder: Path) -> tuple[int, str, str]:
    """Run a line in which `oktascim` is this package; its exit code and what came on each stream."""
    program = f"{sys.executable} -m oktascim"
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OKTASCIM_CONFIG_DIR": str(folder)}
    done = subprocess.run(
        ["sh", "-c", line.replace("oktascim", program, 1)],
        cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "should not happen" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", ["template list -o json", "--help"])
@pytest.mark.parametrize(
    ("redirection", "reason"),
    [("> /dev/full", "No space left on device"), (">&-", "standard output is closed")],
)
def test_a_result_that_cannot_be_written_is_a_failure(
    tmp_path: Path, command: str, redirection: str, reason: str
) -> None:
    code, _, words = shell(f"oktascim {command} {redirection}", tmp_path)
    assert (code, words) == (ExitCode.FAILED, f"Error: Can't write the output: {reason}.\n")


@pytest.mark.parametrize("redirection", ["2> /dev/full", "2>&-", "> /dev/full 2>&1", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("file", "expected"), [("good.yaml", ExitCode.DONE), ("none.yaml", ExitCode.USAGE)])
def test_notes_that_cannot_be_written_change_nothing(
    tmp_path: Path, redirection: str, file: str, expected: ExitCode
) -> None:
    (tmp_path / "good.yaml").write_text(SPEC, encoding="utf-8")
    code, _, words = shell(f"oktascim validate {file} {redirection}", tmp_path)
    loses_the_result = ">" in redirection.replace("2>", "").replace("&1", "") and expected is ExitCode.DONE
    assert (code, words) == (ExitCode.FAILED if loses_the_result else expected, "")


def test_a_command_without_a_result_needs_no_standard_output(tmp_path: Path) -> None:
    code, _, words = shell(f"oktascim init spec.yaml {FLAGS} >&-", tmp_path)
    assert (code, words.partition("\n")[0]) == (ExitCode.DONE, "Wrote spec.yaml.")


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(SPEC, encoding="utf-8")
    _, _, words = shell("oktascim validate good.yaml -o json | true", tmp_path)
    assert words in {"", "1 integration is valid.\n"}


@pytest.mark.parametrize(
    ("line", "exit_code"),
    [
        (f"oktascim validate {LONG}", ExitCode.USAGE),
        (f"oktascim init {LONG} {FLAGS}", ExitCode.FAILED),
        (f"oktascim explain --events {LONG}", ExitCode.USAGE),
        (f"oktascim create {FLAGS} --save {LONG}", ExitCode.FAILED),
    ],
)
def test_a_file_name_that_is_too_long(tmp_path: Path, line: str, exit_code: ExitCode) -> None:
    code, _, words = shell(f"TOKEN=s3cret {line}", tmp_path)
    assert "ame too long" in words
    assert code == exit_code


def test_the_longest_file_name_is_written(tmp_path: Path) -> None:
    code, _, _ = shell(f"oktascim init {LONG[:255]} {FLAGS}", tmp_path)
    assert code == ExitCode.DONE
    assert (tmp_path / LONG[:255]).read_text(encoding="utf-8").startswith("# yaml-language-server: ")


@pytest.mark.parametrize("after", [1, 50, 1000])
def test_ctrl_c_during_the_imports(tmp_path: Path, after: int) -> None:
    program = f"""
import builtins, os, signal, sys
real, seen = builtins.__import__, []
def counting(name, *rest, **more):
    seen.append(name)
    if len(seen) == {after}:
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *rest, **more)
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["oktascim", "validate", "none.yaml"]
from oktascim.__main__ import main
builtins.__import__ = counting
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.INTERRUPTED, "", "Interrupted.\n")


def test_ctrl_c_that_the_caller_ignores_stays_ignored(tmp_path: Path) -> None:
    program = """
import os, signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
import sys
sys.argv = ["oktascim", "--version"]
from oktascim.__main__ import main
try:
    main()
finally:
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (ExitCode.DONE, "")
