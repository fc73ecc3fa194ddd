"""Executes plans: integrations in parallel, each for the app that stays if two runs created it.

When all steps are done, the outcomes of the assignments are read. That comes last, for all integrations together,
because Okta provisions in the meantime and steps take precedence on the apps bucket.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from oktascim.errors import Interrupted, NotTaken, OktascimError
from oktascim.okta import apps
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound
from oktascim.plan.diff import IntegrationPlan
from oktascim.plan.named import wanted_of
from oktascim.plan.outcome_words import failure_of, pending_note
from oktascim.plan.outcomes import MemberOutcome, Wanted, only_assigned
from oktascim.plan.report import Report, ReportStatus, StepReport
from oktascim.plan.run_steps import run_steps
from oktascim.plan.settling import DEFAULT_WAIT, explained, settle
from oktascim.plan.slots import Slots
from oktascim.plan.snapshot import Directory
from oktascim.plan.steps.base import StepContext
from oktascim.plan.steps.provisioning import Provision
from oktascim.plan.twins import ROUNDS
from oktascim.routes.observer import Observer
from oktascim.routes.readback import judge
from oktascim.routes.route import Route
from oktascim.spec.models import Integration


@dataclass(frozen=True)
class Run:
    """What executing plans requires besides the plans.

    Attributes:
        okta: the org.
        directory: the users and groups that were resolved.
        routes: makes the routes for an integration, by its key, in the order in which they are tried.
        replan: reads the org again for one integration and makes a new plan; writes nothing.
        slots: how many integrations are processed in parallel.
        observer: receives the progress.
        wait: maximum seconds to wait for Okta to provision the assigned users.
        shared: held while a step changes what several integrations can name.
        finished: receives each report as soon as it is complete, and the seconds that the integration took.
    """

    okta: Okta
    directory: Directory
    routes: Callable[[str], Sequence[Route]]
    replan: Callable[[Integration], Awaitable[IntegrationPlan]]
    slots: Slots
    observer: Observer = field(default_factory=Observer)
    wait: float = DEFAULT_WAIT
    shared: asyncio.Lock = field(default_factory=asyncio.Lock)
    finished: Callable[[Report, float], None] = lambda _report, _seconds: None


async def carry_out(plans: Sequence[IntegrationPlan], run: Run) -> list[Report]:
    """Execute every plan; the failure of one integration doesn't stop the others.

    Args:
        plans: from `diff.make_plans`.
        run: the org, and what executing requires.

    Returns:
        A report per plan, in the same order.
    """

    async def carried_out_by(plan: IntegrationPlan) -> tuple[Report, App | None, float]:
        async with run.slots.held():
            began = time.monotonic()
            return *await _apply_to_the_app_that_stays(plan, run), began

    async def completed(report: Report, app: App | None, began: float) -> Report:
        report = await _with_outcomes(report, app, run)
        run.finished(report, time.monotonic() - began)
        return report

    carried_out = await asyncio.gather(*(carried_out_by(plan) for plan in plans))
    return list(await asyncio.gather(*(completed(*done) for done in carried_out)))


async def _apply_to_the_app_that_stays(plan: IntegrationPlan, run: Run) -> tuple[Report, App | None]:
    """Apply a plan; if another run has deleted the app in favour of its twin, plan and apply for the twin.

    An app that was deleted and has no twin isn't created again: the plan didn't show its creation.
    """
    report, app = await _apply_one(plan, run)
    for _ in range(ROUNDS - 1):
        again = await _plan_of_the_twin(report, run)
        if again is None or again.app is None:
            break
        gone = report.app_id
        report, app = await _apply_one(again, run)
        note = f"The app {gone} was deleted during this run, which continued with {again.app.id}, its twin."
        report = replace(report, notes=(note, *report.notes))
    return report, app


async def _plan_of_the_twin(report: Report, run: Run) -> IntegrationPlan | None:
    """A new plan, if a step failed because the app is gone; None too if that can't be read: the failure stands then."""
    try:
        return await run.replan(report.plan.integration) if await _was_deleted(report, run.okta) else None
    except OktascimError:
        return None


async def _was_deleted(report: Report, okta: Okta) -> bool:
    """Whether a step failed because the app is gone."""
    if report.app_id is None or not any(isinstance(step.error, NotFound | NotTaken) for step in report.steps):
        return False
    try:
        await apps.get_app(okta, report.app_id)
    except NotFound:
        return True
    return False


async def _apply_one(plan: IntegrationPlan, run: Run) -> tuple[Report, App | None]:
    """Execute one plan; return its report and the app as it was last read."""
    key, app_id = plan.integration.key, plan.app.id if plan.app else None
    if plan.problem:
        blocked = OktascimError(plan.problem.what, fix=plan.problem.fix)
        return Report(plan, "blocked", app_id, proof=plan.proof, error=blocked), plan.app
    run.observer.planned(key, len(plan.steps))
    context = StepContext(
        okta=run.okta,
        integration=plan.integration,
        template=plan.template,
        routes=run.routes(key),
        observer=run.observer,
        app=plan.app,
        shared=run.shared,
    )
    steps = await run_steps(plan.steps, context)
    errors = sorted((step for step in steps if step.error), key=lambda step: step.status != "failed")
    established = context.established
    sent = any(isinstance(step, Provision) for step in plan.steps)
    report = Report(
        plan,
        _status(steps),
        context.app.id if context.app else app_id,
        tuple(steps),
        proof=established.proof if established else plan.proof,
        route=established.route if established else None,
        attempts=established.attempts if established else (),
        handoff=established.handoff if established else None,
        error=errors[0].error if errors else None,
        notes=(*(() if sent else plan.notes), *context.notes),
    )
    return report, context.app


async def _with_outcomes(report: Report, app: App | None, run: Run) -> Report:
    """The report with the outcomes of the assignments; if one failed, the integration failed."""
    if app is None or report.status in {"blocked", "interrupted"}:
        return report
    began = run.okta.clock.monotonic()
    try:
        outcomes = await _outcomes(report, app, run)
    except Interrupted as error:
        return replace(report, status="interrupted", error=error)
    except OktascimError as error:
        return replace(report, status="failed", error=report.error or error)
    failure, note = failure_of(app.id, outcomes), pending_note(app.id, outcomes, run.okta.clock.monotonic() - began)
    return replace(
        report,
        status="failed" if failure else report.status,
        outcomes=outcomes,
        error=failure if report.status != "failed" and failure else report.error,
        notes=(*report.notes, *((note,) if note else ())),
    )


async def _outcomes(report: Report, app: App, run: Run) -> tuple[MemberOutcome, ...]:
    wanted = _reached(report, run.directory)
    proof = report.proof or judge(app, None)
    if proof.status != "ENABLED":
        return only_assigned(wanted)
    seen = report.plan.outcomes
    if not report.steps and not any(one.state == "pending" for one in seen):  # the plan has read it already
        return await explained(run.okta, app, seen)
    return await settle(run.okta, app, wanted, run.wait, run.observer.waits)


def _reached(report: Report, found: Directory) -> Wanted:
    """The users and groups that the integration assigns, except those whose step wasn't done."""
    wanted = wanted_of(report.plan.integration, found)
    for one in report.steps:
        given = one.step.assigns()
        wanted = wanted.refreshed(given) if one.status == "done" else wanted.without(given)
    return wanted


def _status(steps: Sequence[StepReport]) -> ReportStatus:
    if not steps:
        return "unchanged"
    if any(isinstance(step.error, Interrupted) for step in steps):
        return "interrupted"
    present = {step.status for step in steps}
    for status in ("failed", "pending"):
        if status in present:
            return status
    return "done"
