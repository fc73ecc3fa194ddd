"""A summary of the log for the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from oktascim.diagnose.finding import Finding
from oktascim.okta.log_events import Events
from oktascim.redact import clean
from oktascim.render.event_sinks import StreamSink
from oktascim.render.findings import Findings, finding_lines
from oktascim.render.streams import Output
from oktascim.systemlog.summary import Bar, Summary

_BAR = 50
_SHOWN = 10


class SummarySink(StreamSink):
    """Counts events, and writes at the end what they add up to.

    Args:
        output: where it goes.
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
            self._output.data(json.dumps({**self._summary.to_json(), **extra}, indent=2, ensure_ascii=False))
            return
        for line in summary_lines(self._summary):
            self._output.data(line)
        for finding in found or ():
            self._output.data(f"\n{_events(len(finding.events))}")
            for line in finding_lines(finding):
                self._output.data(f"  {line}")


def summary_lines(summary: Summary) -> Iterator[str]:
    """The summary as lines of text."""
    if not summary.events:
        yield "No events."
        return
    yield (
        f"{_events(summary.events)}, {summary.failures:,} of them failures, "
        f"{_time(summary.first)} to {_time(summary.last)}, about {len(summary.users):,} people"
    )
    operations = sorted(summary.operations.items(), key=lambda item: (-item[1], item[0]))
    yield from _counted(
        "Operations", ((f"{outcome or '-':<8}  {kind}", count) for (kind, outcome), count in operations)
    )
    yield from _counted("Reasons of the failures", summary.reasons.most_common(_SHOWN))
    yield from _counted("People with failures", summary.failed_users.most_common(_SHOWN))
    yield from _histogram(summary.histogram())


def _counted(title: str, counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    lines = [f"  {count:>9,}  {clean(name)}" for name, count in counts]
    if lines:
        yield from ("", title, *lines)


def _histogram(bars: Sequence[Bar]) -> Iterator[str]:
    highest = max(bar.events for bar in bars)
    yield from ("", f"Over time, {_span(bars[0].minutes)} a line (█ fine, ▒ failed)")
    for bar in bars:
        length = -(-bar.events * _BAR // highest)
        failed = -(-bar.failures * length // bar.events) if bar.events else 0
        drawn = "█" * (length - failed) + "▒" * failed
        numbers = f"{bar.events:,}" + (f", {bar.failures:,} failed" if bar.failures else "")
        yield f"  {bar.start:%Y-%m-%d %H:%M}Z  {drawn:<{_BAR}}  {numbers}"


def _span(minutes: int) -> str:
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            count = minutes // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    raise AssertionError("every number is a multiple of one")


def _events(count: int) -> str:
    return f"{count:,} event{'' if count == 1 else 's'}"


def _time(published: str) -> str:
    return clean(published)[:16].replace("T", " ") + "Z"
