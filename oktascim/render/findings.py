"""A diagnosis in words, for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace

from oktascim.diagnose.finding import Finding
from oktascim.redact import clean

_WIDTH = 100
_LABEL = 6


class Findings:
    """The findings of many pages, each cause once with the uuids of all its events."""

    def __init__(self) -> None:
        self._events: dict[Finding, list[str]] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Take over the findings of a page."""
        for finding in findings:
            self._events.setdefault(replace(finding, events=()), []).extend(finding.events)

    def merged(self) -> list[Finding]:
        """All of them, the one with the most events first."""
        by_weight = sorted(self._events.items(), key=lambda item: -len(item[1]))
        return [replace(finding, events=tuple(uuids)) for finding, uuids in by_weight]


def finding_lines(finding: Finding) -> Iterator[str]:
    """A finding as labelled lines: why, fix, what Okta does next, and what else it may be."""
    yield from _labelled("why", f"{finding.cause} ({finding.category}, {finding.confidence} confidence)")
    yield from _labelled("fix", finding.fix)
    yield from _labelled("Okta", finding.okta_action.text)
    for alternative in finding.alternatives:
        yield from _labelled("or", f"{alternative.cause} ({alternative.category}) {alternative.fix}")


def same_finding_line(finding: Finding) -> str:
    """One line for a finding that has been shown in full before."""
    return f"{'why':<{_LABEL}}as above: {finding.category}"


def _labelled(label: str, text: str) -> Iterator[str]:
    lines = textwrap.wrap(clean(text), _WIDTH - _LABEL, break_long_words=False, break_on_hyphens=False)
    for number, line in enumerate(lines):
        yield f"{label if number == 0 else '':<{_LABEL}}{line}"
