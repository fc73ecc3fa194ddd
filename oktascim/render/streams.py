"""The two streams: data to stdout, everything else to stderr, without secrets and terminal controls on either."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from oktascim.errors import ExitCode, OktascimError, UsageProblem
from oktascim.redact import Masker, clean
from oktascim.render.formats import Format, Table
from oktascim.render.gate import GatedStream, escaped, painted, screen
from oktascim.render.grid import grid
from oktascim.render.layout import Layout
from oktascim.render.terminal import ctrl_c_at_once, fitted
from oktascim.render.yaml_text import yaml_text

if TYPE_CHECKING:
    from rich.console import Console

_BEHIND_LABEL = 7


class Output:
    """Where a command writes.

    Args:
        masker: the secrets of this run.
        environ: the environment; NO_COLOR, FORCE_COLOR, TERM and CI are read.
        stdout: the stream for data.
        stderr: the stream for notes, progress, prompts and errors.
        stdin: the stream for answers to prompts.
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
        self.masked = masker.guard
        """For text with our own words; applied before it is broken into lines, so that no part of a secret shows."""
        self.outside = masker.mask
        """For text that comes entirely from outside: server responses, log events."""
        self.stdout = self._gated(stdout or sys.stdout, masker, environ, required=True)
        self.stderr = self._gated(stderr or sys.stderr, masker, environ, required=False)
        self._stdin = stdin or sys.stdin or io.StringIO()  # a daemon may have closed standard input
        self._environ = environ
        self.error_form: str | None = None
        """The format that `-o` requests: in JSON, the error that ends the command is JSON too."""
        self.drawn: Console | None = None
        """What rich is currently drawing on stderr; notes are written above it, or parts of it would remain."""

    @property
    def interactive(self) -> bool:
        """Whether prompts are possible: both ends are terminals, and it isn't CI."""
        in_ci = self._environ.get("CI", "").lower() not in {"", "0", "false"}
        return self._stdin.isatty() and self.stderr.isatty() and not in_ci

    def forbid_color(self) -> None:
        """Disable colour on both streams."""
        self.stdout.color = self.stderr.color = False

    def data(self, text: str) -> None:
        """Write a line of the result to stdout."""
        self.stdout.write(text + "\n")

    def data_painted(self, text: str) -> None:
        """Write a line of the result to stdout; `painted` parts keep their colour."""
        self.stdout.write_painted(text + "\n")

    def note(self, text: str) -> None:
        """Write a line about the work to stderr."""
        self.note_painted(self._fitted(text))

    def note_painted(self, lines: Sequence[str]) -> None:
        """Write lines that are laid out for `note_layout`, possibly painted, to stderr."""
        for line in lines:
            if self.drawn is None:
                self.stderr.write_painted(line + "\n")
            else:
                from rich.text import Text

                self.drawn.print(Text.from_ansi(self.masked(line)), soft_wrap=True)
        self.stderr.flush()

    def command(self, text: str) -> None:
        """Write a GitHub Actions workflow command to stderr; no other text can be one."""
        self.stderr.write_command(text + "\n")

    def error(self, error: OktascimError) -> None:
        """Show an expected failure: what, why, what to do next."""
        title = f"{error.title}:" if error.title else ""
        first, *others = self._fitted(f"{title} {error.what}".lstrip())
        color = "1;33" if error.exit_code is ExitCode.PERSON else "1;31"
        self.stderr.write_painted((painted(title, color) if title else "") + first.removeprefix(title) + "\n")
        for line in others:
            self.stderr.write(line + "\n")
        if error.why:
            self._labelled("why", error.why)
        if error.fix:
            self._labelled("fix", error.fix)

    def final_error(self, error: OktascimError) -> None:
        """Show the failure that ends the command: on stderr, and as the result if JSON or YAML was requested.

        If a result was already written, it stays the only document on stdout.
        """
        if self.error_form in {Format.JSON, Format.YAML} and not self.stdout.used:
            self.show({"error": error.to_json()}, Format(self.error_form), Table((), ()))
            self.stdout.flush()
        self.error(error)

    @property
    def layout(self) -> Layout:
        """The layout for text on stdout."""
        return self._layout(self.stdout)

    @property
    def note_layout(self) -> Layout:
        """The layout for text on stderr."""
        return self._layout(self.stderr)

    def show(self, document: Any, form: Format, table: Table, text: Sequence[str] | None = None) -> None:
        """Write a result to stdout.

        Args:
            document: the result as JSON values; its shape is a contract.
            form: the requested format.
            table: the result as a table.
            text: the result as lines, laid out for `layout` and possibly painted; None if there is only the table.
        """
        if form is Format.JSON:
            self.data(escaped(self.masked(json.dumps(document, indent=2, ensure_ascii=False))))
        elif form is Format.YAML:
            self.stdout.write(yaml_text(document, self.masked))
        elif form is Format.TEXT and text is not None:
            for line in text:
                self.data_painted(line)
        else:
            self.table(table)

    def table(self, table: Table) -> None:
        """Write a table to stdout: laid out for a terminal, tab-separated otherwise."""
        if not table.rows:
            self.note(table.empty)
        elif self.stdout.isatty():
            for line in grid(table.columns, table.rows, self.layout, key=table.key):
                self.data_painted(line)
        else:
            for row in (table.columns, *table.rows):
                self.data("\t".join(self.masked(clean(text)) for text in row))

    def rich_console(self, stream: GatedStream) -> Console:
        """A rich Console on one of the two streams."""
        return screen(stream)

    def confirm(self, question: str, *, assume_yes: bool) -> bool:
        """Ask a yes-or-no question; Enter means no.

        Raises:
            UsageProblem: prompts aren't possible, and `--yes` wasn't given.
        """
        return assume_yes or self.ask(f"{question} [y/N] ", otherwise="--yes").strip().lower() in {"y", "yes"}

    def ask(self, prompt: str, *, otherwise: str, required: bool = False) -> str:
        """Ask for a line of text.

        Args:
            prompt: the text to show.
            otherwise: the option to use instead, for the error if prompts aren't possible.
            required: whether the end of input is an error rather than an empty answer.

        Raises:
            UsageProblem: prompts aren't possible, or the input ends before a required answer.
        """
        if not self.interactive:
            raise UsageProblem(
                "Can't prompt: not an interactive terminal.",
                why=f"The question is: {prompt.strip(' :')}",
                fix=f"Pass {otherwise}.",
            )
        self.stderr.write(clean(prompt))  # one line: a label must not be able to add a question of its own
        self.stderr.flush()
        try:
            with ctrl_c_at_once():
                line = self._stdin.readline()
        except KeyboardInterrupt:
            self.stderr.write("\n")  # the terminal has echoed ^C behind the prompt
            raise
        if not line:
            self.stderr.write("\n")  # Ctrl-D leaves the cursor behind the prompt
        if required and not line:
            raise UsageProblem(f"An answer is required: {prompt.strip(' :')}.", fix=f"Answer, or pass {otherwise}.")
        return line.rstrip("\n")

    def ask_hidden(self, prompt: str) -> str:
        """Ask for a line of text that isn't shown; the caller has made sure that prompts are possible.

        Raises:
            UsageProblem: the input ended.
        """
        from getpass import getpass

        try:
            return getpass(prompt)
        except (KeyboardInterrupt, EOFError) as ended:
            self.stderr.write("\n")  # the cursor is behind the prompt
            if isinstance(ended, KeyboardInterrupt):
                raise
            raise UsageProblem(f"An answer is required: {prompt.strip(' :')}.") from None

    @staticmethod
    def _gated(stream: TextIO, masker: Masker, environ: Mapping[str, str], *, required: bool) -> GatedStream:
        """A stream behind the gate; colour is decided for each stream separately."""
        forbidden = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
        color = not forbidden and (bool(environ.get("FORCE_COLOR")) or stream.isatty())
        in_workflow = environ.get("GITHUB_ACTIONS") == "true"
        return GatedStream(stream, masker, color=color, required=required, workflow_log=in_workflow)

    def _layout(self, stream: GatedStream) -> Layout:
        return Layout(stream.columns, lambda text: self.masked(clean(text)))

    def _fitted(self, text: str, indent: int = 0) -> list[str]:
        """A text as lines for stderr; masked before it is broken, so that no part of a secret remains on a line."""
        return fitted(self.masked(clean(text, keep_newlines=True)), self.stderr.columns, indent)

    def _labelled(self, label: str, text: str) -> None:
        first, *others = self._fitted(text, _BEHIND_LABEL)
        self.stderr.write_painted(f"  {painted(label + ':', '2')} {first}\n")
        for line in others:
            self.stderr.write(f"{'':{_BEHIND_LABEL}}{line}\n")
        self.stderr.flush()
