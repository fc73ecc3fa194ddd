"""A whole apply: plan, ask, carry out, and report in every requested format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from oktascim.errors import Declined, ExitCode, OktascimError, UsageProblem
from oktascim.okta.apps import App
from oktascim.plan.diff import IntegrationPlan, to_write
from oktascim.plan.removal import Removal, keep_all, removal_exit_code, remove_all
from oktascim.plan.report import Report, exit_code
from oktascim.render.apply_text import apply_summary, removal_line
from oktascim.render.formats import Format
from oktascim.render.github import GitHub
from oktascim.render.junit import write_junit
from oktascim.render.layout import Layout, plural
from oktascim.render.plan import report_json, report_table, show_notes, show_troubles
from oktascim.render.plan_text import plan_notes, plan_text
from oktascim.render.progress import progress_for
from oktascim.runs.engine import ApplyRequest
from oktascim.runs.interruption import stoppable
from oktascim.runs.saved_plan import SavedPlan, shown_plan
from oktascim.runs.session import Session

PRUNE_MAX = 5
"""The most apps that `--prune --yes` deletes without `--prune-max`."""
_SHOWN = 10


@dataclass(frozen=True)
class ApplyOutcome:
    """What a run did to the integrations, and to the apps not in any file.

    Attributes:
        reports: one per integration.
        removals: the apps not in any file.
        unwritten: why a line of the run could not be written to standard output, or None.
    """

    reports: list[Report]
    removals: list[Removal]
    unwritten: BrokenPipeError | OktascimError | None = None


async def run_request(
    session: Session,
    request: ApplyRequest,
    output: Format,
    *,
    prune: bool = False,
    prune_max: int | None = None,
    saved: SavedPlan | None = None,
) -> ApplyOutcome:
    """Plan, ask, carry out.

    Args:
        session: the run of the program.
        request: the integrations.
        output: what the result is written as.
        prune: also delete apps of the files' owners that no file describes.
        prune_max: how many of them at most.
        saved: a plan that was already reviewed, so that no confirmation is needed; None shows the plan and asks.

    Raises:
        OktascimError: the plan differs from the saved one; nothing was written.
        Declined: the answer was no; nothing was written.
        UsageProblem: there is too much to delete, or a secret can't be read; nothing was written.
    """
    with progress_for(session.output, output, verbose=session.verbosity > 0) as progress:
        async with stoppable(session, progress.waits) as okta:
            plans, snapshot = await request.make_plans(okta)
            orphans = list(snapshot.orphans) if prune else []
            if saved:
                saved.require(okta.org_url, request.loaded, shown_plan(plans, orphans, session.output.masked))
            _check_number(session, orphans, len(orphans) if saved and prune_max is None else prune_max)
            request.secrets.require(plans)
            if not saved:
                _ask(session, plans, orphans)
            progress.expects(len(to_write(plans)) + len(orphans))
            reports = await request.carry_out(okta, plans, snapshot, progress, progress.finished)
            if any(report.status in {"failed", "blocked", "interrupted"} for report in reports):
                return ApplyOutcome(reports, keep_all(orphans), progress.unwritten)
            return ApplyOutcome(reports, await remove_all(okta, orphans, progress), progress.unwritten)


def finish(session: Session, outcome: ApplyOutcome, output: Format, junit: Path | None, github: GitHub) -> int:
    """Write the reports in every requested format, and choose the exit code.

    Files and annotations come first, so that they aren't lost if the reader of stdout goes away and ends the run.
    """
    reports = outcome.reports
    summary = apply_summary(reports, outcome.removals)
    try:
        github.applied(reports, summary, outcome.removals)
        if junit:
            write_junit(junit, session.output, reports)
    finally:
        document = report_json(reports) | {"pruned": [removal.to_json() for removal in outcome.removals]}
        show_troubles(session.output, reports, outcome.removals, annotated=github.annotates)
        text = _ending(outcome.removals, summary, session.output.layout)
        session.output.show(document, output, report_table(reports, outcome.removals), text)
        if output is not Format.TEXT:
            session.output.note_painted(_ending(outcome.removals, summary, session.output.note_layout))
    if outcome.unwritten:
        raise outcome.unwritten
    return exit_code(reports) or removal_exit_code(outcome.removals) or ExitCode.DONE


def _ending(removals: Sequence[Removal], summary: str, layout: Layout) -> list[str]:
    """What follows the lines of the integrations: the apps not in any file, and the totals."""
    return [line for one in removals for line in removal_line(one, layout)] + layout.hanging("", summary)


def _check_number(session: Session, orphans: Sequence[App], most: int | None) -> None:
    """Stop before any write if more apps would be deleted than allowed.

    Raises:
        UsageProblem: too many apps; names the option that allows it.
    """
    allowed = PRUNE_MAX if most is None and session.yes else most
    if allowed is not None and len(orphans) > allowed:
        raise UsageProblem(
            f"--prune would delete {plural(len(orphans), 'app')}, but --prune-max allows {allowed}. Nothing was "
            f"changed.",
            why=", ".join(f"{app.label} ({app.id})" for app in orphans[:_SHOWN])
            + (f" and {len(orphans) - _SHOWN} more" if len(orphans) > _SHOWN else ""),
            fix=f"Review `oktascim plan --prune`. To delete all of them, use --prune-max {len(orphans)}.",
        )


def _ask(session: Session, plans: Sequence[IntegrationPlan], orphans: Sequence[App]) -> None:
    writing = len(to_write(plans))
    for plan in to_write(plans):
        for warning in plan.warnings:
            session.output.note(f"Warning: {plan.integration.key}: {warning}")
    if (not writing and not orphans) or session.yes:
        return
    session.output.note_painted(plan_text(plans, orphans, session.output.note_layout))
    show_notes(session.output, {plan.integration.key: plan_notes(plan) for plan in plans if plan.outcomes})
    if orphans:
        question = f"This deletes {plural(len(orphans), 'app')}. Type the number of apps to delete: "
        if session.output.ask(question, otherwise="--yes, and --prune-max N").strip() != str(len(orphans)):
            raise Declined("the number doesn't match. Nothing was changed.")
    elif not session.output.confirm(f"Change {plural(writing, 'integration')}?", assume_yes=False):
        raise Declined
