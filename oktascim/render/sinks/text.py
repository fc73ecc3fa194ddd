"""System Log events as text: one line each, with the events of one operation together.

In a pipe or a file an event is one line and its reason another, whatever their length, for grep and awk. On a terminal
nothing crosses the edge: what doesn't fit goes below, under the joint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from oktascim.diagnose.event import FAILED_RESULTS, Event, words_of
from oktascim.diagnose.finding import Finding
from oktascim.logs.fields import FIELDS, app_of, group_of, name_of, outcome_of, user_of
from oktascim.okta.log_events import Events
from oktascim.quote import quoted
from oktascim.redact import clean
from oktascim.render.findings import finding_lines, same_finding_line
from oktascim.render.gate import painted
from oktascim.render.sinks.sink import StreamSink
from oktascim.render.streams import Output
from oktascim.render.terminal import fitted, width_of

_RED, _GREEN, _YELLOW, _DIM = "31", "32", "33", "2"
_GOOD = frozenset({"SUCCESS", "ALLOW"})
_ALONE, _FIRST, _MIDDLE, _LAST = " ", "┌", "├", "└"
_THROUGH = "│"
_HEAD = 34  # time, joint and the longest outcome
_INDENT = " " * 21
_MESSAGE, _SHORTEST_MESSAGE = 44, 28  # columns for the message, before the people; a longer message stands alone
_PEOPLE = 52  # reserved for the people, if they follow the message
_MOST_WORDS = 1_000  # characters of a reason on a terminal; a pipe gets all
_ONE_LINE_FROM, _NARROW_BELOW = 110, 64
_WIDE_FIELDS = ("type", "transaction", "ip", "uuid")


@dataclass(frozen=True)
class _Layout:
    """The layout of an event on a terminal with this many columns; with None nothing is broken into lines."""

    columns: int | None

    @property
    def narrow(self) -> bool:
        """Whether there isn't even room for the message after the outcome."""
        return self.columns is not None and self.columns < _NARROW_BELOW

    @property
    def stacked(self) -> bool:
        """Whether people go below the message."""
        return self.columns is not None and self.columns < _ONE_LINE_FROM

    @property
    def message(self) -> int:
        """How many columns are reserved for the message, if people follow it."""
        if self.columns is None:
            return _MESSAGE
        return max(_SHORTEST_MESSAGE, min(_MESSAGE, self.columns - _HEAD - _PEOPLE))

    @property
    def indent(self) -> str:
        """What precedes the joint's column, below the first line."""
        return "" if self.narrow else _INDENT

    @property
    def below(self) -> int:
        """How many columns there are below the first line."""
        return max(20, (self.columns or 0) - len(self.indent) - 2)

    def wrapped(self, text: str) -> list[str]:
        """A text as lines that fit below."""
        return fitted(text, self.columns, len(self.indent) + 2)


class TextSink(StreamSink):
    """Lines for people."""

    def __init__(self, output: Output, *, wide: bool) -> None:
        self._stream = output.stdout
        self._text = EventText(color=output.stdout.color, wide=wide)

    def page(self, events: Events, findings: Sequence[Finding]) -> None:
        """Write the page's lines."""
        self._stream.write_painted(self._text.page(events.values, findings, self._stream.columns))
        self._stream.flush()


class EventText:
    """Writes pages of events as lines of text.

    Args:
        color: whether to use colours.
        wide: True adds type, transaction, IP address and uuid.
    """

    def __init__(self, *, color: bool, wide: bool) -> None:
        self._color = color
        self._wide = wide
        self._explained: set[tuple[str, str]] = set()

    def page(self, events: Sequence[Event], findings: Iterable[Finding] = (), columns: int | None = None) -> str:
        """The lines of one page, each with its line feed.

        Args:
            events: LogEvents in Okta's order; those of one transaction are drawn together at the first one's place.
            findings: explanations; each is written in full under its first event.
            columns: the width of the terminal, or None without one.
        """
        by_event = {uuid: finding for finding in findings for uuid in finding.events}
        layout = _Layout(columns)
        lines = [
            line
            for group in _by_transaction(events)
            for joint, event in zip(_joints(len(group)), group, strict=True)
            for line in self._event(event, joint, by_event.get(event.get("uuid", "")), layout)
        ]
        return "\n".join([*lines, ""]) if lines else ""

    def _event(self, event: Event, joint: str, finding: Finding | None, layout: _Layout) -> Iterator[str]:
        time = clean(str(event.get("published") or ""))[:19].replace("T", " ")
        first, below = self._what_and_who(event, layout)
        yield f"{self._painted(time + 'Z', _DIM)} {joint} {self._outcome(event)} {first}".rstrip()
        margin = f"{layout.indent}{_THROUGH if joint in (_FIRST, _MIDDLE) else ' '} "
        words = words_of(event)
        for text in (*below, clean(words) if layout.columns is None else quoted(words, _MOST_WORDS)):
            if text:
                yield from (margin + line for line in layout.wrapped(text))
        if self._wide:
            named = ((name, FIELDS[name](event)) for name in _WIDE_FIELDS)
            more = "  ".join(f"{name}={clean(str(value))}" for name, value in named if value)
            yield from (margin + self._painted(line, _DIM) for line in layout.wrapped(more))
        if finding:
            yield from (margin + line for line in self._explanation(finding, layout))

    def _what_and_who(self, event: Event, layout: _Layout) -> tuple[str, Sequence[str]]:
        """What follows the outcome, and what goes below it."""
        message = clean(event.get("displayMessage") or event.get("eventType") or "")
        about = user_of(event) or group_of(event) or app_of(event)
        actor = name_of(event.get("actor") or {})
        by = f"  by {clean(actor)}" if actor and actor != about else ""
        people = f"{clean(about)}{by}".strip()
        line = f"{message:<{layout.message}}  {people}"
        if layout.columns is None or (not layout.stacked and _HEAD + width_of(line) <= layout.columns):
            return line, ()
        fits = not layout.narrow and _HEAD + width_of(message) <= layout.columns
        return (message, (people,)) if fits else ("", (message, people))

    def _explanation(self, finding: Finding, layout: _Layout) -> Iterator[str]:
        key = (finding.rule, finding.okta_action.text)
        if key in self._explained:
            yield same_finding_line(finding, color=self._color)
            return
        self._explained.add(key)
        yield from finding_lines(finding, layout.columns and layout.below, color=self._color)

    def _outcome(self, event: Event) -> str:
        outcome = clean(outcome_of(event))
        code = _GREEN if outcome in _GOOD else _RED if outcome in FAILED_RESULTS else _YELLOW
        return self._painted(f"{outcome or '-':<8}", code)

    def _painted(self, text: str, code: str) -> str:
        return painted(text, code) if self._color else text


def _by_transaction(events: Iterable[Event]) -> Iterable[list[Event]]:
    groups: dict[object, list[Event]] = {}
    for event in events:
        transaction = (event.get("transaction") or {}).get("id")
        groups.setdefault(transaction or id(event), []).append(event)
    return groups.values()


def _joints(size: int) -> Iterator[str]:
    """How the lines of a group are joined: ┌ first, ├ between, └ last; nothing for a single event."""
    if size == 1:
        yield _ALONE
        return
    yield _FIRST
    yield from _MIDDLE * (size - 2)
    yield _LAST
