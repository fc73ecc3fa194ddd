"""Runs checks against a server: creates a check's resources, sends its steps, compares, and reports faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from oktascim.check.expect import fault
from oktascim.check.given import NotRun, make_given
from oktascim.check.lab import Lab, NotOurs, Sent, ServerGone, query
from oktascim.check.model import READING, Check, CheckStep
from oktascim.check.procedures import PROCEDURES, CheckFailure
from oktascim.check.values import MISSING, FilledTooLong, UnknownVariable, filled, put
from oktascim.check.verdict import Verdict
from oktascim.errors import Interrupted
from oktascim.scim.report import Judgement

Watch = Callable[[Verdict], None]
_WRONG = "wrong-credential"
_GONE = "Not run: the server stopped responding."


async def run_checks(lab: Lab, checks: Sequence[Check], watch: Watch, *, parallel: int = 1) -> list[Verdict]:
    """Run checks, several in parallel if requested.

    Args:
        lab: the server.
        checks: in starting order.
        watch: receives every verdict.
        parallel: the maximum at once.

    Returns:
        A verdict for each check, in the given order; checks after Ctrl-C or a lost server aren't run.
    """
    places = asyncio.Semaphore(parallel)
    over = ""

    async def verdict_on(check: Check) -> Verdict:
        nonlocal over
        async with places:
            if over:
                return Verdict(check, None, over)
            try:
                verdict = await run_check(lab, check)
            except ServerGone:
                over = _GONE
                verdict = Verdict(check, False, "The server stopped responding.", fix="answer", sent=lab.seen[-1])
            except Interrupted:
                over = "Not run: interrupted."
                verdict = Verdict(check, None, over)
            watch(verdict)
            return verdict

    return list(await asyncio.gather(*(verdict_on(check) for check in checks)))


async def run_check(lab: Lab, check: Check) -> Verdict:
    """Run one check.

    Raises:
        ServerGone: several requests in a row got no response.
        Interrupted: the user stopped the run.
    """
    try:
        variables = {**lab.variables, **await make_given(lab, check.given)}
        if check.procedure:
            return _of_procedure(check, await PROCEDURES[check.procedure](lab, variables))
        return await _run_steps(lab, check, variables)
    except NotRun as reason:
        return Verdict(check, None, f"Not run: {reason}", sent=lab.seen[-1] if lab.seen else None)
    except (NotOurs, FilledTooLong, httpx.InvalidURL) as reason:
        detail = f"The server returned a value that the next request can't contain: {reason}"
        return Verdict(check, False, detail, fix=check.fix, sent=lab.seen[-1] if lab.seen else None)


def _of_procedure(check: Check, trouble: CheckFailure | None) -> Verdict:
    if trouble is None:
        return Verdict(check, True, "")
    return Verdict(check, False, trouble.detail, silent=trouble.silent, fix=trouble.fix or check.fix, sent=trouble.sent)


async def _run_steps(lab: Lab, check: Check, variables: dict[str, Any]) -> Verdict:
    accepted, wrote = True, None
    for step in check.steps:
        try:
            sent = await _send_step(lab, step, variables)
            expected = filled(dict(step.expect), variables)
        except UnknownVariable as unknown:
            raise NotRun(f"an earlier response had no {unknown.name}.") from None
        if wrong := mismatches(sent, expected):
            if step.setup:
                raise NotRun(f"the step before it failed ({step.method}): {wrong[0][1]}")
            path, detail = wrong[0]
            refused = path == "http" or not accepted
            return Verdict(
                check,
                False,
                " ".join(text for _, text in wrong),
                silent=not refused and check.writes and any(one.method not in READING for one in check.steps),
                fix=fix_for(check, path, detail),
                sent=sent,
                wrote=wrote,
            )
        wrote = sent if step.method not in READING else wrote
        accepted = accepted and (sent.ok or step.setup)
        variables |= {name: value for name, path in step.keep.items() if (value := sent.at(path)) is not MISSING}
    return Verdict(check, True, "")


def mismatches(sent: Sent, expected: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The paths where a response differs from the expected one, each with a sentence; a wrong status hides the rest."""
    if isinstance(sent.answer, Judgement):
        return [("http", sent.answer.detail)]
    found = ((path, fault(_called(path), sent.at(path), wanted)) for path, wanted in expected.items())
    wrong = [(path, text) for path, text in found if text]
    return wrong[:1] if wrong and wrong[0][0] == "http" else wrong


def fix_for(check: Check, path: str, _detail: str = "") -> str:
    """The fix for the wrong part of the response."""
    parts = [part for part in path.replace("]", "").replace("[", ".").split(".") if not part.isdigit()]
    return next((check.fix_by[part] for part in parts[::-1] if part in check.fix_by), check.fix)


def _called(path: str) -> str:
    return {"http": "The status", "$": "The body"}.get(path, path)


async def _send_step(lab: Lab, step: CheckStep, variables: Mapping[str, Any]) -> Sent:
    credential = {"ours": None, "none": "", "wrong": wrong_credential(lab.authorization)}[step.credentials]
    if step.update:
        return await _update(lab, step, variables)
    method, _, target = filled(step.send, variables, lambda text: quote(text, safe="")).partition(" ")
    if step.filter:
        target += query(filled(step.filter, variables, str), spaces=step.spaces)
    body = step.body
    if step.patch is not None:
        body = {"schemas": ["{{schema.patch}}"], "Operations": step.patch}
    return await lab.send(
        method, target, filled(body, variables), credential=credential, headers=filled(dict(step.headers), variables)
    )


async def _update(lab: Lab, step: CheckStep, variables: Mapping[str, Any]) -> Sent:
    """GET, change, and PUT of the whole resource, as Okta does on a profile update (OB-277)."""
    target = filled(step.update, variables, lambda text: quote(text, safe=""))
    read = await lab.send("GET", target)
    if not read.ok or not isinstance(read.json, dict):
        raise NotRun(f"GET of the resource returned {read.exchange.status}, so there is nothing to PUT.")
    body = {name: value for name, value in read.json.items() if name not in step.without}
    for path, value in filled(dict(step.set), variables).items():
        body = put(body, path, value)
    return await lab.send("PUT", target, body)


def wrong_credential(authorization: str) -> str:
    """An invalid credential with the same scheme."""
    scheme, separator, _ = authorization.partition(" ")
    return f"{scheme} {_WRONG}" if separator else _WRONG
