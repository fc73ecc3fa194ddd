"""A diagnosis as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from oktascim.diagnose.finding import Finding
from oktascim.redact import clean
from oktascim.render.gate import painted
from oktascim.render.layout import Layout

_LABEL = 6
_BOLD = "1"


class Findings:
    """The findings of several pages, each cause once with the uuids of all its events."""

    def __init__(self) -> None:
        self._events: dict[Finding, list[str]] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Add the findings of a page."""
        for finding in findings:
            self._events.setdefault(replace(finding, events=()), []).extend(finding.events)

    def merged(self) -> list[Finding]:
        """All of them, the one with the most events first."""
        by_weight = sorted(self._events.items(), key=lambda item: -len(item[1]))
        return [replace(finding, events=tuple(uuids)) for finding, uuids in by_weight]


def finding_lines(finding: Finding, columns: int | None = None, *, color: bool = False) -> Iterator[str]:
    """A finding as labelled lines: cause, fix, what Okta does next, and other possible causes.

    Args:
        finding: the finding.
        columns: the width of the terminal, or None for a pipe or a file, which gets whole lines.
        color: whether labels are coloured.
    """
    paragraphs = [
        ("why", f"{finding.cause} ({finding.category}, {finding.confidence} confidence)"),
        ("fix", finding.fix),
        ("Okta", finding.okta_action.text),
        *(("or", f"{other.cause} ({other.category}) {other.fix}") for other in finding.alternatives),
    ]
    layout = Layout(columns, clean)
    for label, text in paragraphs:
        yield from layout.hanging(f"{label:<{_LABEL}}", text, color=_BOLD if color else "")


def same_finding_line(finding: Finding, *, color: bool = False) -> str:
    """One line for a finding that was already shown in full."""
    return f"{_label('why', color=color)}as above: {finding.category}"


def _label(label: str, *, color: bool) -> str:
    shown = f"{label:<{_LABEL}}"
    return painted(shown, _BOLD) if color else shown
