"""Runs a suite as Runscope does: variables, requests, pauses, assertions (OB-440 to OB-442)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import httpx

from oktascim.check.bodies import Names
from oktascim.check.expect import fault, path_in_words
from oktascim.check.lab import NotOurs, ServerGone
from oktascim.check.model import Check, Fix
from oktascim.check.report import CheckReport
from oktascim.check.run import CheckMeans, ServerUnderTest
from oktascim.check.suite import Suite, SuiteStep
from oktascim.check.suite_scripts import SUITE_DOMAIN, initial_variables, judge_script
from oktascim.check.suite_servers import ForeignSecret, SuiteServers
from oktascim.check.values import MISSING, FilledTooLong, UnknownVariable, as_text, filled
from oktascim.check.verdict import INTERRUPTED, SERVER_GONE, STOPPED_RESPONDING, Verdict, not_run
from oktascim.errors import Interrupted, UsageProblem
from oktascim.scim.address import judge_authorization, judge_url
from oktascim.scim.answer import Answer


async def run_suite(
    suite: Suite,
    target: ServerUnderTest,
    given: Mapping[str, str],
    means: CheckMeans,
    *,
    pause: float | None,
    limit: float,
) -> CheckReport:
    """Run a suite, and delete what it created on the SCIM server and in the org.

    Args:
        suite: the steps.
        target: the SCIM server.
        given: values of variables that replace the defaults.
        means: what the caller provides.
        pause: seconds for every pause; None uses those in the file.
        limit: seconds for one exchange.

    Raises:
        UsageProblem: the URL or the credential can't be used; nothing was sent.
    """
    run_id, variables = initial_variables(target)
    variables |= given
    requests = [step for step in suite.steps if step.pause is None]
    means.planned(len(requests))
    for unusable in (judge_url(target.base_url), judge_authorization(target.authorization.get_secret_value())):
        if unusable.passed is False:
            raise UsageProblem(unusable.detail, why=unusable.cause, fix=unusable.fix)
    async with AsyncExitStack() as stack:
        servers = SuiteServers(target, variables, Names(run_id, SUITE_DOMAIN), limit, means, stack)
        verdicts: list[Verdict] = []
        over = ""
        try:
            for step in suite.steps:
                if step.pause is not None and not step.skipped and not over:
                    over = await _paused(means, step.pause if pause is None else pause)
                elif step.pause is None:
                    verdict, over = await _run_step(suite, step, servers, variables, over)
                    means.watch(verdict)
                    verdicts.append(verdict)
        finally:
            left = await servers.clean_up()
        seen = tuple(servers.seen)
    interrupted = over == INTERRUPTED
    return CheckReport(
        target.base_url, target.version, run_id, tuple(verdicts), seen, tuple(left), interrupted, suite.name
    )


async def _paused(means: CheckMeans, seconds: float) -> str:
    try:
        await means.stop.sleep(seconds) if seconds else means.stop.check()
    except Interrupted:
        return INTERRUPTED
    return ""


async def _run_step(
    suite: Suite, step: SuiteStep, servers: SuiteServers, variables: dict[str, Any], over: str
) -> tuple[Verdict, str]:
    check = as_check(suite, step)
    if over:
        return not_run(check, over), over
    if step.skipped:
        return Verdict(check, None, "Skipped in the file."), ""
    try:
        lab, behind = await servers.at(step, as_text(filled(step.url, variables)))
        headers = servers.headers(lab, {name: as_text(filled(value, variables)) for name, value in step.headers})
        body = as_text(filled(step.body, variables)) or None
        sent = await lab.send(step.method, behind, body, headers=headers, bare=True)
        expected = [(path, filled(wanted, variables)) for path, wanted in step.expect]
    except UnknownVariable as unknown:
        return _failed(check, f"The variable {unknown.name} has no value.", suite, fix=_VARIABLE), ""
    except (NotOurs, ForeignSecret, FilledTooLong, httpx.InvalidURL) as reason:
        return _failed(check, str(reason), suite), ""
    except ServerGone:
        return _failed(check, STOPPED_RESPONDING, suite), SERVER_GONE
    except Interrupted:
        return not_run(check, INTERRUPTED), INTERRUPTED
    if not isinstance(sent.answer, Answer):
        return replace(_failed(check, sent.answer.detail, suite), sent=sent), ""
    variables |= {name: value for name, path in step.variables if (value := sent.at(path)) is not MISSING}
    wrong = [text for path, wanted in expected if (text := fault(path_in_words(path), sent.at(path), wanted))]
    wrong += [text for script in step.scripts if (text := judge_script(script, sent, variables))]
    if wrong:
        return replace(_failed(check, " ".join(wrong), suite), sent=sent), ""
    return Verdict(check, True, step.note), ""


_VARIABLE = "Set it with --var NAME=VALUE, or fix the step that should have set it."


def as_check(suite: Suite, step: SuiteStep) -> Check:
    """A step as a check."""
    return Check(
        id=f"suite.{step.number}",
        group="suite",
        requirement="required" if step.required else "recommended",
        blocks="connect",
        why=step.note,
        source=suite.name,
        fix="answer",
    )


def _failed(check: Check, detail: str, suite: Suite, *, fix: str = "") -> Verdict:
    do = fix or f"Return what the step expects: {check.why}. `oktascim check` without --suite shows how to fix it."
    return Verdict(check, False, detail, remedy=Fix(do=do, source=suite.name))
