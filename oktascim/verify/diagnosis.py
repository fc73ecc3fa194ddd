"""Explains why a side disagrees, and what to do."""

from __future__ import annotations

from typing import NamedTuple

from oktascim.check.catalogue import catalogue
from oktascim.verify.log_side import LogSide
from oktascim.verify.model import AttributeResult, LifecycleStep, Said, StepResult, judged
from oktascim.verify.scene import Scene

_TRAP = (
    "The account is still active. Okta doesn't deactivate an account whose reprovisioning failed before (OB-294):"
    " leavers keep access, and no event reports it."
)
_TRAP_FIX = (
    "Fix the cause of the failed step user.reactivate. Then retry the failed task (Dashboard > Tasks) or reassign the"
    " app, unassign the app, and check the account."
)


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
    failed_before: frozenset[str] = frozenset(),
) -> StepResult:
    """The result of a step, with a diagnosis if it isn't proven.

    Args:
        scene: what should be true.
        log: the failures of the step.
        step: the step.
        sides: what the three sides said.
        seconds: how long it took.
        parts: the result of each attribute.
        failed_before: the ids of the steps that have failed in this run.
    """
    state = judged(sides)
    if state == "proven" and step.shown_by in failed_before:
        why = f"Proves nothing: {step.shown_by} failed, so there was nothing to undo."
        return StepResult(step, "unproven", sides, seconds, why, parts=parts)
    if state == "proven":
        return StepResult(step, state, sides, seconds, parts=parts)
    found = _diagnosis(scene, log, step, sides, failed_before) if state == "failed" else _unproven(sides)
    return StepResult(step, state, sides, seconds, *found, parts=parts)


def _unproven(sides: tuple[Said, ...]) -> Diagnosis:
    left = [f"{_SAYERS[said.side]} {_LACKS[said.answer]}: {said.words}" for said in sides if said.answer in _LACKS]
    return Diagnosis("; ".join(left) + ".", "")


_SAYERS = {"okta": "Okta", "scim": "the SCIM server", "log": "the System Log"}
_LACKS = {"not_asked": "wasn't asked", "silent": "shows nothing"}


def _diagnosis(
    scene: Scene, log: LogSide, step: LifecycleStep, sides: tuple[Said, ...], failed_before: frozenset[str]
) -> Diagnosis:
    okta, scim, logged = sides
    if log.failures:
        finding, reason = log.finding, log.reason
        said = f"Okta reports “{reason}”." if reason else "Okta gives no reason."
        if finding is None:
            return Diagnosis(said, _look(scene))
        unasked = (
            f" The SCIM server couldn't be asked: {scim.words.removesuffix('.')}." if scim.answer == "not_asked" else ""
        )
        cause = finding.cause + (unasked if finding.category == "unknown" else "")
        return Diagnosis(f"{said} {cause}", finding.fix, finding.category)
    if meaning := next((said.meaning for said in sides if said.meaning), ""):
        return Diagnosis(f"{meaning} Seen: {okta.words}.", _fix_of(scene, step))
    if step.id == "user.unassign" and "user.reactivate" in failed_before and scim.answer == "disagrees":
        return Diagnosis(_TRAP, _TRAP_FIX)
    if scim.answer == "disagrees" and okta.answer == "agrees":
        if logged.answer == "agrees":
            return Diagnosis(step.lie, _fix_of(scene, step))
        return Diagnosis("Okta's record is up to date, but the SCIM server isn't.", _look(scene))
    if scim.answer == "agrees":
        return Diagnosis(f"The SCIM server has it, but Okta's record doesn't: {okta.words}.", _look(scene))
    return Diagnosis(f"Okta didn't finish: {okta.words}.", _look(scene))


def _fix_of(scene: Scene, step: LifecycleStep) -> str:
    """The fix of the step, or of the check that tests the same, and the command that runs the check."""
    checks = step.checks.get(scene.kind, ())
    fixes = {check.id: catalogue().fixes[check.fix].do for check in catalogue().checks if check.id in checks}
    only = " ".join(f"--only {name}" for name in checks)
    return " ".join([*([step.fix] if step.fix else fixes.values()), f"Test the server alone: `{scene.check} {only}`."])


def _look(scene: Scene) -> str:
    return f"Run `oktascim logs --app {scene.app.id} --failures --explain`."
