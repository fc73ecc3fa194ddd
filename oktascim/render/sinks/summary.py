"""A summary of the log for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from oktascim.diagnose.finding import Finding
from oktascim.logs.summary import Bar, Summary
from oktascim.okta.log_events import Events
from oktascim.redact import clean
from oktascim.render.findings import Findings, finding_lines
from oktascim.render.formats import Format, Table
from oktascim.render.gate import painted
from oktascim.render.layout import plural
from oktascim.render.sinks.sink import StreamSink
from oktascim.render.streams import Output

_BAR, _SHORTEST_BAR = 50, 4
_BESIDE_BAR = 23  # the time before the bar, and blanks
_NARROWEST = 30
_SHOWN = 10
_FINE, _FAILED = "█", "▒"
_BOLD, _RED, _GREEN = "1", "31", "32"


class SummarySink(StreamSink):
    """Counts events, and writes the totals at the end.

    Args:
        output: where to write.
        summary: the counters.
        as_json: True writes a JSON object instead of text.
        explained: True adds the findings.
    """

    def __init__(self, output: Output, summary: Summary, *, as_json: bool, explained: bool) -> None:
        self._output = output
        self._summary = summary
        self._as_json = as_json
        self._findings = Findings() if explained else None

    def page(self, events: Events, findings: Sequence[Finding]) -> None:
        """Count a page."""
        self._summary.add(events.values)
        if self._findings:
            self._findings.add(findings)

    def finish(self) -> None:
        """Write the summary."""
        found = self._findings.merged() if self._findings else None
        if self._as_json:
            extra = {} if found is None else {"findings": [finding.to_json() for finding in found]}
            self._output.show({**self._summary.to_json(), **extra}, Format.JSON, Table((), ()))
            return
        columns, color = self._output.stdout.columns, self._output.stdout.color
        for line in SummaryText(columns, color=color).lines(self._summary):
            self._output.data_painted(line)
        for finding in found or ():
            self._output.data(f"\n{plural(len(finding.events), 'event')}")
            for line in finding_lines(finding, columns and columns - 2, color=color):
                self._output.data_painted(f"  {line}")


class SummaryText:
    """Writes a summary as lines of text.

    Args:
        columns: the width of the terminal, or None without one.
        color: whether to use colours.
    """

    def __init__(self, columns: int | None, *, color: bool) -> None:
        self._columns = columns
        self._color = color

    def lines(self, summary: Summary) -> Iterator[str]:
        """The summary: what happened, and how often; why and for whom it failed; when."""
        if not summary.events:
            yield "No events."
            return
        yield from self._wrapped(
            f"{plural(summary.events, 'event')}, {plural(summary.failures, 'failure')}, "
            f"{_time(summary.first)} to {_time(summary.last)}, about {plural(len(summary.users), 'user')}"
        )
        operations = sorted(summary.operations.items(), key=lambda item: (-item[1], item[0]))
        yield from self._counted(
            "Operations", ((f"{outcome or '-':<8}  {kind}", count) for (kind, outcome), count in operations)
        )
        yield from self._counted("Reasons of the failures", summary.reasons.most_common(_SHOWN))
        yield from self._counted("Users with failures", summary.failed_users.most_common(_SHOWN))
        yield from self._histogram(summary.histogram())

    def _counted(self, title: str, counts: Iterable[tuple[str, int]]) -> Iterator[str]:
        lines = [line for name, count in counts for line in self._wrapped(f"  {count:>9,}  ", clean(name))]
        if lines:
            yield from ("", self._painted(title, _BOLD), *lines)

    def _histogram(self, bars: Sequence[Bar]) -> Iterator[str]:
        highest = max(bar.events for bar in bars)
        numbers = [f"{bar.events:,}" + (f", {bar.failures:,} failed" if bar.failures else "") for bar in bars]
        longest = self._longest_bar(max(map(len, numbers)))
        title = self._painted(f"Over time, {_span(bars[0].minutes)} a line", _BOLD)
        yield from ("", f"{title} ({self._painted(_FINE, _GREEN)} fine, {self._painted(_FAILED, _RED)} failed)")
        for bar, number in zip(bars, numbers, strict=True):
            length = -(-bar.events * longest // highest)
            failed = -(-bar.failures * length // bar.events) if bar.events else 0
            drawn = self._painted(_FINE * (length - failed), _GREEN) + self._painted(_FAILED * failed, _RED)
            yield f"  {bar.start:%Y-%m-%d %H:%M}Z  {drawn}{' ' * (longest - length)}  {number}"

    def _longest_bar(self, numbers: int) -> int:
        """The maximum length of a bar next to numbers of that length."""
        return _BAR if self._columns is None else max(_SHORTEST_BAR, min(_BAR, self._columns - _BESIDE_BAR - numbers))

    def _wrapped(self, first: str, text: str = "") -> list[str]:
        """A text after a number, broken at the edge of the terminal; further lines are aligned with the first."""
        if self._columns is None:
            return [first + text]
        return textwrap.wrap(
            first + text,
            max(_NARROWEST, self._columns),
            subsequent_indent=" " * len(first) if text else "",
            drop_whitespace=True,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _painted(self, text: str, code: str) -> str:
        return painted(text, code) if self._color and text else text


def _span(minutes: int) -> str:
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            return plural(minutes // size, unit)
    raise AssertionError("every number is a multiple of one")


def _time(published: str) -> str:
    return clean(published)[:16].replace("T", " ") + "Z"
