"""`oktascim apply`: create or update what the specs describe, and verify every change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.options import (
    ClipboardOption,
    HeadedOption,
    JunitOption,
    NoBrowserOption,
    OnlyOption,
    OutputOption,
    ParallelOption,
    PathsArgument,
    RouteOption,
    WaitOption,
    session_of,
)
from oktascim.errors import Declined, ExitCode, OktascimError, UsageProblem
from oktascim.okta.apps import App
from oktascim.plan.choices import PlanChoices
from oktascim.plan.diff import IntegrationPlan, to_write
from oktascim.plan.removal import Removal, keep_all, removal_exit_code, remove_all
from oktascim.plan.report import Report, exit_code
from oktascim.plan.settling import DEFAULT_WAIT
from oktascim.render.apply_text import apply_summary, removal_line
from oktascim.render.formats import Format
from oktascim.render.github import GitHub, on_github
from oktascim.render.junit import write_junit
from oktascim.render.layout import Layout, plural
from oktascim.render.plan import report_json, report_table, show_notes, show_troubles
from oktascim.render.plan_text import plan_notes, plan_text
from oktascim.render.progress import progress_for
from oktascim.runs.engine import ApplyRequest, keys_of, load_selected
from oktascim.runs.interruption import stoppable
from oktascim.runs.person import person_at
from oktascim.runs.route_choice import RouteChoice
from oktascim.runs.saved_plan import SavedPlan, saved_plan, shown_plan
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


def apply(
    context: typer.Context,
    paths: PathsArgument,
    only: OnlyOption = None,
    route: RouteOption = RouteChoice.AUTO,
    rotate_credentials: Annotated[
        bool,
        typer.Option("--rotate-credentials", help="Send the SCIM credentials again, even if provisioning is enabled."),
    ] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Manage an existing unmanaged app that has the same label.")
    ] = False,
    replace: Annotated[
        list[str] | None, typer.Option("--replace", metavar="NAME", help="Delete this app and create it again.")
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete apps that belong to an owner in the files but are in none of them.")
    ] = False,
    prune_max: Annotated[
        int | None,
        typer.Option(
            "--prune-max", min=0, metavar="N", help="Stop if --prune would delete more apps (default with --yes: 5)."
        ),
    ] = None,
    parallel: ParallelOption = None,
    wait: WaitOption = int(DEFAULT_WAIT),
    headed: HeadedOption = False,
    no_browser: NoBrowserOption = False,
    clipboard: ClipboardOption = False,
    junit: JunitOption = None,
    output: OutputOption = Format.TEXT,
) -> int:
    """Create or update what the spec describes, and verify every change.

    Shows the plan, asks for confirmation and carries it out. A change counts as done only after it has been read back.
    Running it again sends only what is still missing. For a manual step, shows the exact page and values. At the end,
    waits until Okta has provisioned the assigned users and groups. The exit code is 5 if Okta couldn't provision one of
    them. Given a plan saved by `plan --out`, carries out exactly that plan without asking, or stops if anything has
    changed.

    Example: `oktascim apply integrations/ --yes -o json`
    """
    session = session_of(context)
    saved = saved_plan(paths)
    if prune_max is not None and not (prune or saved):
        raise UsageProblem("--prune-max needs --prune.", fix="Add --prune, or omit --prune-max.")
    if saved:
        _refuse_beside_plan(only=only, rotate_credentials=rotate_credentials, adopt=adopt, replace=replace, prune=prune)
        paths, only, adopt, prune = [Path(path) for path in saved.paths], list(saved.only), saved.adopt, saved.prune
    with on_github(session.environ, session.output, "apply") as github:
        loaded = github.loaded(load_selected(session, paths, only, prune=prune))
        session.confirm_org()
        choices = PlanChoices(rotate_credentials, adopt, keys_of(loaded, replace or ()))
        person = person_at(session, headed=headed, no_browser=no_browser, clipboard=clipboard, integrations=len(loaded))
        request = ApplyRequest(session, loaded, choices, route, parallel, person, wait)
        outcome = session.run(
            lambda: run_request(session, request, output, prune=prune, prune_max=prune_max, saved=saved)
        )
        return finish(session, outcome, output, junit, github)


def _refuse_beside_plan(**given: object) -> None:
    """A saved plan is carried out as it is; these options would change it."""
    options = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if options:
        raise UsageProblem(
            f"{' and '.join(options)} can't be used with a saved plan.",
            fix="Pass them to `oktascim plan --out FILE` if it has them, or apply the specs.",
        )


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
