"""Runs checks against a server: creates a check's resources, sends its steps, compares, and reports faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx

from oktascim.check.bystanders import Bystanders, bystanders_of, harm_to
from oktascim.check.failure import CheckFailure
from oktascim.check.fixes import fix_by_status, fix_for, lost_before
from oktascim.check.given import NotRun, Refused, given_for
from oktascim.check.lab import Lab, NotOurs, ServerGone, query
from oktascim.check.mismatch import in_sentences, mismatches
from oktascim.check.model import READING, Check, CheckStep
from oktascim.check.procedures import PROCEDURES
from oktascim.check.sent import Sent
from oktascim.check.values import MISSING, FilledTooLong, UnknownVariable, filled, put
from oktascim.check.verdict import INTERRUPTED, SERVER_GONE, STOPPED_RESPONDING, Verdict, not_run
from oktascim.errors import Interrupted
from oktascim.scim.answer import Answer

Watch = Callable[[Verdict], None]
_WRONG = "wrong-credential"
_PUSH = "push groups"
_LATE = "Right only after a wait: the server shows its writes late."


async def run_checks(lab: Lab, checks: Sequence[Check], watch: Watch, *, parallel: int = 1) -> list[Verdict]:
    """Run checks, several in parallel if requested; those with the tag `alone` then run one by one, at the end.

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
                return not_run(check, over)
            try:
                verdict = await run_check(lab, check)
            except ServerGone as gone:
                over = SERVER_GONE
                verdict = Verdict(check, False, STOPPED_RESPONDING, fix="answer", sent=gone.sent)
            except Interrupted:
                over = INTERRUPTED
                verdict = not_run(check, over)
            verdict = verdict.kept()
            watch(verdict)
            return verdict

    last = [check for check in checks if parallel > 1 and "alone" in check.tags]
    together = [check for check in checks if check not in last]
    verdicts = await asyncio.gather(*(verdict_on(check) for check in together))
    verdicts += [await asyncio.create_task(verdict_on(check)) for check in last]  # a task each, for `lab.last`
    return sorted(_with_a_required_failure(verdicts), key=lambda verdict: checks.index(verdict.check))


async def run_check(lab: Lab, check: Check) -> Verdict:
    """Run one check.

    Raises:
        ServerGone: several requests in a row got no response.
        Interrupted: the user stopped the run.
    """
    waits = lab.settling.waits
    try:
        variables = {**lab.variables, **await given_for(lab, check)}
        others = await bystanders_of(lab, check.bystanders) if check.bystanders else None
        if check.procedure:
            verdict = _of_procedure(check, await PROCEDURES[check.procedure](lab, variables))
        else:
            verdict = await _run_steps(lab, check, variables, others)
    except Refused as refusal:
        return _of_refusal(lab, check, refusal)
    except NotRun as reason:
        return not_run(check, str(reason), sent=lab.last)
    except (NotOurs, FilledTooLong, httpx.InvalidURL) as reason:
        detail = f"The server returned a value that the next request can't contain: {reason}"
        return Verdict(check, False, detail, fix=check.fix, sent=lab.last)
    return replace(verdict, detail=_LATE) if verdict.passed and lab.settling.waits > waits else verdict


def _of_refusal(lab: Lab, check: Check, refusal: Refused) -> Verdict:
    """The first check that needs a kind of resource fails if the server doesn't create it; the others aren't run.

    Without groups, a check of what Okta does to their members has nothing to test.
    """
    if refusal.collection == "Groups" and check.blocks != _PUSH:
        return not_run(check, str(refusal), sent=refusal.sent)
    fix = fix_by_status(refusal.sent, 201) or refusal.fix
    verdict = not_run(check, str(refusal), fix=fix, sent=refusal.sent)
    if refusal.kind in lab.refused:
        return verdict
    lab.refused.add(refusal.kind)
    return _as_failure(verdict)


def _as_failure(verdict: Verdict) -> Verdict:
    """The reason why a check wasn't run, as what is wrong with the server."""
    why = verdict.why_not
    return replace(verdict, passed=False, detail=why[:1].upper() + why[1:], why_not="")


def _with_a_required_failure(verdicts: list[Verdict]) -> list[Verdict]:
    """The verdicts; a refusal that only recommended checks report also fails the first required check that it stopped.

    Otherwise a run would pass although what Okta requires was never tested.
    """
    required = [one for one in verdicts if one.check.requirement == "required"]
    stopped = [one for one in required if one.passed is None and one.fix]
    if not stopped or any(one.passed is False for one in required):
        return verdicts
    return [_as_failure(one) if one is stopped[0] else one for one in verdicts]


def _of_procedure(check: Check, trouble: CheckFailure | None) -> Verdict:
    if trouble is None:
        return Verdict(check, True, "")
    refused = fix_by_status(trouble.sent, 200) if trouble.sent and not trouble.silent else ""
    fix = refused or trouble.fix or check.fix
    return Verdict(check, False, trouble.detail, silent=trouble.silent, fix=fix, sent=trouble.sent)


async def _run_steps(lab: Lab, check: Check, variables: dict[str, Any], others: Bystanders | None) -> Verdict:
    accepted, wrote = True, None
    variables |= others.variables if others else {}
    for step in check.steps:
        try:
            expected = filled(dict(step.expected), variables)
            written = bool(check.given) or wrote is not None
            sent = await _send_step(lab, step, variables, expected if written else None)
            if check.populated and sent.at("Resources") == [] and not lab.has_user:
                raise NotRun("the server has no users, and this run created none.")
        except UnknownVariable as unknown:
            raise NotRun(f"an earlier response had no {unknown.name}.") from None
        if wrong := mismatches(sent, expected):
            failure = replace(_failure(check, step, sent, wrong, accepted=accepted), wrote=wrote)
            lost = all(lost_before(sent.at(path), expected.get(path), lab.lost_members) for path, _ in wrong)
            return replace(failure, fix="group-members") if lost else failure
        if step.method not in READING:
            wrote = sent
            if others and (harm := await harm_to(lab, others, f"{step.method} {_path_of(lab, sent)}")):
                return Verdict(check, False, harm.detail, fix=check.fix, sent=harm.sent, wrote=wrote)
        accepted = accepted and (sent.ok or step.setup)
        variables |= {name: value for name, path in step.keep.items() if (value := sent.at(path)) is not MISSING}
    return Verdict(check, True, "")


def _failure(check: Check, step: CheckStep, sent: Sent, wrong: list[tuple[str, str]], *, accepted: bool) -> Verdict:
    """The verdict on a step whose response isn't as expected.

    Args:
        check: the check.
        step: the step.
        sent: its request and response.
        wrong: from `mismatches`.
        accepted: whether the server accepted every request before.

    Raises:
        NotRun: the step only prepares, or got no response because the server closed the connection.
    """
    (path, first), *_ = wrong
    if step.credentials != "ours" and not isinstance(sent.answer, Answer):
        raise NotRun(f"no response: {first}")
    if step.setup:
        raise NotRun(f"the step before it failed ({step.method}): {first}")
    is_refused = path == "http"
    by_status = fix_by_status(sent, step.expected.get("http")) if is_refused and step.credentials == "ours" else ""
    return Verdict(
        check,
        False,
        in_sentences(sent, wrong),
        silent=not is_refused and accepted and check.changes,
        fix=by_status or fix_for(check, [one for one, _ in wrong]),
        sent=sent,
    )


def _path_of(lab: Lab, sent: Sent) -> str:
    return sent.exchange.url.removeprefix(lab.base_url)


async def _send_step(
    lab: Lab, step: CheckStep, variables: Mapping[str, Any], expected: Mapping[str, Any] | None
) -> Sent:
    """Send a step; a GET that doesn't match what is `expected` after a write is repeated for a while."""
    credential = {"ours": None, "none": "", "wrong": wrong_credential(lab.authorization)}[step.credentials]
    if step.update:
        return await _update(lab, step, variables)
    method, _, target = filled(step.send, variables, lambda text: quote(text, safe="")).partition(" ")
    if step.filter:
        target += query(filled(step.filter, variables, str), spaces=step.spaces)
    if method == "GET" and expected and step.credentials == "ours":
        headers = filled(dict(step.headers), variables)
        return await lab.settled(target, lambda read: not mismatches(read, expected), headers=headers)
    body = step.body
    if step.patch is not None:
        body = {"schemas": ["{{schema.patch}}"], "Operations": step.patch}
    return await lab.send(
        method, target, filled(body, variables), credential=credential, headers=filled(dict(step.headers), variables)
    )


async def _update(lab: Lab, step: CheckStep, variables: Mapping[str, Any]) -> Sent:
    """GET, change, and PUT of the whole resource, as Okta does on a profile update (OB-277)."""
    target = filled(step.update, variables, lambda text: quote(text, safe=""))
    read = await lab.settled(target, lambda read: read.ok)
    if not read.ok or not isinstance(read.json, dict):
        raise NotRun(f"GET of the resource returned {read.status_text}, so there is nothing to PUT.")
    body = {name: value for name, value in read.json.items() if name not in step.without}
    for path, value in filled(dict(step.set), variables).items():
        body = put(body, path, value)
    return await lab.send("PUT", target, body)


def wrong_credential(authorization: str) -> str:
    """An invalid credential with the same scheme."""
    scheme, separator, _ = authorization.partition(" ")
    return f"{scheme} {_WRONG}" if separator else _WRONG
