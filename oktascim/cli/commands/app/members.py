"""`oktascim app assign`, `unassign` and `push-group`: who has an app, each change read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

from oktascim.cli.options import AppArgument, OutputOption, WaitOption, session_of
from oktascim.errors import ExitCode, UsageProblem
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.plan import membership
from oktascim.plan.membership import Membership, membership_exit_code
from oktascim.plan.outcome_words import failure_of, pending_note
from oktascim.plan.outcomes import MemberOutcome
from oktascim.plan.settling import DEFAULT_WAIT, settle_if_on
from oktascim.plan.targets import find_targets
from oktascim.render.formats import Format
from oktascim.render.membership import membership_json, membership_table, membership_text
from oktascim.runs.find_app import find_app
from oktascim.runs.interruption import stoppable
from oktascim.runs.session import Session


@dataclass(frozen=True)
class Changed:
    """An app, the changes to its assignments, and their outcomes.

    Attributes:
        app: the app.
        memberships: the changes, proven or failed.
        outcomes: the outcome of each in Okta.
        waited: the seconds spent on waiting for the outcomes.
    """

    app: App
    memberships: list[Membership]
    outcomes: tuple[MemberOutcome, ...]
    waited: float


UsersOption = Annotated[list[str] | None, typer.Option("--user", help="A user, by login or id; repeatable.")]
GroupsOption = Annotated[list[str] | None, typer.Option("--group", help="A group, by name or id; repeatable.")]


def assign(
    context: typer.Context,
    word: AppArgument,
    user: UsersOption = None,
    group: GroupsOption = None,
    wait: WaitOption = int(DEFAULT_WAIT),
    output: OutputOption = Format.TEXT,
) -> int:
    """Assign users and groups to an app, verify each assignment, and report its outcome.

    If provisioning is on, waits until Okta has provisioned them. The exit code is 5 if Okta couldn't provision one of
    them.

    Example: `oktascim app assign acme-crm --user ada@acme.example --group Engineering`
    """
    session = session_of(context)
    users, groups = _named(user, group)
    session.confirm_org()
    changes = (membership.assign_user, membership.assign_group)
    changed = session.run(lambda: _change(session, word, users, groups, changes, wait))
    return _show_changes(session, output, changed)


def unassign(
    context: typer.Context,
    word: AppArgument,
    user: UsersOption = None,
    group: GroupsOption = None,
    output: OutputOption = Format.TEXT,
) -> int:
    """Unassign users and groups; if Deactivate Users is on, Okta deactivates their accounts in the app.

    Example: `oktascim app unassign acme-crm --user ada@acme.example`
    """
    session = session_of(context)
    users, groups = _named(user, group)
    session.confirm_org()
    changes = (membership.unassign_user, membership.unassign_group)
    return _show_changes(session, output, session.run(lambda: _change(session, word, users, groups, changes)))


def push_group(
    context: typer.Context,
    word: AppArgument,
    group: Annotated[list[str], typer.Option("--group", help="A group, by name or id; repeatable.")],
    stop: Annotated[bool, typer.Option("--stop", help="Stop pushing the groups.")] = False,
    delete_target: Annotated[
        bool, typer.Option("--delete-target", help="With --stop: also delete the group in the app.")
    ] = False,
    wait: WaitOption = int(DEFAULT_WAIT),
    output: OutputOption = Format.TEXT,
) -> int:
    """Push groups to an app under their own names, or stop pushing them.

    Verifies each mapping and reports its outcome. If provisioning is on, waits until Okta has pushed them. The exit
    code is 5 if a push failed.

    Example: `oktascim app push-group acme-crm --group Engineering`
    """
    session = session_of(context)
    if delete_target and not stop:
        raise UsageProblem("--delete-target can only be used with --stop.")
    how = partial(membership.stop_pushing, delete_target=delete_target) if stop else membership.push_group
    session.confirm_org()
    groups = list(dict.fromkeys(group))
    changed = session.run(lambda: _push(session, word, groups, how, None if stop else wait))
    return _show_changes(session, output, changed)


def _named(users: list[str] | None, groups: list[str] | None) -> tuple[list[str], list[str]]:
    """The users and groups named on the command line, without duplicates."""
    if not users and not groups:
        raise UsageProblem("Specify at least one user or group.", fix="Pass --user or --group; both can be repeated.")
    return list(dict.fromkeys(users or ())), list(dict.fromkeys(groups or ()))


async def _change(
    session: Session,
    word: str,
    users: Sequence[str],
    groups: Sequence[str],
    changes: tuple[membership.MembershipChange, membership.MembershipChange],
    wait: float | None = None,
) -> Changed:
    async with stoppable(session, session.announce) as okta:
        found = await find_app(okta, word)
        people, teams = await find_targets(okta, users, groups)
        done = await membership.change(okta, found.id, "user", people, changes[0])
        done += await membership.change(okta, found.id, "group", teams, changes[1])
        return await _settled(session, okta, found, done, wait)


async def _push(
    session: Session, word: str, groups: Sequence[str], how: membership.MembershipChange, wait: float | None
) -> Changed:
    async with stoppable(session, session.announce) as okta:
        found = await find_app(okta, word)
        _, teams = await find_targets(okta, (), groups)
        done = await membership.change(okta, found.id, "push_group", teams, how)
        return await _settled(session, okta, found, done, wait)


async def _settled(session: Session, okta: Okta, found: App, done: list[Membership], wait: float | None) -> Changed:
    """The outcome of each change made; unassigning has none, so nothing is read for it."""
    if wait is None:
        return Changed(found, done, (), 0.0)
    began = okta.clock.monotonic()
    outcomes = await settle_if_on(okta, found, membership.wanted_from(done), wait, session.announce)
    return Changed(found, done, outcomes, okta.clock.monotonic() - began)


def _show_changes(session: Session, output: Format, changed: Changed) -> ExitCode:
    found, memberships, outcomes = changed.app, changed.memberships, changed.outcomes
    document, table = membership_json(found, memberships, outcomes), membership_table(memberships, outcomes)
    session.output.show(document, output, table, membership_text(memberships, outcomes, session.output.layout))
    failure, note = failure_of(found.id, outcomes), pending_note(found.id, outcomes, changed.waited)
    for error in [*(one.error for one in memberships), failure]:
        if error:
            session.output.error(error)
    if note:
        session.output.note(note)
    return membership_exit_code(memberships) or (failure.exit_code if failure else ExitCode.DONE)
