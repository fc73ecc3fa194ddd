"""What a run did, as values and as JSON; the shape of the JSON is a contract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from oktascim.errors import ExitCode, OktascimError
from oktascim.plan.diff import IntegrationPlan
from oktascim.plan.outcomes import MemberOutcome
from oktascim.plan.steps.base import Step
from oktascim.routes.observer import Handoff
from oktascim.routes.readback import ReadBack
from oktascim.routes.route import Attempt, RouteName

StepStatus = Literal["done", "failed", "pending", "waiting", "interrupted", "not_run"]
ReportStatus = Literal["done", "unchanged", "failed", "pending", "blocked", "interrupted"]


@dataclass(frozen=True)
class StepReport:
    """One step: what it was to do, how it ended, and what proves it.

    `waiting` is a step that may only follow the one that is pending; `interrupted` one whose writes may have been sent
    but were not proven; `not_run` one that a failure or the interruption before it stopped.
    """

    step: Step
    status: StepStatus
    evidence: str | None = None
    error: OktascimError | None = None

    def to_json(self) -> dict[str, Any]:
        """The step's JSON."""
        return {
            "step": self.step.kind,
            "summary": self.step.describe(),
            "status": self.status,
            "evidence": self.evidence,
            "changes": [{"field": change.field, "old": change.old, "new": change.new} for change in self.step.changes],
            **({"error": error_json(self.error)} if self.error else {}),
        }


@dataclass(frozen=True)
class Report:
    """One integration after a run."""

    plan: IntegrationPlan
    status: ReportStatus
    app_id: str | None
    steps: tuple[StepReport, ...] = ()
    proof: ReadBack | None = None
    route: RouteName | None = None
    attempts: tuple[Attempt, ...] = ()
    handoff: Handoff | None = None
    error: OktascimError | None = None
    notes: tuple[str, ...] = field(default=())
    outcomes: tuple[MemberOutcome, ...] = ()

    @property
    def name(self) -> str:
        """The integration's name in reports: `owner/name`, or only the name if the file has no owner."""
        return self.plan.integration.key

    def to_json(self) -> dict[str, Any]:
        """The integration's JSON."""
        return {
            "name": self.plan.integration.name,
            "owner": self.plan.integration.owner,
            "label": self.plan.integration.label,
            "template": self.plan.template.name,
            "app_id": self.app_id,
            "status": self.status,
            "steps": [step.to_json() for step in self.steps],
            "outcomes": [outcome.to_json() for outcome in self.outcomes],
            "provisioning": self._provisioning(),
            "handoff": {"page": self.handoff.page, "steps": list(self.handoff.steps)} if self.handoff else None,
            "notes": list(self.notes),
            "error": error_json(self.error) if self.error else None,
        }

    def _provisioning(self) -> dict[str, Any] | None:
        if self.plan.integration.provisioning is None:
            return None
        return {
            "status": self.proof.status if self.proof else "UNKNOWN",
            "route": self.route,
            "verified_by": list(self.proof.verified_by) if self.proof else [],
            "attempts": [{"route": attempt.route, "said": attempt.said} for attempt in self.attempts],
        }


def error_json(error: OktascimError) -> dict[str, Any]:
    """An error's JSON."""
    return error.to_json()


def exit_code(reports: Iterable[Report]) -> ExitCode:
    """One exit code for all: an interruption, then the most severe failure, then a manual step."""
    codes = set()
    for report in reports:
        if report.status == "interrupted":
            codes.add(ExitCode.INTERRUPTED)
        elif report.status in {"failed", "blocked"}:
            codes.add(report.error.exit_code if report.error else ExitCode.FAILED)
        elif report.status == "pending":
            codes.add(ExitCode.PERSON)
    order = (ExitCode.INTERRUPTED, ExitCode.IDENTITY, ExitCode.SCIM, ExitCode.FAILED, ExitCode.USAGE, ExitCode.PERSON)
    return next((code for code in order if code in codes), ExitCode.DONE)
