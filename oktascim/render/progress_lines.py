"""The progress of a run as lines, for CI, pipes and logs: one for each finished integration."""

from __future__ import annotations

from types import TracebackType

from oktascim.errors import OktascimError
from oktascim.plan.report import Report
from oktascim.render.apply_text import report_line
from oktascim.render.formats import Format
from oktascim.render.layout import wait_line
from oktascim.render.streams import Output
from oktascim.routes.observer import VERIFIES_AND_CONTINUES, Handoff, Observer


class Lines(Observer):
    """For CI, pipes and logs: a line for each finished integration, and with `-v` one for each step.

    Args:
        output: where to write.
        form: the format of the result; in text, the lines of integrations are part of it.
        verbose: whether to show the evidence of each step.
    """

    def __init__(self, output: Output, form: Format = Format.TEXT, *, verbose: bool = False) -> None:
        self._output = output
        self._form = form
        self._verbose = verbose
        self.unwritten: BrokenPipeError | OktascimError | None = None
        """Why a line couldn't be written to standard output, to be raised once everything else is reported."""

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Do nothing."""

    def expects(self, integrations: int) -> None:
        """Do nothing: there is no bar."""

    def ended(self, name: str, step: str, evidence: str) -> None:
        """With `-v`, say what was done and what proves it."""
        if self._verbose:
            self._output.note(f"{name}: {step}: done ({evidence})")

    def gave_up(self, name: str, route: str, said: str, *, names_file: bool = False) -> None:
        """Say which route was tried, with `-v` or if it left a file; the report has it too."""
        if self._verbose or names_file:
            self._output.note(f"{name}: {route}: {said}")

    def finished(self, report: Report, seconds: float) -> None:
        """Write the line of an integration that was changed or that failed."""
        if report.status == "unchanged":
            return
        if self._form is Format.TEXT:
            try:
                for line in report_line(report, seconds, self._output.layout):
                    self._output.data_painted(line)
                self._output.stdout.flush()
            except (BrokenPipeError, OktascimError) as error:
                self.unwritten = error  # the steps of the run matter more than their lines
        else:
            self._output.note_painted(report_line(report, seconds, self._output.note_layout))

    def handoff(self, name: str, handoff: Handoff) -> None:
        """Show the manual step."""
        layout = self._output.note_layout
        for head, text in _handoff_lines(name, handoff):
            self._output.note_painted(layout.hanging(head, text))

    def waits(self, reason: str, seconds: float) -> None:
        """Say why the run waits."""
        self._output.note(wait_line(reason, seconds))


def _handoff_lines(name: str, handoff: Handoff) -> list[tuple[str, str]]:
    """Each line as its head and what follows it."""
    return [
        ("", f"{name}: open {handoff.page}"),
        *((f"  {number}. ", step) for number, step in enumerate(handoff.steps, 1)),
        *([("", handoff.then)] if handoff.then != VERIFIES_AND_CONTINUES else []),
    ]
