"""The report of a check run: the verdicts, the fix list, and what Okta can do with the server."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from oktascim.check.catalogue import catalogue
from oktascim.check.lab import Made
from oktascim.check.model import Fix
from oktascim.check.sent import Sent
from oktascim.check.verdict import STOPPED_RESPONDING, Verdict
from oktascim.scim.report import ScimVersion
from oktascim.wording import in_words

_CONNECTING = "connect"
OIN_NOTE = (
    "A pass doesn't replace Okta's review: a submission to the Okta Integration Network needs links to Runscope"
    " results of Okta's own suites, and can't use Basic authentication."
)


@dataclass(frozen=True)
class Remedy:
    """One fix, and the checks that it turns green."""

    fix: Fix
    verdicts: tuple[Verdict, ...]

    @property
    def first(self) -> Verdict:
        """The most telling verdict: of a required check if there is any, and of the worst loss."""
        order = list(catalogue().capabilities)
        return min(self.verdicts, key=lambda one: (one.check.requirement != "required", order.index(one.check.blocks)))

    @property
    def required(self) -> bool:
        """Whether a required check depends on it."""
        return self.first.check.requirement == "required"

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        first = self.first
        return {
            "blocks": first.check.blocks,
            "required": self.required,
            "what": first.detail,
            "why": first.check.why,
            "how": self.fix.do,
            "source": self.fix.source,
            "exchanges": first.excerpts(),
            "turns_green": [verdict.check.id for verdict in self.verdicts],
        }


@dataclass(frozen=True)
class CheckReport:
    """The result of a check run; it contains no secrets.

    Attributes:
        base_url, scim_version, run_id: what was checked, and the mark of everything that was created.
        verdicts: in the order of the run.
        exchanges: everything that was sent.
        left_behind: what the server didn't delete.
        interrupted: the user stopped the run early.
        title: the suite's name, if the checks are the steps of a suite.
    """

    base_url: str
    scim_version: ScimVersion
    run_id: str
    verdicts: tuple[Verdict, ...]
    exchanges: tuple[Sent, ...] = ()
    left_behind: tuple[Made, ...] = ()
    interrupted: bool = False
    title: str = ""

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if not self.title:
            return sentence(self.verdicts)
        counts = self.counts
        failed = counts["failed"] + counts["advised"]
        what = f"{failed} of {len(self.verdicts)} steps failed" if failed else f"all {counts['passed']} steps passed"
        return f"{self.title}: {what}." if failed or not counts["not_run"] else f"{self.title}: not all steps were run."

    @property
    def stopped(self) -> str:
        """How far an interrupted run came, and whether its resources are deleted; "" for a whole run."""
        if not self.interrupted:
            return ""
        ran = sum(not one.interrupted for one in self.verdicts)
        what = "couldn't be deleted in full" if self.left_behind else "is deleted"
        return f"Stopped after {ran} of {len(self.verdicts)} checks. What was created {what}."

    def failed(self, requirement: str = "") -> list[Verdict]:
        """The failed verdicts, with one requirement or both."""
        return [one for one in self.verdicts if one.passed is False and requirement in {"", one.check.requirement}]

    @property
    def counts(self) -> dict[str, int]:
        """How many passed, failed (required), are advised (recommended and failed), and weren't run."""
        return {
            "passed": sum(one.passed is True for one in self.verdicts),
            "failed": len(self.failed("required")),
            "advised": len(self.failed("recommended")),
            "not_run": sum(one.passed is None for one in self.verdicts),
        }

    @property
    def remedies(self) -> list[Remedy]:
        """The fixes, the worst first: required before recommended, then by what they block, then as the checks run."""
        order = list(catalogue().capabilities)
        by_fix: dict[Fix, list[Verdict]] = {}
        for verdict in self.failed():
            if mending := verdict.mending:
                by_fix.setdefault(mending, []).append(verdict)
        remedies = [Remedy(fix, tuple(verdicts)) for fix, verdicts in by_fix.items()]
        places = {verdict.check.id: place for place, verdict in enumerate(self.verdicts)}

        def rank(one: Remedy) -> tuple[bool, int, int]:
            return not one.required, order.index(one.first.check.blocks), places[one.first.check.id]

        return sorted(remedies, key=rank)

    def to_json(self) -> dict[str, Any]:
        """JSON values; the keys are a contract with scripts."""
        return {
            "passed": not self.failed("required") and not self.interrupted,
            "base_url": self.base_url,
            "scim_version": self.scim_version,
            "run_id": self.run_id,
            "verdict": self.sentence,
            "counts": self.counts,
            "fixes": [remedy.to_json() for remedy in self.remedies],
            "checks": [verdict.to_json() for verdict in self.verdicts],
            "left_behind": [{"collection": one.collection, "id": one.id, "name": one.name} for one in self.left_behind],
            "interrupted": self.interrupted,
            "note": OIN_NOTE,
        }


def sentence(verdicts: Sequence[Verdict]) -> str:
    """The verdict in words: what Okta can do here, then what it can't and the consequences."""
    works, broken, faults = set(), set(), []
    stopped = [STOPPED_RESPONDING] if any(one.detail == STOPPED_RESPONDING for one in verdicts) else []
    for name, capability in catalogue().capabilities.items():
        about = [one for one in verdicts if one.check.blocks == name]
        ours = [one for one in about if one.check.requirement == "required"] or about
        wrong = [one for one in ours if one.passed is False and one.check.requirement == "required"]
        wrong = [one for one in wrong if not (stopped and one.unanswered)]
        others = [one for one in ours if not one.check.wizard] or ours
        is_shown = _mostly_passed(others, writing=capability.writes)  # in apps that aren't wizard-made, if not in all
        if wrong:
            text = capability.ignored if capability.ignored and all(one.silent for one in wrong) else capability.fails
            faults.append(f"In a wizard-made app, {text[0].lower()}{text[1:]}" if is_shown else text)
        if is_shown and capability.can:
            works.add(name)
        if wrong and not is_shown:
            broken.add(name)
    works -= {name for name in works if catalogue().capabilities[name].sent_like in broken}
    can = [f"Okta can {_what_works(works)} here."] if works and _CONNECTING not in broken else []
    return " ".join([*can, *faults, *stopped]) or "Too few checks were run to say what Okta can do here."


def _what_works(names: Collection[str]) -> str:
    """The capabilities of these names: "create and update users, and push groups"."""
    cans = [catalogue().capabilities[name].can for name in catalogue().lifecycle if name in names]
    by_object = groupby(cans, key=itemgetter(1))
    return in_words((f"{in_words(verb for verb, _ in group)} {of}" for of, group in by_object), ", and ")


def _mostly_passed(verdicts: Sequence[Verdict], *, writing: bool) -> bool:
    """Whether none failed, and most of them were run, one that writes among them if it must be shown by writing."""
    passed = [one for one in verdicts if one.passed]
    shown = not writing or any(one.check.changes for one in passed)
    return shown and len(passed) > len(verdicts) / 2 and not any(one.passed is False for one in verdicts)
