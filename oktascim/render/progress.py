"""The progress of a run on a terminal: one bar, the lines of `progress_lines.py` above it, and a wait below it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from oktascim.plan.report import Report
from oktascim.redact import clean
from oktascim.render.apply_text import report_line
from oktascim.render.formats import Format
from oktascim.render.progress_lines import Lines
from oktascim.render.streams import Output

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, Task, TaskID
    from rich.table import Table

WHOLE_RUN = ""
"""The name of the only subject of a run; the bar doesn't show it, because its verb says what runs."""
_A_FEW_MINUTES = 120
_NARROWEST = 20


class Bars(Lines):
    """For a terminal: one bar over all integrations, their lines above it, and a wait counted down below it.

    It counts integrations; where there is only one thing to do, its steps.

    It is drawn from the first step on, so that it erases no earlier question, and leaves nothing on the screen.

    Args:
        output: where to draw the bar.
        form: the format that `-o` requests.
        verbose: whether to show the evidence of each step.
        verb: the word shown next to the bar.
    """

    def __init__(
        self, output: Output, form: Format = Format.TEXT, *, verbose: bool = False, verb: str = "Applying"
    ) -> None:
        super().__init__(output, form, verbose=verbose)
        self._verb = verb
        self._bars = _rows(output)
        self._expected = 0
        self._steps: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._all: TaskID | None = None
        self._wait: TaskID | None = None

    def __enter__(self) -> Bars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the bar from the screen."""
        self._output.drawn = None
        self._bars.stop()

    def expects(self, integrations: int) -> None:
        """Set the number of integrations with something to do."""
        self._expected = integrations

    def planned(self, name: str, steps: int) -> None:
        """Draw the bar as soon as an integration has something to do."""
        if not steps:
            return
        self._steps[name], self._done[name] = steps, 0
        if self._all is None:
            self._all = self._bars.add_task("", total=self._total, name=self._verb, count="")
            self._bars.start()
            self._output.drawn = self._bars.console
        self._move()

    def began(self, name: str, step: str) -> None:
        """Show the step next to the bar; alone if it is one of the whole run."""
        self._move(f"{name}: {step}" if name else step)

    def ended(self, name: str, step: str, evidence: str) -> None:
        """Advance the bar."""
        self._done[name] = self._done.get(name, 0) + 1
        self._move()
        super().ended(name, step, evidence)

    def failed(self, name: str, step: str, reason: str) -> None:
        """Count the integration as finished: the rest of its steps won't run."""
        self._done[name] = self._steps.get(name, 0)
        self._move()

    def finished(self, report: Report, seconds: float) -> None:
        """Write the line above the bar if standard output is this terminal, otherwise to standard output."""
        if report.status != "unchanged" and self._form is Format.TEXT and self._output.stdout.isatty():
            self._output.note_painted(report_line(report, seconds, self._output.note_layout))
        else:
            super().finished(report, seconds)

    def waits(self, reason: str, seconds: float) -> None:
        """Count down below the bar, with the reason; a new wait replaces the previous one.

        Before there is a bar it is a plain line: redrawing would erase a question.
        """
        if self._all is None:
            super().waits(reason, seconds)
            return
        until = time.monotonic() + seconds
        if self._wait is not None:
            self._bars.remove_task(self._wait)
        self._wait = self._bars.add_task(self._output.masked(clean(reason)), total=None, name="waiting", until=until)
        self._bars.update(self._all, held=until)
        self._bars.refresh()

    @property
    def _total(self) -> int:
        return max(self._expected, len(self._steps))

    def _move(self, words: str | None = None) -> None:
        """Set the bar to the share of the steps that are done."""
        if self._wait is not None:  # a step that moves on has ended its wait
            self._bars.remove_task(self._wait)
            self._wait = None
        if self._all is None:
            return
        shares = [min(1.0, self._done[name] / steps) for name, steps in self._steps.items()]
        fields: dict[str, Any] = {} if words is None else {"description": self._output.masked(clean(words))}
        counted = f"{shares.count(1.0)}/{self._total}"
        if self._total == 1:
            (name, steps), *_ = self._steps.items()
            counted = f"{min(steps, self._done[name])}/{steps}"
        self._bars.update(self._all, completed=sum(shares), total=self._total, count=counted, held=0.0, **fields)


def _rows(output: Output) -> Progress:
    """The bar and the wait below it, each on a line that fits, because a wrapped line can't be erased."""
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    class Rows(Progress):
        def get_renderables(self) -> Iterator[Table]:
            for task in self.tasks:
                row = self.make_tasks_table([task])
                row.width = max(_NARROWEST, self.console.width - len("^C"))  # the terminal echoes ^C after the row
                yield row

    return Rows(
        TextColumn("{task.fields[name]}", markup=False),
        BarColumn(bar_width=16),
        _time_left(),
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, ratio=1)),
        console=output.rich_console(output.stderr),
        transient=True,
    )


def _time_left() -> ProgressColumn:
    """A column that counts down to a task's `until`; for the bar, how much is done and roughly how long is left."""
    from rich.progress import ProgressColumn
    from rich.table import Column
    from rich.text import Text

    class TimeLeft(ProgressColumn):
        def render(self, task: Task) -> Text:
            if (until := task.fields.get("until")) is None:
                held = max(0.0, task.fields.get("held", 0.0) - time.monotonic())
                return Text(f"{task.fields['count']}{_about((task.time_remaining or 0) + held)}")
            minutes, seconds = divmod(max(0, round(until - time.monotonic())), 60)
            return Text(f"{minutes}:{seconds:02}")

    return TimeLeft(Column(no_wrap=True))


def _about(seconds: float) -> str:
    """An estimate: `, about 40 s left`, `, about 3 min left`, or "" if there is none."""
    if seconds < 1:
        return ""
    return f", about {seconds:.0f} s left" if seconds < _A_FEW_MINUTES else f", about {seconds / 60:.0f} min left"


def progress_for(output: Output, form: Format = Format.TEXT, *, verbose: bool = False, verb: str = "Applying") -> Lines:
    """A bar on a terminal, with this word next to it; lines elsewhere."""
    return (
        Bars(output, form, verbose=verbose, verb=verb) if output.interactive else Lines(output, form, verbose=verbose)
    )
