"""Progress on stderr: a bar per integration for a terminal, plain lines for CI."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from oktascim.redact import clean
from oktascim.render.streams import Output
from oktascim.routes.observer import VERIFIES_AND_CONTINUES, Handoff, Observer

if TYPE_CHECKING:
    from rich.progress import ProgressColumn, Task, TaskID


class Lines(Observer):
    """A line per step; for CI, pipes and logs."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to tidy up."""

    def ended(self, name: str, step: str, evidence: str) -> None:
        """Say what was done and what proves it."""
        self._output.note(f"{name}: {step}: done ({evidence})")

    def failed(self, name: str, step: str, reason: str) -> None:
        """Say what was not done."""
        self._output.note(f"{name}: {step}: {reason}")

    def handoff(self, name: str, handoff: Handoff) -> None:
        """Say what a person has to do."""
        for line in _handoff_lines(name, handoff):
            self._output.note(line)

    def waits(self, reason: str, seconds: float) -> None:
        """Say why nothing happens."""
        self._output.note(f"waiting {seconds:.0f} s: {reason}")


class Bars(Observer):
    """A bar per integration on a terminal; drawn from the first step on, so that no question before it is erased."""

    def __init__(self, output: Output) -> None:
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._bars = RichProgress(
            TextColumn("{task.fields[name]}", markup=False),
            BarColumn(bar_width=24),
            _time_left(),
            TextColumn("{task.description}", markup=False),
            console=output.console(output.stderr),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._drawing = False
        self._wait: TaskID | None = None
        self._wait_until = 0.0
        self._output = output

    def __enter__(self) -> Bars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bars off the screen."""
        self._bars.stop()

    def planned(self, name: str, steps: int) -> None:
        """Draw a bar for an integration that has something to do."""
        if steps:
            self._tasks[name] = self._bars.add_task("", total=steps, name=self._output.masked(clean(name)))
            self._bars.start()
            self._drawing = True

    def began(self, name: str, step: str) -> None:
        """Name the step beside the bar."""
        self._update(name, description=self._output.masked(clean(step)))

    def ended(self, name: str, step: str, evidence: str) -> None:
        """Move the bar on; a full one gives way to a line."""
        self._update(name, advance=1)
        task = self._tasks.get(name)
        if task is not None and self._bars.tasks[self._bars.task_ids.index(task)].finished:
            self._bars.remove_task(self._tasks.pop(name))
            self._above(f"{name}: done")

    def failed(self, name: str, step: str, reason: str) -> None:
        """Say beside the bar what was not done."""
        self._update(name, description=self._output.masked(clean(reason)))

    def gave_up(self, name: str, route: str, said: str) -> None:
        """Say above the bars why another route follows."""
        self._above(f"{name}: {route}: {said}")

    def handoff(self, name: str, handoff: Handoff) -> None:
        """Say above the bars what a person has to do."""
        for line in _handoff_lines(name, handoff):
            self._above(line)

    def waits(self, reason: str, seconds: float) -> None:
        """Count down below the bars, with the reason; a new wait takes the place of the one before.

        Before the first bar it is a plain line: what is drawn anew all the time would erase a question.
        """
        if not self._drawing:
            self._output.note(f"waiting {seconds:.0f} s: {reason}")
            return
        self._wait_until = time.monotonic() + seconds
        if self._wait is not None:
            self._bars.remove_task(self._wait)
        self._wait = self._bars.add_task(
            self._output.masked(clean(reason)), total=None, name="waiting", until=self._wait_until
        )
        self._bars.refresh()

    def _above(self, line: str) -> None:
        """A line over the bars; rich moves them down, which stopping and starting them would not (it erases lines)."""
        self._output.above(self._bars.console, line)

    def _update(self, name: str, **fields: Any) -> None:
        if self._wait is not None and time.monotonic() >= self._wait_until:
            self._bars.remove_task(self._wait)
            self._wait = None
        if name in self._tasks:
            self._bars.update(self._tasks[name], **fields)


def _handoff_lines(name: str, handoff: Handoff) -> list[str]:
    return [
        f"{name}: open {handoff.page}",
        *(f"  {number}. {step}" for number, step in enumerate(handoff.steps, 1)),
        *([handoff.then] if handoff.then != VERIFIES_AND_CONTINUES else []),
    ]


def _time_left() -> ProgressColumn:
    """A column that counts down to a task's `until`; for a task that has none, its steps done of all."""
    from rich.progress import ProgressColumn
    from rich.text import Text

    class TimeLeft(ProgressColumn):
        def render(self, task: Task) -> Text:
            if (until := task.fields.get("until")) is None:
                return Text(f"{task.completed:.0f}/{task.total or 0:.0f}")
            minutes, seconds = divmod(max(0, round(until - time.monotonic())), 60)
            return Text(f"{minutes}:{seconds:02}")

    return TimeLeft()


def progress_for(output: Output) -> Bars | Lines:
    """Bars where a person looks on, lines elsewhere."""
    return Bars(output) if output.interactive else Lines(output)
