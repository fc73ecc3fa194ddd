"""A plan and a report, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oktascim.errors import Interrupted
from oktascim.okta.apps import App
from oktascim.plan.compare import Change
from oktascim.plan.diff import IntegrationPlan, has_changes
from oktascim.plan.outcomes import failed_ones
from oktascim.plan.removal import Removal
from oktascim.plan.report import Report
from oktascim.plan.steps.app import UpdateApp, could_wipe_provisioning
from oktascim.plan.steps.base import Step
from oktascim.plan.steps.provisioning import CREDENTIALS_FIELD, Provision
from oktascim.render.formats import Table
from oktascim.render.outcomes import outcome_rows, trouble_notes
from oktascim.render.streams import Output

_SIGN = {"create": "+", "change": "~", "none": "=", "blocked": "!"}
_AGAIN = {False: ", and sends nothing twice.", True: "; credentials that are to be rotated are sent again."}
_MARK = {
    "done": "ok",
    "failed": "FAILED",
    "pending": "pending",
    "waiting": "waiting",
    "interrupted": "interrupted",
    "not_run": "not run",
}


def plan_json(plans: Sequence[IntegrationPlan], orphans: Sequence[App] = ()) -> dict[str, Any]:
    """The plan's JSON: `{"integrations": […], "prune": […], "changes": bool}`."""
    return {
        "changes": has_changes(plans, orphans),
        "integrations": [_plan_row(plan) for plan in plans],
        "prune": [
            {"app_id": app.id, "label": app.label, "name": app.integration, "owner": app.owner} for app in orphans
        ],
    }


def plan_table(plans: Sequence[IntegrationPlan], orphans: Sequence[App] = ()) -> Table:
    """One row per change: integration, step, field, old, new, state."""
    rows = [row for plan in plans for row in _plan_rows(plan)]
    rows += [["-", app.marker or "", "delete_app", app.label, app.id, "", "no file names it"] for app in orphans]
    return Table(("", "integration", "step", "field", "old", "new", "state"), rows, empty="No integrations.", key=3)


def plan_troubles(plan: IntegrationPlan) -> tuple[str, ...]:
    """Existing assignments that failed, which apply can't change, and the command that explains them."""
    return trouble_notes(plan.app.id, plan.outcomes) if plan.app else ()


def report_table(reports: Sequence[Report], removals: Sequence[Removal] = ()) -> Table:
    """One row per step, then per user and group, then per deletion: integration, step or name, state, evidence."""
    rows = []
    for report in reports:
        if not report.steps:
            rows.append([report.name, "", report.status, _reason(report)])
        for step in report.steps:
            evidence = step.evidence or (step.error.what if step.error else "")
            rows.append([report.name, step.step.describe(), _MARK.get(step.status, step.status), evidence])
        rows += [[report.name, *row] for row in outcome_rows(report.outcomes)]
    for removal in removals:
        evidence = removal.evidence or (removal.error.what if removal.error else "")
        state = {"removed": "ok", "failed": "FAILED"}.get(removal.status, removal.status)
        rows.append([removal.app.marker or "", f"Delete {removal.app.label} ({removal.app.id})", state, evidence])
    return Table(("integration", "step", "state", "evidence"), rows, key=2)


def report_json(reports: Sequence[Report]) -> dict[str, Any]:
    """The report's JSON: `{"integrations": […], "summary": {status: count}}`."""
    return {"integrations": [report.to_json() for report in reports], "summary": counts(reports)}


def counts(reports: Sequence[Report]) -> dict[str, int]:
    """How many integrations ended in each status; only those that occur."""
    order = ("done", "unchanged", "pending", "blocked", "failed", "interrupted")
    found = {status: sum(report.status == status for report in reports) for status in order}
    return {status: count for status, count in found.items() if count}


def show_troubles(
    output: Output, reports: Sequence[Report], removals: Sequence[Removal] = (), *, annotated: bool = False
) -> None:
    """Write every failure and every pending step in full to stderr, once, then the notes.

    Args:
        output: where to write.
        reports: what the run did.
        removals: the apps that it deleted or couldn't delete.
        annotated: whether GitHub's annotations show the failures of the reports in full.
    """
    for report in () if annotated else reports:
        for error in dict.fromkeys([*(step.error for step in report.steps), report.error]):
            if error and not isinstance(error, Interrupted):
                output.note(f"\n{report.name}:")
                output.error(error)
    for removal in removals:
        if removal.error and not isinstance(removal.error, Interrupted):
            output.note(f"\n{removal.app.marker}:")
            output.error(removal.error)
    show_notes(output, {report.name: report.notes for report in reports})
    kept = sum(removal.status == "skipped" for removal in removals)
    if kept:
        output.note(
            "Nothing was pruned: an integration failed, was blocked or was interrupted. "
            f"Apps that would have been deleted: {kept}. Fix the failure and run the same command again."
        )
    if any(report.status == "interrupted" for report in reports):
        resent = any(
            change.field == CREDENTIALS_FIELD for one in reports for step in one.plan.steps for change in step.changes
        )
        output.note(f"Run the same command again: it continues where it stopped{_AGAIN[resent]}")


def show_notes(output: Output, notes: Mapping[str, Sequence[str]]) -> None:
    """Write the notes on the result, by integration name; each note once."""
    for note in dict.fromkeys(note for said in notes.values() for note in said):
        names = [name for name, said in notes.items() if note in said]
        output.note(f"{names[0] if len(names) == 1 else f'{len(names)} integrations'}: {note}")


def _plan_row(plan: IntegrationPlan) -> dict[str, Any]:
    integration = plan.integration
    return {
        "name": integration.name,
        "owner": integration.owner,
        "label": integration.label,
        "template": integration.template,
        "action": plan.action,
        "app_id": plan.app.id if plan.app else None,
        "problem": {"what": plan.problem.what, "fix": plan.problem.fix} if plan.problem else None,
        "steps": [_step_json(plan, step) for step in plan.steps],
        "warnings": list(plan.warnings),
        "notes": list(plan.notes),
        "changed_by": [one.to_json() for one in plan.culprits],
        "errors": [one.to_json() for one in failed_ones(plan.outcomes)],
    }


def _step_json(plan: IntegrationPlan, step: Step) -> dict[str, Any]:
    return {
        "step": step.kind,
        "summary": step.describe(),
        "status": step_state(plan, step),
        "changes": [{"field": change.field, "old": change.old, "new": change.new} for change in step.changes],
    }


def step_state(plan: IntegrationPlan, step: Step) -> str:
    """`pending`: it needs a manual step or a browser here; `waiting`: it follows such a step; else `to do`."""
    if isinstance(step, UpdateApp) and plan.app and could_wipe_provisioning(plan.integration, plan.template, plan.app):
        return "pending"
    if plan.waits_for_person:
        if isinstance(step, Provision):
            return "pending"
        if step.after_provisioning:
            return "waiting"
    return "to do"


def _plan_rows(plan: IntegrationPlan) -> list[list[str]]:
    sign, name = _SIGN[plan.action], plan.integration.key
    if plan.problem:
        return [[sign, name, "", "", "", "", f"{plan.problem.what} {plan.problem.fix}"]]
    rows = [
        [sign, name, step.kind, change.field, _old(change), _text(change.new), step_state(plan, step)]
        for step in plan.steps
        for change in step.changes or (Change(step.describe(), None, None),)
    ]
    troubles = outcome_rows(failed_ones(plan.outcomes))
    return (rows or [[sign, name, "", "", "", "", "no change"]]) + [
        ["!", name, "in error", who, said, "", mark] for who, mark, said in troubles
    ]


def _old(change: Change) -> str:
    return "none" if change.field == "owner" and change.old is None else _text(change.old)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _reason(report: Report) -> str:
    return report.error.what if report.error else "nothing differs that Okta shows"
