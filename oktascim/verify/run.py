"""A whole run: the user and the group, the steps, and the clean-up, whatever happens between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from oktascim.check.bodies import Names, new_run_id
from oktascim.check.lab import Lab, Sent
from oktascim.check.run import ServerUnderTest
from oktascim.errors import Interrupted, ScimServerFailed, UsageProblem
from oktascim.http.clock import Stop
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.directory import find_user, get_app_user
from oktascim.okta.errors import OktaError, OktaRefusedIdentity
from oktascim.okta.mappings import get_mapping_to_app
from oktascim.routes.readback import ReadBack
from oktascim.scim.answer import Answer
from oktascim.scim.exchange import ScimClient, direct_transport
from oktascim.verify.actions import ACTIONS
from oktascim.verify.cleanup import clean_up
from oktascim.verify.diagnosis import result_of
from oktascim.verify.log_side import LogSide
from oktascim.verify.model import Result, Step, lifecycle
from oktascim.verify.parts import parts_of
from oktascim.verify.prove import Patience, prove
from oktascim.verify.report import VerifyReport
from oktascim.verify.scene import Account, Pushed, Scene, mapping_of
from oktascim.verify.scim_side import account_ids

_NOT_PUSHED = frozenset({"STAGED", "SUSPENDED", "DEPROVISIONED"})
_FEATURES = {"push_groups": "GROUP_PUSH", "import": "IMPORT_NEW_USERS", "profile_source": "PROFILE_MASTERING"}
_TRAP_GRACES = 4  # Okta sends nothing then, so there is no need to wait as long as for what it does


@dataclass(frozen=True)
class Subject:
    """What is verified.

    Attributes:
        app: a fresh read of the app.
        kind: `catalog` or `wizard`.
        proof: what is switched on.
        target: how we reach the SCIM server, or None.
        mute: why it can't be asked, where it can't.
        check: the command that checks the SCIM server alone.
    """

    app: App
    kind: str
    proof: ReadBack
    target: ServerUnderTest | None
    mute: str = ""
    check: str = "oktascim check URL"


@dataclass(frozen=True)
class Choices:
    """How to verify.

    Attributes:
        user: the login of an existing user; None makes one.
        keep: True leaves everything in place.
        patience: how long the sides are waited for.
        limit: seconds for one exchange with the SCIM server.
        domain: of the login that is made.
    """

    user: str | None = None
    keep: bool = False
    patience: Patience = field(default_factory=Patience)
    limit: float = 60.0
    domain: str = "example.com"


@dataclass(frozen=True)
class Means:
    """What a run gets from its caller.

    Attributes:
        fresh: a new client of the org, for the clean-up after Ctrl-C.
        stop: a person's wish to end.
        began: told of each step as it begins.
        watch: receives every result.
        watch_exchange: told of every exchange with the SCIM server.
    """

    fresh: Callable[[], AbstractAsyncContextManager[Okta]]
    stop: Stop = field(default_factory=Stop)
    began: Callable[[Step], None] = lambda _step: None
    watch: Callable[[Result], None] = lambda _result: None
    watch_exchange: Callable[[Sent], None] = lambda _sent: None


async def verify_integration(
    okta: Okta, subject: Subject, names: Names, account: Account, choices: Choices, means: Means
) -> VerifyReport:
    """Take a user and a group through the lifecycle, and clean up.

    Args:
        okta: the org.
        subject: what is verified.
        names: the run id and the domain.
        account: the user, from `user_for`.
        choices: how.
        means: the surroundings.

    Raises:
        ScimServerFailed: the server finds somebody under a name that nobody has, so that Okta would link the test
            user to a real account.
        IdentityRefused: the token may not make people; what was made is removed.
    """
    mapping, untested = mapping_of(await _mapping(okta, subject))
    async with _server(subject, choices, means, okta, names) as (lab, mute):
        group = Pushed(f"Oktascim {names.run}")
        scene = Scene(
            okta, subject.app, subject.kind, subject.check, names, lab, mute, account, group, mapping, untested
        )
        if lab is not None:
            await _require_nobody(lab, account.login)
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
            switched_on=tuple(sorted(run.has)),
        )


class _Run:
    """The steps as they go."""

    def __init__(self, scene: Scene, subject: Subject, choices: Choices, means: Means) -> None:
        self._scene, self._choices, self._means = scene, choices, means
        self.has = subject.proof.to_app | _more_needs(scene, subject.app)
        self.results: dict[str, Result] = {}
        self.interrupted = False
        self.refused: OktaRefusedIdentity | None = None

    async def steps(self) -> None:
        """Run them all; after Ctrl-C or a refused token the others are not run."""
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
                    result = Result(step, "not_run", detail="Interrupted.")
                except OktaRefusedIdentity as error:
                    over, self.refused = "Okta refused the token", error
                    result = Result(step, "failed", detail=error.what, fix=error.fix or "")
            self.results[step.id] = result
            self._means.watch(result)

    def _passed_over(self, step: Step, over: str) -> Result | None:
        """The result of a step that isn't run, or None."""
        for need in step.needs:
            if need not in self.has:
                return Result(step, "not_applicable", detail=lifecycle().needs[need])
        if over:
            return Result(step, "not_run", detail=f"Not run: {over}.")
        missing = [name for name in step.after if not _did_its_work(self.results[name])]
        missing += [name for name in step.after_success if self.results[name].state not in {"proven", "unproven"}]
        if not missing:
            return None
        ended = "failed" if self.results[missing[0]].state == "failed" else "didn't take place"
        return Result(step, "not_run", detail=f"Not run: {missing[0]} {ended}.")

    async def _run(self, step: Step, log: LogSide) -> Result:
        scene, clock = self._scene, self._scene.okta.clock
        start = clock.monotonic()
        log.next_step()
        scene.account.fresh = frozenset()
        try:
            await ACTIONS[step.action](scene)
        except (Interrupted, OktaRefusedIdentity):
            raise
        except OktaError as error:
            if step.action == "push_group":
                why = f"Okta's API doesn't push groups to this app: {error.what}"
                return Result(step, "not_applicable", detail=why)
            return Result(step, "failed", seconds=clock.monotonic() - start, detail=str(error), fix=error.fix or "")
        failed = frozenset(name for name, result in self.results.items() if result.state == "failed")
        patience = self._choices.patience
        if step.id == "user.unassign" and "user.reactivate" in failed:
            patience = replace(patience, wait=min(patience.wait, patience.grace * _TRAP_GRACES))
        sides = await prove(scene, log, step, patience)
        seconds = clock.monotonic() - start
        parts = await parts_of(scene, sides) if step.action == "change_attributes" else ()
        return result_of(scene, log, step, sides, seconds, parts=parts, failed_before=failed)


def _did_its_work(result: Result) -> bool:
    """Whether Okta's own record says that a step took place."""
    return bool(result.sides) and result.sides[0].answer == "agrees"


def _more_needs(scene: Scene, app: App) -> set[str]:
    found = {name for name, feature in _FEATURES.items() if feature in app.features}
    found |= {"attributes"} if scene.attributes else set()
    return found | (set() if scene.account.existing else {"own_user"})


def new_names(choices: Choices) -> Names:
    """Names that no other run has."""
    return Names(new_run_id("verify"), choices.domain)


async def user_for(okta: Okta, subject: Subject, names: Names, choices: Choices) -> Account:
    """The user of a run: one to be made, or the one of `--user`.

    Raises:
        UsageProblem: the named user doesn't exist, isn't active, or has the app already.
    """
    if choices.user is None:
        return Account(f"{names.run}@{names.domain}")
    user = await find_user(okta, choices.user)
    if user is None:
        raise UsageProblem(f"This org has no user {choices.user}.")
    if user.get("status") in _NOT_PUSHED:
        raise UsageProblem(f"{choices.user} is {user.get('status')}; verify needs an active user.")
    if await get_app_user(okta, subject.app.id, user["id"]):
        raise UsageProblem(
            f"{choices.user} already has {subject.app.label}.",
            why="verify assigns the app and takes it away again, which would deactivate a real account.",
            fix="Name somebody who doesn't have the app, or leave out --user.",
        )
    profile: dict[str, Any] = user.get("profile") or {}
    texts = {name: value for name, value in profile.items() if isinstance(value, str)}
    return Account(profile["login"], user["id"], existing=True, profile=texts)


async def _mapping(okta: Okta, subject: Subject) -> Mapping[str, Any] | None:
    try:
        return await get_mapping_to_app(okta, subject.app.id)
    except OktaError:
        return None


@asynccontextmanager
async def _server(
    subject: Subject, choices: Choices, means: Means, okta: Okta, names: Names
) -> AsyncIterator[tuple[Lab | None, str]]:
    """Our own connection to the SCIM server, or None and why there is none."""
    target = subject.target
    if target is None:
        yield None, subject.mute
        return
    base_url, value = target.base_url.rstrip("/"), target.authorization.get_secret_value()
    async with ScimClient(base_url, value, choices.limit, okta.clock, direct_transport(base_url)) as client:
        watch = means.watch_exchange
        lab = Lab(client, base_url, target.version, value, names, 0.0, okta.clock, means.stop, watch)
        sent = await lab.send("GET", "/Users?startIndex=1&count=1")
        if sent.ok:
            yield lab, ""
        elif isinstance(sent.answer, Answer):
            yield None, f"the SCIM server answered us {sent.exchange.status}"
        else:
            yield None, f"this machine can't reach the SCIM server: {sent.answer.detail}"


async def _require_nobody(lab: Lab, login: str) -> None:
    found = await account_ids(lab, login)
    if found:
        raise ScimServerFailed(
            f"The SCIM server finds {found[0]} when asked for the user name {login}, which should be free.",
            why="Okta links the user whom it provisions to whoever the server finds, and overwrites that account.",
            fix="If it's an account of that name, use another user. Otherwise the filter is broken: run "
            "`oktascim check`, which names the fault.",
        )


async def _cleaned(scene: Scene, lab: Lab | None, subject: Subject, choices: Choices, means: Means) -> list[str]:
    if choices.keep:
        return _kept(scene)
    async with means.fresh() as okta:
        deactivates = "deactivate" in subject.proof.to_app
        return await clean_up(scene, okta, lab, choices.patience, deactivates=deactivates)


def _kept(scene: Scene) -> list[str]:
    kept = [f"user {scene.account.login}"] if scene.account.begun else []
    kept += [f"group {scene.group.name}"] if scene.group.begun else []
    kept += [f"Users/{scene.account.external_id} on the SCIM server"] if scene.account.external_id else []
    return kept
