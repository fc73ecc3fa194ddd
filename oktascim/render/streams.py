"""The pair of streams: data to stdout, everything else to stderr, no secret and no terminal trick on either."""

from __future__ import annotations

import io
import json
import re
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any, TextIO, cast

from oktascim.errors import ExitCode, OktascimError, UsageProblem
from oktascim.redact import Masker, clean
from oktascim.render.terminal import columns_of, fitted

_BEHIND_LABEL = 7
_NOT_PLAIN = re.compile(r"[^\n -~]")


class Format(StrEnum):
    """The forms in which a command can show its result."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


@dataclass(frozen=True)
class Table:
    """A result for people; `rows` hold one text per column."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    empty: str = "Nothing to show."


class MaskedStream(io.TextIOBase):
    """A text stream that removes known secrets on their way out."""

    def __init__(self, stream: TextIO, masker: Masker) -> None:
        self._stream = stream
        self._masker = masker
        if isinstance(stream, io.TextIOWrapper):  # the code page of a Windows pipe has no box drawing and few letters
            stream.reconfigure(errors="backslashreplace")

    def write(self, text: str) -> int:
        """Write the text, masked."""
        self._stream.write(self._masker.mask(text))
        return len(text)

    def flush(self) -> None:
        """Pass on what is buffered."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The descriptor of the stream beneath."""
        return self._stream.fileno()

    @property
    def columns(self) -> int | None:
        """How wide the terminal is at this moment, or None where nobody looks."""
        return columns_of(self._stream)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream beneath."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write_bytes(self, data: bytes) -> None:
        """Write bytes as they are, unless a known secret is in them."""
        self._stream.flush()
        masked = self._masker.mask_bytes(data)
        buffer = getattr(self._stream, "buffer", None)
        if buffer is None:
            self._stream.write(masked.decode())
        else:
            buffer.write(masked)


class Output:
    """Where a command writes.

    Args:
        masker: the secrets of this run.
        environ: the environment; NO_COLOR, FORCE_COLOR, TERM and CI are read.
        stdout: the stream for data.
        stderr: the stream for notes, progress, prompts and errors.
        stdin: where a person answers.
    """

    def __init__(
        self,
        masker: Masker,
        environ: Mapping[str, str],
        *,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
        stdin: TextIO | None = None,
    ) -> None:
        self.masked = masker.mask
        self.stdout = MaskedStream(stdout or sys.stdout, masker)
        self.stderr = MaskedStream(stderr or sys.stderr, masker)
        self._stdin = stdin or sys.stdin or io.StringIO()  # a daemon may have closed its standard input
        self._environ = environ
        self._no_color = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked: terminals on both sides, and not CI."""
        in_ci = self._environ.get("CI", "").lower() not in {"", "0", "false"}
        return self._stdin.isatty() and self.stderr.isatty() and not in_ci

    def forbid_color(self) -> None:
        """No colour on either stream, whatever the terminal takes."""
        self._no_color = True

    def color(self, stream: MaskedStream) -> bool:
        """Whether a stream takes colour; each stream is judged for itself."""
        if self._no_color:
            return False
        return bool(self._environ.get("FORCE_COLOR")) or stream.isatty()

    def data(self, text: str) -> None:
        """Write a line of the result to stdout."""
        self.stdout.write(text + "\n")

    def note(self, text: str) -> None:
        """Write a line about the work to stderr."""
        for line in self._fitted(text):
            self.stderr.write(line + "\n")
        self.stderr.flush()

    def error(self, error: OktascimError) -> None:
        """Show an expected failure: what, why, what to do next."""
        title = f"{error.title}:"
        first, *others = self._fitted(f"{title} {error.what}")
        color = "1;33" if error.exit_code is ExitCode.PERSON else "1;31"
        self.stderr.write(first.replace(title, self._painted(title, color), 1) + "\n")
        for line in others:
            self.stderr.write(line + "\n")
        if error.why:
            self._labelled("why", error.why)
        if error.fix:
            self._labelled("fix", error.fix)

    def show(self, document: Any, form: Format, table: Table) -> None:
        """Write a result to stdout.

        Args:
            document: the result as JSON values; its shape is a contract.
            form: what the user asked for.
            table: the same for people.
        """
        if form is Format.JSON:
            self.data(escaped(json.dumps(document, indent=2, ensure_ascii=False)))
        elif form is Format.YAML:
            import yaml

            self.stdout.write(yaml.safe_dump(_cleaned(document), sort_keys=False, allow_unicode=True, width=1000))
        else:
            self.table(table)

    def table(self, table: Table) -> None:
        """Write a table to stdout: drawn for a terminal, tab-separated otherwise."""
        rows = [[self.masked(clean(cell)) for cell in row] for row in table.rows]  # before a cell is broken into lines
        if not rows:
            if self.stdout.isatty():
                self.note(table.empty)
            return
        if not self.stdout.isatty():
            for row in [list(table.columns), *rows]:
                self.data("\t".join(row))
            return
        from rich.table import Table as RichTable
        from rich.text import Text

        drawn = RichTable(*table.columns, title=table.title or None, title_justify="left", header_style="bold")
        for row in rows:
            drawn.add_row(*(Text(cell) for cell in row))
        self.console(self.stdout).print(drawn)

    def console(self, stream: MaskedStream) -> Any:
        """A rich Console on one of the two streams."""
        from rich.console import Console

        color = self.color(stream)
        return Console(
            file=cast("IO[str]", stream),
            no_color=not color,
            force_terminal=color or None,
            highlight=False,
            soft_wrap=False,
        )

    def confirm(self, question: str, *, assume_yes: bool) -> bool:
        """Ask a yes-or-no question; Enter means no.

        Raises:
            UsageProblem: nobody can be asked, and `--yes` was not given.
        """
        return assume_yes or self.ask(f"{question} [y/N] ", otherwise="--yes").strip().lower() in {"y", "yes"}

    def ask(self, prompt: str, *, otherwise: str) -> str:
        """Ask for a line of text.

        Args:
            prompt: what is shown.
            otherwise: the option that would have answered, for the error where nobody can be asked.

        Raises:
            UsageProblem: nobody can be asked.
        """
        if not self.interactive:
            raise UsageProblem(f"A question has nobody to answer it: {prompt.strip()}", fix=f"Give {otherwise}.")
        self.stderr.write(prompt)
        self.stderr.flush()
        with _ctrl_c_at_once():
            return self._stdin.readline().rstrip("\n")

    def _painted(self, text: str, code: str) -> str:
        return text if not self.color(self.stderr) else f"\N{ESCAPE}[{code}m{text}\N{ESCAPE}[0m"

    def _fitted(self, text: str, indent: int = 0) -> list[str]:
        """A text as lines for stderr; masked before it is broken, or half a secret could stand on each of two."""
        return fitted(self.masked(clean(text, keep_newlines=True)), self.stderr.columns, indent)

    def _labelled(self, label: str, text: str) -> None:
        first, *others = self._fitted(text, _BEHIND_LABEL)
        self.stderr.write(f"  {self._painted(label + ':', '2')} {first}\n")
        for line in others:
            self.stderr.write(f"{'':{_BEHIND_LABEL}}{line}\n")
        self.stderr.flush()


@contextmanager
def _ctrl_c_at_once() -> Iterator[None]:
    """While a person is asked Ctrl-C raises KeyboardInterrupt, though a run may have a gentler handler for it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def escaped(text: str) -> str:
    """JSON text in which what could trick a terminal is written as an escape; its value stays the same."""
    return _NOT_PLAIN.sub(lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], text)


def _cleaned(value: Any) -> Any:
    """The same for YAML, which has escapes in some places only: such characters are left out."""
    if isinstance(value, dict):
        return {key: _cleaned(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(member) for member in value]
    return clean(value, keep_newlines=True) if isinstance(value, str) else value
