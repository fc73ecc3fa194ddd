"""The command that prints a secret: run without a shell, for a limited time, and ended with all that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO

from oktascim.files import SECRET_BYTES, Unreadable, read_bounded

COMMAND_SECONDS = 30.0


def output_of(words: list[str], folder: Path, environ: Mapping[str, str]) -> tuple[bytes, int]:
    """Return a command's output and exit code; a command that doesn't finish is killed with all of its processes.

    Args:
        words: the program and its arguments.
        folder: where it runs.
        environ: the variables that it sees.

    Raises:
        OSError: it can't be run.
        subprocess.TimeoutExpired: it didn't finish in time.
        Unreadable: it printed more than the maximum size of a secret.
    """
    process = subprocess.Popen(  # noqa: S603 - the command is the user's own, and no shell reads it
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environ,
        start_new_session=True,
    )
    assert process.stdout is not None
    printed: Future[bytes] = Future()
    reader = Thread(target=_read_into, args=(printed, process.stdout), daemon=True)
    reader.start()
    try:
        return printed.result(COMMAND_SECONDS), process.wait(COMMAND_SECONDS)
    except TimeoutError:
        raise subprocess.TimeoutExpired(words, COMMAND_SECONDS) from None
    finally:
        if process.returncode is None:
            _end(process)


def _read_into(printed: Future[bytes], stream: IO[bytes]) -> None:
    with stream:
        try:
            printed.set_result(read_bounded(stream.read, SECRET_BYTES, "output"))
        except Unreadable as error:
            printed.set_exception(error)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a command that is still running, with its process group."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
