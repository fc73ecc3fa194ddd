"""Runs the steps of one integration in order; every step is verified before the next begins."""

from __future__ import annotations

from collections.abc import Sequence

from oktascim.errors import Interrupted, NotTaken, OktascimError, PersonNeeded
from oktascim.http.unreachable import MOST_SENDS, Ambiguous
from oktascim.plan.report import StepReport
from oktascim.plan.steps.base import Step, StepContext
from oktascim.plan.steps.provisioning import Provision


async def run_steps(steps: Sequence[Step], context: StepContext) -> list[StepReport]:
    """Run the steps in order: none after a failure, and after a pending provisioning only those that needn't wait."""
    reports: list[StepReport] = []
    pending = False
    stopped = False
    for step in steps:
        if stopped or (pending and step.after_provisioning):
            reports.append(StepReport(step, "not_run" if stopped else "waiting"))
            continue
        report = await _run_step(step, context)
        reports.append(report)
        pending = pending or (report.status == "pending" and isinstance(step, Provision))
        stopped = report.status in {"failed", "interrupted"}
    return reports


async def _run_step(step: Step, context: StepContext) -> StepReport:
    name, words, observer = context.integration.key, step.describe(), context.observer
    observer.began(name, words)
    try:
        evidence = await _do_and_prove(step, context)
    except Interrupted as error:
        return StepReport(step, "interrupted", error=error)
    except PersonNeeded as error:
        observer.failed(name, words, error.what)
        return StepReport(step, "pending", error=error)
    except OktascimError as error:
        observer.failed(name, words, error.what)
        return StepReport(step, "failed", error=error)
    observer.ended(name, words, evidence)
    return StepReport(step, "done", evidence)


async def _do_and_prove(step: Step, context: StepContext) -> str:
    """Do a step and prove it. After a lost response, read first; repeat the write only if the read doesn't show it."""
    for attempt in range(1, MOST_SENDS + 1):
        try:
            await step.do(context)
        except Ambiguous as lost:
            try:
                return await step.verify(context)
            except NotTaken:
                if attempt == MOST_SENDS:
                    raise lost from None
        else:
            return await step.verify(context)
    raise AssertionError("the last attempt returns or raises")
