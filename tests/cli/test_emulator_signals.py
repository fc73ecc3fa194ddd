"""What ends `oktascim emulator run` and `demo` ends everything that they have started, and the exit code tells."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from oktascim.cli.main import run

RUN = [sys.executable, "-m", "oktascim", "emulator", "run"]
SHORT_GRACE = [
    sys.executable,
    "-c",
    (
        "import os, sys; from oktascim.runs import child; child.GRACE_SECONDS = 0.3;"
        "sys.exit(child.run_child(sys.argv[1:], os.environ))"
    ),
]
# Each writes a line when it is ready, and holds the write end of a pipe that the test reads to its end.
WAITS = "import os, signal; os.write(1, b'ready %a\\n' % os.environ.get('OKTA_CLIENT_ORGURL')); signal.pause()"
IGNORES = f"import signal; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; {WAITS}; signal.pause()"
HAS_CHILDREN = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {IGNORES!r}])
subprocess.run([sys.executable, "-c", {WAITS!r}])
"""
COUNTS = """
import signal, termios
seen = []
signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
termios.tcsetattr(0, termios.TCSANOW, termios.tcgetattr(0))  # returns when this is the foreground
line = input("ready ")
print("seen", len(seen), line, flush=True)
"""


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """A shell that runs the tests in the background has them ignore Ctrl-C, which what they start would inherit."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    for number, handler in before.items():
        if handler is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@contextmanager
def started(*command: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, **options) as process:
        try:
            yield process
        finally:
            process.terminate()  # of a test that failed, nothing stays behind


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def ended(process: subprocess.Popen[str]) -> int:
    """The exit code, once nobody holds the pipe any more: neither the command nor what it has started."""
    process.communicate(timeout=60)
    return process.returncode


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_command_then_the_org(number: signal.Signals) -> None:
    with started(*RUN, "--", sys.executable, "-c", WAITS) as process:
        url = line_of(process).removeprefix("ready ").strip("'")
        process.send_signal(number)
        assert ended(process) == 128 + number
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


@pytest.mark.parametrize("command", [IGNORES, HAS_CHILDREN], ids=["ignores", "children"])
def test_who_does_not_listen_is_killed(command: str) -> None:
    with started(*SHORT_GRACE, sys.executable, "-c", command) as process:
        for _ in range(1 + (command == HAS_CHILDREN)):
            assert line_of(process).startswith("ready")
        process.terminate()
        assert ended(process) == 128 + signal.SIGTERM


def test_a_stopped_command_ends_too() -> None:
    stops = f"import os, signal; os.write(1, b'ready\\n'); os.kill(os.getpid(), signal.SIGSTOP); {WAITS}"
    with started(*SHORT_GRACE, sys.executable, "-c", stops) as process:
        line_of(process)
        process.terminate()
        assert ended(process) == 128 + signal.SIGTERM


@pytest.mark.parametrize(("script", "code"), [("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)])
def test_the_exit_code_is_the_commands(script: str, code: int) -> None:
    assert run(["emulator", "run", "--", "sh", "-c", script], environ=dict(os.environ)) == code


def test_of_an_interrupted_command_only_itself_speaks(capfd: pytest.CaptureFixture[str]) -> None:
    command = "echo Interrupted. >&2; exit 130"
    assert run(["emulator", "run", "--", "sh", "-c", command], environ=dict(os.environ)) == 130
    assert capfd.readouterr().err.count("Interrupted.") == 1


def test_a_command_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["emulator", "run", "--", "no-such-command"], environ={}) == 2
    said = capsys.readouterr().err
    assert "Can't run no-such-command: No such file or directory." in said
    assert "Traceback" not in said


@pytest.fixture(params=['exec "$@"', '"$@" | cat'], ids=["alone", "pipeline"])
def terminal(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """The process id of a command on a terminal of its own, and our end of that terminal."""
    pid, descriptor = pty.fork()
    if pid == 0:
        os.execv("/bin/sh", ["sh", "-c", request.param, "sh", *SHORT_GRACE, sys.executable, "-u", "-c", COUNTS])
    yield pid, descriptor
    os.close(descriptor)


def heard(descriptor: int, words: str) -> str:
    """What the terminal shows, up to these words."""
    shown = ""
    while words not in shown:
        shown += os.read(descriptor, 1000).decode()
    return shown


def test_on_a_terminal_the_command_reads_and_gets_ctrl_c_once(terminal: tuple[int, int]) -> None:
    pid, descriptor = terminal
    heard(descriptor, "ready ")
    os.write(descriptor, b"\x03")
    heard(descriptor, "^C")
    os.write(descriptor, b"hello\n")
    assert "seen 1 hello" in heard(descriptor, "seen 1 hello")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_demo_leaves_no_file_behind(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "oktascim", "demo", "--keep")
    with started(*command, env={**os.environ, "TMPDIR": str(tmp_path)}) as process:
        assert process.stderr
        assert any("In another terminal" in line for line in process.stderr)
        assert list(tmp_path.glob("oktascim-demo-*"))
        process.terminate()
        assert ended(process) == 128 + signal.SIGTERM
    assert list(tmp_path.glob("oktascim-demo-*")) == []
