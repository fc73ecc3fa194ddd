"""Explains why a side disagrees, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from oktascim.check.catalogue import catalogue
from oktascim.quote import quoted
from oktascim.verify.log_side import LogSide
from oktascim.verify.model import AttributeResult, LifecycleStep, Said, State, StepResult, judged, lifecycle
from oktascim.verify.scene import Scene
from oktascim.verify.scim_side import STOPPED

_TRAP = (
    "The account is still active. Okta doesn't deactivate an account whose reprovisioning failed before (OB-294):"
    " leavers keep access, and no event reports it."
)
_TRAP_FIX = (
    "Fix the cause of the failed step user.reactivate. Then retry the failed task (Dashboard > Tasks) or reassign the"
    " app, unassign the app, and check the account."
)
_NOTHING_SENT = (
    "Proves nothing: user.reactivate failed, so the account was inactive, and Okta sends no deactivation then (OB-294)."
)
_AGAIN = "user.deactivate worked, so the server ignores it only after a reactivation."
_AGAIN_CHECKS = ("users.patch.deactivate_again",)
_MISSING = frozenset({"user.not_found"})
_NOT_CONFIGURED = "okta.config_other"
GONE_FAULTS = frozenset({"gone", "no_group"})
"""The faults of a user or group that the server doesn't have."""
_START_AGAIN = "Find out in the SCIM server's log why it stopped, start it again, and repeat the run."


class Diagnosis(NamedTuple):
    """What is wrong, what to do, and the category of Okta's error."""

    detail: str
    fix: str
    category: str = ""


def result_of(
    scene: Scene,
    log: LogSide,
    step: LifecycleStep,
    sides: tuple[Said, ...],
    seconds: float,
    *,
    parts: tuple[AttributeResult, ...] = (),
    before: Mapping[str, State] = MappingProxyType({}),
) -> StepResult:
    """The result of a step, with a diagnosis if it isn't proven.

    Args:
        scene: what should be true.
        log: the failures of the step.
        step: the step.
        sides: what the three sides said.
        seconds: how long it took.
        parts: the result of each attribute.
        before: the states of the earlier steps of this run.
    """
    state = judged(sides)
    no_change = scene.subject(step).no_change
    if state == "proven" and no_change:
        why = f"Proves nothing: {no_change}."
        return StepResult(step, "unproven", sides, seconds, why, parts=parts)
    if state == "proven":
        return StepResult(step, state, sides, seconds, parts=parts)
    found = _diagnosis(scene, log, step, sides, before) if state == "failed" else _unproven(step, sides, before)
    return StepResult(step, state, sides, seconds, *found, parts=parts)


def with_harm(scene: Scene, result: StepResult, harm: Said) -> StepResult:
    """The result of a step that has changed another user or group too.

    Args:
        scene: what should be true.
        result: the result of the step itself.
        harm: what was seen in the other one.
    """
    step, fault = result.step, lifecycle().faults[harm.fault]
    sent_here = [check for check in fault.checks if scene.kind != "wizard" or ".patch." not in check]
    checks = [check for check in sent_here if check.startswith(step.subject)]
    own = result.state == "failed"
    detail = f"{result.detail} {fault.says}" if own else fault.says
    do = fault.do or catalogue().fixes[fault.fix].do
    fix = " ".join(filter(None, [result.fix if own else "", do, _alone(scene, checks)]))
    sides = tuple(_merged(said, harm) if said.side == harm.side else said for said in result.sides)
    return replace(result, state="failed", sides=sides, detail=detail, fix=fix)


def _merged(said: Said, harm: Said) -> Said:
    return replace(harm, words=f"{said.words}; {harm.words}") if said.answer == "disagrees" else harm


def _unproven(step: LifecycleStep, sides: tuple[Said, ...], before: Mapping[str, State]) -> Diagnosis:
    _, scim, logged = sides
    if is_after_failed_return(step, before) and scim.answer == "agrees" and logged.answer == "silent":
        return Diagnosis(_NOTHING_SENT, "")
    left = [f"{_SAYERS[said.side]} {_LACKS[said.answer]}: {said.words}" for said in sides if said.answer in _LACKS]
    return Diagnosis("; ".join(left) + ".", "")


_SAYERS = {"okta": "Okta", "scim": "the SCIM server", "log": "the System Log"}
_LACKS = {"not_asked": "wasn't asked", "silent": "shows nothing"}


def _diagnosis(
    scene: Scene, log: LogSide, step: LifecycleStep, sides: tuple[Said, ...], before: Mapping[str, State]
) -> Diagnosis:
    okta, scim, _ = sides
    since = scene.subject(step).gone_since
    if scim.fault in GONE_FAULTS and since not in {"", step.id}:
        what = "account" if step.subject == "user" else "group"
        return Diagnosis(f"The {what} is still missing on the SCIM server, as in {since}.", f"Fix {since} first.")
    if log.failures:
        return _refused(scene, log, step, scim)
    if meaning := next((said.meaning for said in sides if said.meaning), ""):
        return Diagnosis(f"{meaning} Seen: {okta.words}.", _look(scene))
    if okta.fault:
        return _known_fault(scene, step, okta)
    if scim.answer == "agrees":
        return Diagnosis(f"The SCIM server has it, but Okta's record doesn't: {okta.words}.", _look(scene))
    if scim.answer == "disagrees" and okta.answer == "agrees":
        return _silent_fault(scene, step, sides, before)
    return Diagnosis(f"Okta didn't finish: {okta.words}.", _look(scene))


def _silent_fault(scene: Scene, step: LifecycleStep, sides: tuple[Said, ...], before: Mapping[str, State]) -> Diagnosis:
    """A step that Okta has finished, and that only the SCIM server doesn't show."""
    _, scim, logged = sides
    if is_after_failed_return(step, before) and not scim.fault and logged.answer == "silent":
        return Diagnosis(_TRAP, _TRAP_FIX)
    if logged.answer != "agrees":
        return Diagnosis("Okta's record is up to date, but the SCIM server isn't.", _look(scene))
    if scim.fault:
        return _known_fault(scene, step, scim)
    if step.id == "user.unassign" and before.get("user.deactivate") == "proven":
        alone = _alone(scene, _AGAIN_CHECKS) if scene.kind == "catalog" else ""
        return Diagnosis(f"{step.lie} {_AGAIN}", " ".join(filter(None, [catalogue().fixes["every-time"].do, alone])))
    return Diagnosis(step.lie, _fix_of(scene, step))


def _refused(scene: Scene, log: LogSide, step: LifecycleStep, scim: Said) -> Diagnosis:
    """A step that failed in Okta, with Okta's error and its cause."""
    finding, reason = log.finding, log.reason
    said = f"Okta reports “{quoted(reason)}”." if reason else "Okta gives no reason."
    if scene.mute == STOPPED:
        return Diagnosis(f"{said} The SCIM server stopped responding during this run.", _START_AGAIN)
    if finding is None:
        return Diagnosis(said, _look(scene))
    kind = ""
    if finding.category in _MISSING and scim.answer == "disagrees" and scim.fault != "gone":
        kind = "contradicts"
    elif finding.category == _NOT_CONFIGURED and step.action == "push_group" and scene.group.seen:
        kind = "half_pushed"
    if kind:
        fault = _known_fault(scene, step, Said("scim", "disagrees", scim.words, fault=kind))
        return Diagnosis(f"{said} {fault.detail}", fault.fix, finding.category)
    is_mute = scim.answer == "not_asked" and finding.category == "unknown"
    unasked = f" The SCIM server couldn't be asked: {scim.words.removesuffix('.')}." if is_mute else ""
    return Diagnosis(f"{said} {finding.cause}{unasked}", finding.fix, finding.category)


def is_after_failed_return(step: LifecycleStep, before: Mapping[str, State]) -> bool:
    """Whether the user is unassigned after a reassignment that failed (OB-294)."""
    return step.id == "user.unassign" and before.get("user.reactivate") == "failed"


def _known_fault(scene: Scene, step: LifecycleStep, said: Said) -> Diagnosis:
    """A fault that isn't in what the step changed; some have texts of their own for an action."""
    faults = lifecycle().faults
    fault = faults.get(f"{said.fault}.{step.action}") or faults[said.fault]
    seen = f" Seen: {said.words}." if said.side == "okta" else ""
    do = fault.do or (catalogue().fixes[fault.fix].do if fault.fix else "")
    return Diagnosis(fault.says + seen, " ".join(filter(None, [do, _alone(scene, fault.checks)])))


def _fix_of(scene: Scene, step: LifecycleStep) -> str:
    """The fix of the step, or of the check that tests the same, and the command that runs the check."""
    checks = step.checks.get(scene.form) or step.checks.get(scene.kind, ())
    own = step.fix.get(scene.form) or step.fix.get("any")
    fixes = {check.id: catalogue().fixes[check.fix].do for check in catalogue().checks if check.id in checks}
    return " ".join([*([own] if own else fixes.values()), _alone(scene, checks)])


def _alone(scene: Scene, checks: Sequence[str]) -> str:
    """The command that tests the server without Okta, or ""."""
    version = scene.lab.version if scene.lab else "2.0"
    known = [check.id for check in catalogue().checks if check.id in checks and version in check.scim]
    only = " ".join(f"--only {name}" for name in known)
    return f"Test the server alone: `{scene.check} {only}`." if known else ""


def _look(scene: Scene) -> str:
    return f"Run `oktascim logs --app {scene.app.id} --failures --explain`."
