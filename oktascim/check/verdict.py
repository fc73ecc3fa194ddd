"""The verdict on one check, and how to fix what it found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from oktascim.check.catalogue import catalogue
from oktascim.check.model import Check, Fix
from oktascim.check.sent import Sent

_CRASHED = 500
INTERRUPTED, SERVER_GONE = "interrupted.", "the server stopped responding."
"""Why no check after a certain one is run."""
STOPPED_RESPONDING = "The server stopped responding."
"""The detail of the check during which it stopped; the check says nothing else about the server."""


@dataclass(frozen=True)
class Verdict:
    """The conclusion of one check.

    Attributes:
        check: the check.
        passed: None if it wasn't run.
        detail: what was found, or why it wasn't run.
        silent: the server returned 2xx and didn't do what was asked.
        fix: the name of a fix, or ""; one that wasn't run has it if the server rejected what the check needs.
        remedy: a fix that isn't in the catalogue, from the connection test.
        sent: the exchange that shows it.
        wrote: the last write of the check, if `sent` is another exchange.
        why_not: why it wasn't run, as `not_run` received it; otherwise "".
    """

    check: Check
    passed: bool | None
    detail: str
    silent: bool = False
    fix: str = ""
    remedy: Fix | None = None
    sent: Sent | None = None
    wrote: Sent | None = None
    why_not: str = ""

    @property
    def unanswered(self) -> bool:
        """Whether `sent` got no response."""
        return self.sent is not None and self.sent.exchange.status is None

    @property
    def interrupted(self) -> bool:
        """Whether it wasn't run because the user stopped the run."""
        return self.why_not == INTERRUPTED

    @property
    def mending(self) -> Fix | None:
        """How to fix it; a 500 is an error of the server itself, which only its log explains."""
        if self.remedy:
            return self.remedy
        fix = catalogue().fixes.get(self.fix)
        is_crash = self.sent is not None and self.sent.exchange.status == _CRASHED
        return fix.model_copy(update={"do": f"{catalogue().crash} {fix.do}"}) if fix and is_crash else fix

    def kept(self) -> Verdict:
        """The same for a report: with the start of large responses."""
        return replace(self, sent=self.sent and self.sent.kept(), wrote=self.wrote and self.wrote.kept())

    def excerpts(self) -> list[dict[str, Any]]:
        """The exchanges that show it: the write, and the read after it."""
        return [one.excerpt() for one in (self.wrote, self.sent) if one]

    def to_json(self) -> dict[str, Any]:
        """JSON values; the keys are a contract with scripts."""
        words = self.check.model_dump(include={"id", "group", "requirement", "blocks", "why", "source"})
        mending = self.mending if self.passed is False else None
        return {
            **words,
            "passed": self.passed,
            "silent": self.silent,
            "detail": self.detail,
            "fix": mending.do if mending else None,
            "fix_source": mending.source if mending else None,
            "exchanges": self.excerpts() if self.passed is False else [],
        }


def not_run(check: Check, why: str, *, fix: str = "", sent: Sent | None = None) -> Verdict:
    """The verdict on a check that wasn't run; `why` is the end of a sentence, such as `INTERRUPTED`."""
    return Verdict(check, None, f"Not run: {why}", fix=fix, sent=sent, why_not=why)
