"""The result of a verify run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oktascim.errors import ExitCode
from oktascim.verify.model import State, StepResult
from oktascim.verify.sheet import Sheet
from oktascim.wording import in_words

_CAN = {
    "accounts": {
        "creates": {"user.create", "user.second", "user.leaver.create"},
        "updates": {"user.name", "user.update", "user.empty"},
        "renames": {"user.login"},
        "reactivates": {"user.reactivate"},
        "deactivates": {"user.unassign", "user.deactivate", "user.leaver.deactivate"},
    },
    "groups": {"pushes": {"group.push", "group.second"}, "renames": {"group.rename"}, "deletes": {"group.delete"}},
    "group members": {"adds": {"group.add"}, "removes": {"group.remove"}},
}
"""The verbs of the verdict, and the steps that show each of them: one is proven, and none fails."""


@dataclass(frozen=True)
class VerifyReport:
    """The result of a run; it holds no secret.

    Attributes:
        org_url, app_id, label: what was verified.
        base_url: the SCIM base URL, or "" if it is unknown.
        run_id: the mark in the names of everything that was created.
        results: step by step.
        untested: mapped attributes that no step changes, with the reason.
        left_behind: what couldn't be removed, as text.
        kept: what `--keep` left, as text.
        interrupted: whether the run was interrupted.
        switched_on: what the integration has switched on.
        sheet: the cases of a test plan, if one was requested.
    """

    org_url: str
    app_id: str
    label: str
    base_url: str
    run_id: str
    results: tuple[StepResult, ...]
    untested: tuple[tuple[str, str], ...] = ()
    left_behind: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    interrupted: bool = False
    switched_on: tuple[str, ...] = ()
    sheet: Sheet | None = None

    def having(self, state: State) -> list[StepResult]:
        """The results in a state."""
        return [one for one in self.results if one.state == state]

    @property
    def counts(self) -> dict[str, int]:
        """The number of steps in each state."""
        states: tuple[State, ...] = ("proven", "failed", "unproven", "not_applicable", "not_run")
        return {state: len(self.having(state)) for state in states}

    @property
    def stopped(self) -> str:
        """How far a run came that didn't reach its end, as a sentence; "" for the others."""
        if not self.interrupted:
            return ""
        ran = len(self.results) - len(self.having("not_run")) - len(self.having("not_applicable"))
        most = len(self.results) - len(self.having("not_applicable"))
        kept = "is kept" if self.kept else "is removed" if not self.left_behind else "couldn't be removed in full"
        return f"Stopped after {ran} of {most} steps. What was created {kept}."

    @property
    def sentence(self) -> str:
        """The verdict as a sentence."""
        failed, proven = ([one.step.id for one in self.having(state)] for state in ("failed", "proven"))
        works = []
        for noun, verbs in _CAN.items():
            shown = [verb for verb, steps in verbs.items() if steps & {*proven} and not steps & {*failed}]
            works += [f"{in_words(shown)} {noun}"] if shown else []
        can = f"Through {self.label}, Okta {in_words(works, ', and ')}." if works else ""
        wrong = f"{len(failed)} of {len(self.results)} steps failed: {', '.join(failed)}."
        said = " ".join(filter(None, (can, wrong if failed else "", self.stopped)))
        return said or f"The run proves nothing about {self.label}."

    def exit_code(self, *, strict: bool) -> ExitCode:
        """130 after Ctrl-C, 5 for a failed step, and with `strict` also for an unproven one."""
        if self.interrupted:
            return ExitCode.INTERRUPTED
        wrong = self.having("failed") or (strict and (self.having("unproven") or self.having("not_run")))
        return ExitCode.SCIM if wrong else ExitCode.DONE

    def to_json(self) -> dict[str, Any]:
        """JSON values; the keys are a contract with scripts."""
        return {
            "passed": not self.having("failed") and not self.interrupted,
            "org_url": self.org_url,
            "app_id": self.app_id,
            "label": self.label,
            "base_url": self.base_url or None,
            "run_id": self.run_id,
            "verdict": self.sentence,
            "counts": self.counts,
            "steps": [one.to_json() for one in self.results],
            "untested_attributes": dict(self.untested),
            "left_behind": list(self.left_behind),
            "kept": list(self.kept),
            "interrupted": self.interrupted,
            "switched_on": list(self.switched_on),
            "plan": self.sheet.to_json() if self.sheet else None,
        }
