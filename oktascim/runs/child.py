"""Runs a user's command in its own process group, so that a signal to us ends all of its processes.

In a terminal, the command becomes the foreground process group, as under a shell, and Ctrl-C reaches only the command.
In a pipeline, the other programs keep the terminal until the kernel stops the command for reading from it or changing
its settings. Until then, Ctrl-C reaches us and is handled like any other signal.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from oktascim.errors import UsageProblem

GRACE_SECONDS = 5.0
_LOOK_SECONDS = 0.02


def run_child(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end.

    Args:
        command: the program and its arguments.
        environment: its environment.

    Returns:
        Its exit code; 128+n if signal n ended it, or if we received SIGINT, SIGTERM, SIGHUP or SIGQUIT.

    Raises:
        UsageProblem: the command can't be started.
    """
    if sys.platform == "win32":  # no process groups to signal: Ctrl-C reaches every process of the console
        with _started(command, environment) as process, _ignored(signal.SIGINT):
            return process.wait()
    group = _Group(GRACE_SECONDS)
    with group.signals_forwarded():
        return group.run(command, environment)


def _started(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    group = None if sys.platform == "win32" else 0
    try:
        return subprocess.Popen(command, env=environment, process_group=group)  # noqa: S603 (the user's own command)
    except OSError as error:
        what = command[0] or "an empty command"
        fix = "Check its name, and the PATH." if isinstance(error, FileNotFoundError) else None
        raise UsageProblem(f"Can't run {what}: {error.strerror}.", fix=fix) from None


@contextmanager
def _ignored(number: int) -> Iterator[None]:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(number, before)


if sys.platform != "win32":
    _ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    _BY_TERMINAL = (signal.SIGTTIN, signal.SIGTTOU, signal.SIGTSTP)

    class _Group:
        """The command's processes.

        Args:
            grace: seconds between the signal that ends them and SIGKILL.
        """

        def __init__(self, grace: float) -> None:
            self._grace = grace
            self._leader: int | None = None
            self._ended_by: int | None = None
            self._deadline = 0.0
            self._last: threading.Timer | None = None
            self._terminal = _Terminal()

        def run(self, command: Sequence[str], environment: Mapping[str, str]) -> int:
            """Start the command and wait until it ends; after a signal to us, wait until its whole group ends."""
            process = _started(command, environment)
            self._leader = process.pid
            if os.isatty(0) and os.isatty(1):
                self._terminal.give(process.pid)
            if self._ended_by is not None:  # the signal came while the command was starting
                self._end(self._ended_by)
            try:
                code = process.returncode = self._wait(process.pid)
                if self._ended_by is None:
                    return code if code >= 0 else 128 - code
                self._end_rest(process.pid)
                return 128 + self._ended_by
            finally:
                self._leader = None  # another process may reuse its pid
                if self._last:
                    self._last.cancel()
                self._terminal.close()

        @contextmanager
        def signals_forwarded(self) -> Iterator[None]:
            """Pass on signals that end or stop us to the group; signals that our caller ignored stay ignored."""
            before = {number: signal.getsignal(number) for number in (*_ENDING, signal.SIGTSTP)}
            for number, handler in before.items():
                if handler is not signal.SIG_IGN:
                    signal.signal(number, self._send if number == signal.SIGTSTP else self._ask_to_end)
            try:
                yield
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)

        def _ask_to_end(self, number: int, _frame: FrameType | None) -> None:
            """End the group on the first signal; later ones change nothing, because a terminal may send two."""
            if self._ended_by is None:
                self._ended_by = number
                if self._leader is not None:
                    self._end(number)

        def _end(self, number: int) -> None:
            self._deadline = time.monotonic() + self._grace
            self._send(number)
            self._send(signal.SIGCONT)  # a stopped process handles no other signal
            self._last = threading.Timer(self._grace, self._send, [signal.SIGKILL])
            self._last.daemon = True
            self._last.start()

        def _send(self, number: int, _frame: FrameType | None = None) -> None:
            if self._leader is not None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._leader, number)

        def _wait(self, pid: int) -> int:
            """Wait for the leader and return its exit code, negative for a signal; do job control as a shell does."""
            while True:
                _, status = os.waitpid(pid, os.WUNTRACED)
                if not os.WIFSTOPPED(status):
                    return os.waitstatus_to_exitcode(status)
                if os.WSTOPSIG(status) in _BY_TERMINAL and self._terminal.is_there:
                    if os.WSTOPSIG(status) == signal.SIGTSTP or not self._terminal.give(pid):
                        self._stop_too(pid)
                    self._send(signal.SIGCONT)

        def _stop_too(self, pid: int) -> None:
            """Stop with the command, until a shell continues us."""
            given = self._terminal.take_back()
            before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            os.killpg(0, signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, before)
            if given:
                self._terminal.give(pid)

        def _end_rest(self, pid: int) -> None:
            """Wait until the group has no processes left, but no longer than the grace period."""
            while time.monotonic() < self._deadline:
                try:
                    os.killpg(pid, 0)
                except (ProcessLookupError, PermissionError):
                    return
                time.sleep(_LOOK_SECONDS)  # only our own children can be waited for
            self._send(signal.SIGKILL)

    class _Terminal:
        """The terminal of our session, if there is one."""

        def __init__(self) -> None:
            self._given = False
            try:
                self._device: int | None = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
            except OSError:
                self._device = None

        @property
        def is_there(self) -> bool:
            """Whether there is one."""
            return self._device is not None

        def give(self, group: int) -> bool:
            """Make a group the foreground; return False if neither it nor we are in the foreground."""
            try:
                if self._device is None or os.tcgetpgrp(self._device) not in (os.getpgrp(), group):
                    return False
                os.tcsetpgrp(self._device, group)
            except OSError:  # it has gone
                return False
            self._given = True
            return True

        def take_back(self) -> bool:
            """Make us the foreground again; return False if the terminal wasn't handed over."""
            given, self._given = self._given, False
            if given and self._device is not None:
                with _ignored(signal.SIGTTOU), contextlib.suppress(OSError):
                    os.tcsetpgrp(self._device, os.getpgrp())
            return given

        def close(self) -> None:
            """Take the terminal back and close it."""
            self.take_back()
            if self._device is not None:
                os.close(self._device)
                self._device = None
