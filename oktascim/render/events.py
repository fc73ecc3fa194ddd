"""System Log events for people: a line each, the events of one operation together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from oktascim.diagnose.engine import FAILED_RESULTS
from oktascim.diagnose.finding import Finding
from oktascim.redact import clean
from oktascim.render.findings import finding_lines, same_finding_line
from oktascim.systemlog.fields import FIELDS, Event, app_of, group_of, name_of, outcome_of, reason_of, user_of

_RED, _GREEN, _YELLOW, _DIM = "31", "32", "33", "2"
_GOOD = frozenset({"SUCCESS", "ALLOW"})
_ALONE, _FIRST, _MIDDLE, _LAST = " ", "┌", "├", "└"
_THROUGH = "│"
_MESSAGE, _PARTY = 44, 40
_INDENT = " " * 21
_WIDE_FIELDS = ("type", "transaction", "ip", "uuid")


class EventText:
    """Writes pages of events as lines of text.

    Args:
        color: whether the terminal takes colour.
        wide: True cuts nothing and adds type, transaction, IP address and uuid.
    """

    def __init__(self, *, color: bool, wide: bool) -> None:
        self._color = color
        self._wide = wide
        self._explained: set[tuple[str, str]] = set()

    def page(self, events: Sequence[Event], findings: Iterable[Finding] = ()) -> str:
        """The lines of one page, each with its line feed.

        Args:
            events: LogEvents in Okta's order; those of one transaction are drawn together where the first stands.
            findings: explanations; each is written in full under its first event.
        """
        by_event = {uuid: finding for finding in findings for uuid in finding.events}
        lines = [
            line
            for group in _by_transaction(events)
            for joint, event in zip(_joints(len(group)), group, strict=True)
            for line in self._event(event, joint, by_event.get(event.get("uuid", "")))
        ]
        return "\n".join([*lines, ""]) if lines else ""

    def _event(self, event: Event, joint: str, finding: Finding | None) -> Iterator[str]:
        time = clean(str(event.get("published") or ""))[:19].replace("T", " ")
        outcome = clean(outcome_of(event))
        message = self._cut(event.get("displayMessage") or event.get("eventType") or "", _MESSAGE)
        about = user_of(event) or group_of(event) or app_of(event)
        actor = name_of(event.get("actor") or {})
        by = f"  by {self._cut(actor, _PARTY)}" if actor and actor != about else ""
        line = f"{message:<{_MESSAGE}}  {self._cut(about, _PARTY)}{by}".rstrip()
        yield f"{self._painted(time + 'Z', _DIM)} {joint} {self._outcome(outcome)} {line}"
        margin = f"{_INDENT}{_THROUGH if joint in (_FIRST, _MIDDLE) else ' '}{' ' * 10}"
        reason = reason_of(event)
        if reason:
            yield margin + clean(reason)
        if self._wide:
            named = ((name, FIELDS[name](event)) for name in _WIDE_FIELDS)
            yield margin + self._painted(
                "  ".join(f"{name}={clean(str(value))}" for name, value in named if value), _DIM
            )
        if finding:
            yield from (margin + line for line in self._explanation(finding))

    def _explanation(self, finding: Finding) -> Iterator[str]:
        key = (finding.rule, finding.okta_action.text)
        if key in self._explained:
            yield same_finding_line(finding)
            return
        self._explained.add(key)
        yield from finding_lines(finding)

    def _outcome(self, outcome: str) -> str:
        code = _GREEN if outcome in _GOOD else _RED if outcome in FAILED_RESULTS else _YELLOW
        return self._painted(f"{outcome or '-':<8}", code)

    def _cut(self, text: str, width: int) -> str:
        shown = clean(text)
        return shown if self._wide or len(shown) <= width else shown[: width - 1] + "…"

    def _painted(self, text: str, code: str) -> str:
        return f"\N{ESCAPE}[{code}m{text}\N{ESCAPE}[0m" if self._color else text


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
