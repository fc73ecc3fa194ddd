"""Starts a verify run: finds the app and its SCIM server, and announces what will be created."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from oktascim.check.run import ServerUnderTest
from oktascim.errors import Declined, OktascimError, ScimServerFailed, UsageProblem
from oktascim.http.origin import is_on_this_machine
from oktascim.okta.apps import App, get_app
from oktascim.okta.client import Okta
from oktascim.plan.kind import find_kind
from oktascim.plan.report import exit_code
from oktascim.routes.observer import Observer
from oktascim.routes.readback import read_back
from oktascim.runs.engine import ApplyRequest
from oktascim.runs.find_app import NoSuchApp, find_app
from oktascim.runs.scim_target import GivenCredential, integration_of, target_by_flags, target_of_spec
from oktascim.runs.session import Session
from oktascim.scim.report import ScimVersion
from oktascim.spec.loader import LoadedIntegration, warnings
from oktascim.verify.choices import IntegrationUnderTest, VerifyChoices
from oktascim.verify.prepare import unasked_account

_NO_CREDENTIALS = "no credentials were given for it (--bearer, --header or --basic)"


@dataclass(frozen=True)
class VerificationInput:
    """The values from the command line.

    Attributes:
        word: the app, if no spec is given.
        loaded: the integration of a spec.
        target: how we reach the SCIM server, or None.
        mute: why not.
        flags: builds the target from flags, once Okta's base URL is known.
    """

    word: str
    loaded: LoadedIntegration | None = None
    target: ServerUnderTest | None = None
    mute: str = _NO_CREDENTIALS
    flags: Callable[[str, ScimVersion], ServerUnderTest] | None = None


def integration_to_verify(
    session: Session,
    word: str,
    app: str | None,
    url: str | None,
    credential: GivenCredential,
) -> VerificationInput:
    """The integration to verify: from a spec, or an app.

    Args:
        session: where secrets come from.
        word: a spec file or folder, or an app.
        app: with a spec: the integration.
        url: the SCIM base URL, for an app whose base URL Okta doesn't show.
        credential: as the options give it; at most one form.

    Raises:
        UsageProblem: the spec isn't valid, has no such integration, or a secret is unavailable.
    """
    path = Path(word)
    if path.exists() or path.suffix in {".yaml", ".yml"}:
        if url or any(credential):
            raise UsageProblem("A spec can't be used together with --url or a credential.")
        loaded = integration_of(session, path, app)
        try:
            return VerificationInput(loaded.integration.key, loaded, target_of_spec(session, path, app))
        except UsageProblem as error:
            return VerificationInput(loaded.integration.key, loaded, mute=error.what_and_why.removesuffix("."))
    if app:
        raise UsageProblem("--app can only be used with a spec file.", fix="Specify the app only once.")
    if not any(credential):
        return VerificationInput(word)
    return VerificationInput(
        word, flags=lambda base, version: target_by_flags(session, url or base, version, credential)
    )


async def subject_of(session: Session, okta: Okta, what: VerificationInput) -> IntegrationUnderTest:
    """The current app; on an emulated org that doesn't have it yet, the spec is applied first.

    Raises:
        NoSuchApp: the org doesn't have the app.
        ScimServerFailed: provisioning is not on.
    """
    app = await _app(session, okta, what)
    proof, template = await read_back(okta, app.id), await find_kind(okta, app)
    if proof.status != "ENABLED":
        raise ScimServerFailed(
            f"Provisioning is not enabled for {app.label} (status {proof.status}).",
            why="Okta sends nothing to the SCIM server, so there is nothing to verify.",
            fix="Enable it with `oktascim apply` or `oktascim connection set`.",
        )
    target, mute = what.target, what.mute
    if what.flags and proof.base_url is None:
        target, mute = None, "Okta doesn't show the base URL of this app; give --url"
    if what.flags:
        version = template.scim_version if template else "2.0"
        target = what.flags(proof.base_url or "", version)
    server = f"--spec {shlex.quote(str(what.loaded.file))}" if what.loaded else proof.base_url or "URL"
    return IntegrationUnderTest(
        app, template.kind if template else "catalog", proof, target, mute, f"oktascim check {server}"
    )


def intentions(okta: Okta, subject: IntegrationUnderTest, choices: VerifyChoices) -> list[str]:
    """What the run will do, as text."""
    app = f"{subject.app.label} ({subject.app.id})"
    is_asked = subject.target is not None  # only then are there a user who leaves and a second group
    groups = "two test groups" if is_asked else "a test group"
    if choices.user:
        people = "two test users" if is_asked else "a test user"
        lines = [
            f"verify will assign {app} in {okta.org_url} to {choices.user}, and unassign it afterwards.",
            f"The profile of {choices.user} is changed, and restored afterwards.",
            f"It will also create {people}, who must stay unchanged, and {groups} for group push.",
        ]
        if not is_asked:
            lines.append(f"Warning: {unasked_account(choices.user, subject.mute)}")
    else:
        people = "three test users" if is_asked else "two test users"
        lines = [f"verify will create {people} and {groups} in {okta.org_url}, and assign {app} to the users."]
        if not is_asked:
            lines.append(f"Warning: the SCIM server can't be queried, so no step can be proven: {subject.mute}.")
    kept = "kept (--keep)" if choices.keep else "removed at the end, also after Ctrl-C"
    return [*lines, f"Nothing else is changed. The test objects are {kept}."]


def require_consent(session: Session, okta: Okta, lines: list[str]) -> None:
    """Announce the changes and ask for confirmation, except on an emulated org or with --yes.

    Raises:
        Declined: the answer was no.
        UsageProblem: there is no interactive terminal.
    """
    for line in lines:
        session.output.note(line)
    if is_on_this_machine(okta.org_url):
        return
    if not session.output.confirm("Continue?", assume_yes=session.yes):
        raise Declined


async def _app(session: Session, okta: Okta, what: VerificationInput) -> App:
    try:
        return await get_app(okta, (await find_app(okta, what.word)).id)
    except NoSuchApp as error:
        if what.loaded is None:
            raise
        if not is_on_this_machine(okta.org_url):
            error.fix = f"Create it first: `oktascim apply {what.loaded.file}`."
            raise
        return await _applied(session, okta, what.loaded)


async def _applied(session: Session, okta: Okta, loaded: LoadedIntegration) -> App:
    """The app after the spec was applied without its assignments, because the people in a spec aren't test users."""
    session.output.note(
        f"{loaded.integration.key} isn't in this emulated org yet: applying {loaded.file} without its assignments."
    )
    for problem in warnings((loaded,)):
        session.output.note(f"Warning: {problem}")
    bare = replace(loaded, integration=loaded.integration.model_copy(update={"assignments": None}))
    request = ApplyRequest(session, (bare,))
    plans, snapshot = await request.make_plans(okta)
    request.secrets.require(plans)
    reports = await request.carry_out(okta, plans, snapshot, Observer())
    error = reports[0].error
    if error is not None:
        raise error
    if reports[0].app_id is None:
        raise OktascimError(
            f"Applying {loaded.file} ended with status {reports[0].status} ({exit_code(reports)}).",
            fix=f"Run `oktascim plan {loaded.file}`.",
        )
    return await get_app(okta, reports[0].app_id)
