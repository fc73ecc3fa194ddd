"""The program on a terminal of some width, in this process: what a person sees, without colour."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import termios
import threading
from collections.abc import Mapping, Sequence
from typing import TextIO

from oktascim.cli.main import run

_PAINT = re.compile(r"\x1b\[[0-9;]*m")


class Typist(io.StringIO):
    """A person who types answers, which the terminal echoes."""

    def __init__(self, answers: Sequence[str], screen: TextIO) -> None:
        super().__init__("".join(f"{answer}\n" for answer in answers))
        self._screen = screen

    def isatty(self) -> bool:
        return True

    def readline(self, *_size: int | None) -> str:
        answer = super().readline()
        self._screen.write(answer)
        return answer


def shown(
    columns: int, words: Sequence[str], environ: Mapping[str, str], answers: Sequence[str] = ()
) -> tuple[int, list[str]]:
    """Run a command on a terminal; without answers nobody sits at it.

    Returns:
        The exit code, and the lines on the terminal.
    """
    terminal, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    said: list[bytes] = []
    reader = threading.Thread(target=_read, args=(terminal, said))
    reader.start()
    with os.fdopen(side, "w", encoding="utf-8") as screen:
        stdin = Typist(answers, screen) if answers else io.StringIO()
        code = run(words, environ=environ, stdout=screen, stderr=screen, stdin=stdin)
    reader.join()
    os.close(terminal)
    return code, _PAINT.sub("", b"".join(said).decode()).replace("\r", "").splitlines()


def _read(terminal: int, said: list[bytes]) -> None:
    try:
        while piece := os.read(terminal, 65536):
            said.append(piece)
    except OSError:  # the other side is closed
        return
