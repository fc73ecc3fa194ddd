"""A whole run: the users and groups, the steps, and the clean-up, whatever happens in between."""

from __future__ import annotations

from dataclasses import replace

from oktascim.check.bodies import Names
from oktascim.check.lab import Lab
from oktascim.errors import Interrupted, OktascimError
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError, OktaRefusedIdentity
from oktascim.verify.actions import STEP_ACTIONS
from oktascim.verify.choices import IntegrationUnderTest, VerifyChoices, VerifyMeans
from oktascim.verify.cleanup import clean_up
from oktascim.verify.compare import held_by, held_by_group, members_of
from oktascim.verify.diagnosis import GONE_FAULTS, is_after_failed_return, result_of, with_harm
from oktascim.verify.inquiry import harm_to_bystanders, note_on, with_reason_for_second
from oktascim.verify.log_side import LogSide
from oktascim.verify.model import LifecycleStep, StepResult, lifecycle
from oktascim.verify.parts import attribute_parts
from oktascim.verify.prepare import groups_for, mapping_to_app, people_for, require_nobody, server_of, unasked_account
from oktascim.verify.prove import prove
from oktascim.verify.pushed import PushedAccount
from oktascim.verify.report import VerifyReport
from oktascim.verify.scene import Scene, mapping_of

_FEATURES = {"push_groups": "GROUP_PUSH", "import": "IMPORT_NEW_USERS", "profile_source": "PROFILE_MASTERING"}
_SERVER_ERROR = 500
_TRAP_GRACES = 4  # Okta sends nothing then, so a shorter wait is enough


async def verify_integration(
    okta: Okta,
    subject: IntegrationUnderTest,
    names: Names,
    account: PushedAccount,
    choices: VerifyChoices,
    means: VerifyMeans,
) -> VerifyReport:
    """Take a user and a group through the lifecycle, and clean up.

    Args:
        okta: the org.
        subject: the integration to verify.
        names: the run id and the domain.
        account: the user, from `user_for`.
        choices: how to verify it.
        means: what the caller provides.

    Raises:
        ScimServerFailed: the server finds an account under a new, unused name, so Okta would link the test user to a
            real account.
        IdentityRefused: the token can't create users; what was created is removed.
    """
    mapping, untested = mapping_of(await mapping_to_app(okta, subject))
    people = people_for(names, account)
    async with server_of(subject, choices, means, okta, names) as (lab, mute):
        scene = Scene(
            okta=okta,
            app=subject.app,
            kind=subject.kind,
            check=subject.check,
            names=names,
            lab=lab,
            mute=mute,
            people=people,
            groups=groups_for(names, people),
            mapping=mapping,
            untested=untested,
            skipped=choices.skipped_attributes,
        )
        if lab is not None:
            await require_nobody(lab, account.login)
        elif account.existing and subject.target is not None:  # without a target, it was said before the confirmation
            means.warn(unasked_account(account.login, mute))
        try:
            run = _Run(scene, subject, choices, means)
            await run.steps()
        finally:
            left = await _cleaned(scene, lab, subject, choices, means)
        if run.refused is not None:
            raise run.refused
        return VerifyReport(
            org_url=okta.org_url,
            app_id=subject.app.id,
            label=subject.app.label,
            base_url=subject.target.base_url if subject.target else subject.proof.base_url or "",
            run_id=names.run,
            results=tuple(run.results.values()),
            untested=tuple(untested.items()),
            left_behind=() if choices.keep else tuple(left),
            kept=tuple(left) if choices.keep else (),
            interrupted=run.interrupted,
            switched_on=tuple(sorted(run.has - {"asked", "own_user", "attributes"})),
        )


class _Run:
    """The steps of one run."""

    def __init__(self, scene: Scene, subject: IntegrationUnderTest, choices: VerifyChoices, means: VerifyMeans) -> None:
        self._scene, self._choices, self._means = scene, choices, means
        self.has = subject.proof.to_app | _more_needs(scene, subject.app)
        self.results: dict[str, StepResult] = {}
        self.interrupted = False
        self.refused: OktaRefusedIdentity | None = None

    async def steps(self) -> None:
        """Run all steps; after Ctrl-C or a rejected token, the rest are skipped."""
        log = LogSide(self._scene)
        over = ""
        for step in lifecycle().steps:
            result = self._passed_over(step, over)
            if result is None:
                self._means.began(step)
                try:
                    if not self.results:
                        await log.begin()
                    result = await self._run(step, log)
                except Interrupted:
                    over, self.interrupted = "interrupted", True
                    result = StepResult(step, "not_run", detail="Interrupted.")
                except OktaRefusedIdentity as error:
                    over, self.refused = "Okta rejected the token", error
                    result = StepResult(step, "failed", detail=error.what, fix=error.fix or "")
            self.results[step.id] = result
            if not over:
                self._means.watch(result)

    def _passed_over(self, step: LifecycleStep, over: str) -> StepResult | None:
        """The result of a step that isn't run, or None."""
        if any(step.is_about(word) for word in self._choices.skip):
            return StepResult(step, "not_applicable", detail="Skipped because of --skip.")
        if step.ends and self._choices.keep:
            return StepResult(step, "not_applicable", detail="Skipped because of --keep.")
        has = self.has | ({"follows_login"} if self._scene.account.follows_login else set())
        for need in step.needs:
            if need not in has:
                return StepResult(step, "not_applicable", detail=lifecycle().needs[need])
        if over:
            return StepResult(step, "not_run", detail=f"Not run: {over}.")
        missing = [name for name in step.after if not _did_its_work(self.results[name])]
        missing += [name for name in step.after_success if self.results[name].state not in {"proven", "unproven"}]
        if not missing:
            return None
        ended = "failed" if self.results[missing[0]].state == "failed" else "didn't happen"
        return StepResult(step, "not_run", detail=f"Not run: {missing[0]} {ended}.")

    async def _run(self, step: LifecycleStep, log: LogSide) -> StepResult:
        scene, clock = self._scene.of(step), self._scene.okta.clock
        start = clock.monotonic()
        log.next_step(scene)
        begin_step(scene, step)
        try:
            await STEP_ACTIONS[step.action](scene)
            return await self._proven(scene, step, log, start)
        except OktaError as error:
            if step.action == "push_group" and error.status < _SERVER_ERROR:
                why = f"Okta's API doesn't push groups to this app. {error.why}"
                return StepResult(step, "not_applicable", detail=why)
            if isinstance(error, OktaRefusedIdentity):
                raise
            return _broken(step, error, clock.monotonic() - start)
        except Interrupted:
            raise
        except OktascimError as error:
            return _broken(step, error, clock.monotonic() - start)

    async def _proven(self, scene: Scene, step: LifecycleStep, log: LogSide, start: float) -> StepResult:
        before = {name: result.state for name, result in self.results.items()}
        patience = self._choices.patience
        if is_after_failed_return(step, before):
            patience = replace(patience, wait=min(patience.wait, patience.grace * _TRAP_GRACES))
        sides = await prove(scene, log, step, patience)
        seconds = scene.okta.clock.monotonic() - start
        subject = scene.subject(step)
        if any(said.fault in GONE_FAULTS for said in sides):
            subject.gone_since = subject.gone_since or step.id
        parts = await attribute_parts(scene, sides) if step.action == "change_attributes" else ()
        result = result_of(
            scene, log, step, await with_reason_for_second(scene, sides), seconds, parts=parts, before=before
        )
        if result.state == "proven":
            result = replace(result, detail=await note_on(scene, step))
        else:
            subject.erred = subject.erred or bool(log.failures)
        harm = await harm_to_bystanders(scene, step, patience.grace)
        is_explained = any(said.fault == "linked" for said in sides)
        return with_harm(scene, result, harm) if harm and not is_explained else result


def begin_step(scene: Scene, step: LifecycleStep) -> None:
    """Start a step from what the server showed last, so that it isn't blamed for an earlier step's fault."""
    for account in scene.people.values():
        account.stand_by(held_by(account.seen, account) if account.seen else account.held)
    for group in scene.groups.values():
        held = held_by_group(group.seen, group) if group.seen else group.held
        group.stand_by(held, members_of(group.seen) if group.seen else None)
    scene.subject(step).begin_step()


def _broken(step: LifecycleStep, error: OktascimError, seconds: float) -> StepResult:
    """A step whose calls to Okta failed."""
    return StepResult(step, "failed", seconds=seconds, detail=error.what_and_why, fix=error.fix or "")


def _did_its_work(result: StepResult) -> bool:
    """Whether Okta's own record shows that a step happened."""
    return bool(result.sides) and result.sides[0].answer == "agrees"


def _more_needs(scene: Scene, app: App) -> set[str]:
    found = {name for name, feature in _FEATURES.items() if feature in app.features}
    found |= {"attributes"} if scene.attributes else set()
    found |= {"asked"} if scene.lab is not None else set()
    return found | (set() if scene.account.existing else {"own_user"})


async def _cleaned(
    scene: Scene, lab: Lab | None, subject: IntegrationUnderTest, choices: VerifyChoices, means: VerifyMeans
) -> list[str]:
    if choices.keep:
        return _kept(scene)
    async with means.fresh() as okta:
        deactivates = "deactivate" in subject.proof.to_app
        return await clean_up(scene, okta, lab, choices.patience, deactivates=deactivates)


def _kept(scene: Scene) -> list[str]:
    accounts, groups = scene.people.values(), scene.groups.values()
    kept = [f"user {account.login}" for account in accounts if account.begun]
    kept += [f"group {group.name}" for group in groups if group.begun]
    kept += [f"Groups/{group.external_id} on the SCIM server" for group in groups if group.external_id]
    return kept + [f"Users/{one} on the SCIM server" for account in accounts for one in sorted(account.external_ids)]
