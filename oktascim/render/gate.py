"""The gate between oktascim and a terminal: the two streams, and the only ways to write to them.

All output is stripped of characters that could move the cursor, recolour the screen or reorder a line, and of every
secret of this run. There are four ways through: plain text, text in the few colours of `COLORS`, JSON, which keeps its
data and escapes such characters, and rich, whose own control codes pass while the text between them is stripped.

In a GitHub Actions log a line can be a command to the runner; only `write_command` can write one.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from typing import IO, TYPE_CHECKING, TextIO, cast

from oktascim.disguise import is_plain
from oktascim.errors import OktascimError
from oktascim.redact import ESCAPES, Masker, clean
from oktascim.render.terminal import columns_of

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

COLORS = ("0", "1", "2", "31", "32", "33", "1;31", "1;33")
"""The SGR codes that oktascim itself writes; no other escape sequence passes outside of rich."""

_COLOR = re.compile(rf"(\x1b\[(?:{'|'.join(COLORS)})m)")
_NOT_PLAIN = re.compile(rf"{ESCAPES}|\r\n|[^\n\t -~]")
_CACHED = 2  # characters, "\r\n" being the longest that isn't an escape sequence
_NOT_PLAIN_JSON = re.compile(r"[^\n -~]")
_WORKFLOW_COMMAND = re.compile(r"^[^\S\n]*:(?=:)|#(?=#\[)", re.MULTILINE)
"""What the GitHub Actions runner obeys: `::` at the start of a line or after blanks, and `##[` anywhere."""


class GatedStream(io.TextIOBase):
    """A text stream that removes terminal controls and known secrets.

    Args:
        stream: the stream to write to.
        masker: the secrets of this run.
        color: whether to use colours.
        required: True if the program fails when this stream can't be written (its data), False if it continues without
            it (its notes).
        workflow_log: True if the GitHub Actions runner reads it.
    """

    def __init__(
        self, stream: TextIO, masker: Masker, *, color: bool, required: bool, workflow_log: bool = False
    ) -> None:
        self._stream = stream
        self._masker = masker
        self._required = required
        self._workflow_log = workflow_log
        self.color = color
        self.used = False
        """Whether anything was written."""
        if isinstance(stream, io.TextIOWrapper):  # the code page of a Windows pipe lacks many characters
            stream.reconfigure(errors="backslashreplace")

    def write(self, text: str) -> int:
        """Write text; of its control characters, only line feeds and tabs are kept.

        Raises:
            BrokenPipeError: the reader has closed the pipe.
            OktascimError: the stream can't be written.
        """
        self._send(stripped(text))
        return len(text)

    def write_painted(self, text: str) -> None:
        """Write text with the escape sequences of `COLORS`; they are omitted if the stream has no colour."""
        pieces = _COLOR.split(text)
        pieces[::2] = map(stripped, pieces[::2])
        self._send("".join(pieces if self.color else pieces[::2]))

    def write_command(self, text: str) -> None:
        """Write a command to the GitHub Actions runner; its line feeds are already escaped."""
        guarded = self._masker.guard(stripped(text)).replace("##[", "# #[")
        self._guarded(lambda: self._stream.write(guarded))

    def write_json(self, data: bytes) -> None:
        """Write JSON in UTF-8: its values are unchanged; control and format characters become escapes."""
        self.used = True
        masked = data if self._masker.clears(data) else self._masked(data)
        if b"#" in masked:  # a page of the System Log rarely has any
            masked = masked.replace(b"##[", rb"#\u0023[")
        self._guarded(lambda: self._write_bytes(masked))

    def _masked(self, data: bytes) -> bytes:
        if is_plain(data):
            return self._masker.mask_plain(data)
        return escaped(self._masker.mask_bytes(data).decode(errors="replace")).encode()

    def flush(self) -> None:
        """Flush the buffer."""
        self._guarded(self._stream.flush)

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The file descriptor of the underlying stream."""
        return self._stream.fileno()

    @property
    def columns(self) -> int | None:
        """The current width of the terminal, or None if it isn't one."""
        return columns_of(self._stream)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the underlying stream."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def abandon(self) -> None:
        """Drop everything from here on, so that Python doesn't try to write it when it flushes at exit."""
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (lives until the process ends)
        if sys.stdout is self._stream:
            sys.stdout = nowhere
        if sys.stderr is self._stream:
            sys.stderr = nowhere
        self._stream = nowhere

    def _send(self, text: str) -> None:
        self.used = True
        guarded = self._masker.guard(text)
        if self._workflow_log:
            guarded = _WORKFLOW_COMMAND.sub(r"\g<0> ", guarded)
        self._guarded(lambda: self._stream.write(guarded))

    def _write_bytes(self, data: bytes) -> None:
        self._stream.flush()
        buffer = getattr(self._stream, "buffer", None)
        if buffer is None:
            self._stream.write(data.decode())
        else:
            buffer.write(data)

    def _guarded(self, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as error:
            if self._required and isinstance(error, BrokenPipeError):
                raise
            self.abandon()
            if self._required:
                raise cannot_write(error) from error


class _RichFile(io.TextIOBase):
    """What rich writes to: its control codes pass, since `screen` has stripped the text between them."""

    def __init__(self, stream: GatedStream) -> None:
        self._gate = stream

    def write(self, text: str) -> int:
        self._gate._send(text)  # noqa: SLF001 (the way through the gate that only rich has)
        return len(text)

    def flush(self) -> None:
        self._gate.flush()

    def isatty(self) -> bool:
        return self._gate.isatty()

    def fileno(self) -> int:
        return self._gate.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._gate.encoding


def screen(stream: GatedStream) -> Console:
    """A rich Console on a stream that strips the text of everything drawn."""
    from rich.console import Console
    from rich.segment import Segment

    class GatedConsole(Console):
        def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                yield segment if segment.control else Segment(stripped(segment.text), segment.style)

    return GatedConsole(
        file=cast("IO[str]", _RichFile(stream)),
        no_color=not stream.color,
        force_terminal=stream.color or None,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )


def painted(text: str, code: str) -> str:
    """A text in one of `COLORS`; for `write_painted`."""
    return f"\N{ESCAPE}[{code}m{text}\N{ESCAPE}[0m"


def stripped(text: str) -> str:
    """The text without escape sequences, control and format characters, except for line feeds and tabs."""
    return _NOT_PLAIN.sub(lambda found: _allowed(found[0]) if len(found[0]) <= _CACHED else "", text)


def escaped(text: str) -> str:
    """JSON text with the same value, with anything that could trick a terminal or a CI runner escaped."""
    plain = text.replace("##[", r"#\u0023[")
    return _NOT_PLAIN_JSON.sub(lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], plain)


def cannot_write(error: OSError) -> OktascimError:
    """The error message if standard output can't be written."""
    reason = "standard output is closed" if error.errno == errno.EBADF else error.strerror or error
    return OktascimError(f"Can't write the output: {reason}.")


@cache
def _allowed(characters: str) -> str:
    """The character if it is harmless, otherwise ""; line ends of CSV (RFC 4180) are kept."""
    return characters if characters == "\r\n" else clean(characters)
