"""`oktascim app`: single operations on one app, each read back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from oktascim.catalog import find_template
from oktascim.cli.options import AppArgument, OutputOption, WaitOption, session_of
from oktascim.errors import ExitCode, OktascimError, UsageProblem
from oktascim.files import write_whole
from oktascim.logs.pages import last_event
from oktascim.logs.query import Conditions
from oktascim.okta.apps import App, activate_app, deactivate_app, every_app, get_app
from oktascim.okta.client import Okta
from oktascim.okta.directory import list_app_groups, list_app_users
from oktascim.okta.errors import OktaError, OktaRefusedIdentity, UnreadableAnswer
from oktascim.okta.org import app_page
from oktascim.okta.push import list_push_mappings
from oktascim.okta.saml import get_saml_facts
from oktascim.plan import membership
from oktascim.plan.kind import find_kind
from oktascim.plan.membership import Membership, membership_exit_code
from oktascim.plan.outcome_words import failure_of, pending_note
from oktascim.plan.outcomes import MemberOutcome, user_outcome
from oktascim.plan.removal import remove
from oktascim.plan.settling import DEFAULT_WAIT, settle_if_on
from oktascim.render.app import (
    AppRow,
    AppView,
    app_json,
    app_list_json,
    app_list_table,
    app_table,
    app_text,
    membership_json,
    membership_table,
)
from oktascim.render.layout import grid
from oktascim.render.outcomes import trouble_notes
from oktascim.render.streams import Format, Table
from oktascim.routes.readback import read_back
from oktascim.runs.engine import stoppable
from oktascim.runs.find_app import find_app
from oktascim.runs.session import Session


@dataclass(frozen=True)
class Changed:
    """An app, what was changed of who has it, and what became of those who were given it."""

    app: App
    memberships: list[Membership]
    outcomes: tuple[MemberOutcome, ...]


app = typer.Typer(no_args_is_help=True)

UserOption = Annotated[list[str] | None, typer.Option("--user", help="A login or id; may be repeated.")]
GroupOption = Annotated[list[str] | None, typer.Option("--group", help="A name or id; may be repeated.")]


class Provisioning(StrEnum):
    """What `--provisioning` selects."""

    ON = "on"
    OFF = "off"
    FAILED = "failed"


@app.command("list")
def list_apps(
    context: typer.Context,
    provisioning: Annotated[
        Provisioning | None,
        typer.Option("--provisioning", help="Only apps with provisioning on, off, or with people in ERROR (failed)."),
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="NAME", help="Only apps of this template.")
    ] = None,
    people: Annotated[
        bool, typer.Option("--people", help="Count the people of each app (at least one request per app).")
    ] = False,
    wide: Annotated[bool, typer.Option("--wide", help="Add id, kind, sign-on mode and features.")] = False,
    output: OutputOption = Format.TEXT,
) -> None:
    """List the org's apps with template, status, provisioning and integration.

    `--provisioning failed` and `--people` read the people of each app whose provisioning is on.

    Example: `oktascim app list --provisioning failed`
    """
    session = session_of(context)
    if template is not None:
        find_template(template)
    counted = people or provisioning is Provisioning.FAILED
    rows = session.run(lambda: _listed(session, template, provisioning, people=counted))
    table = app_list_table(rows, people=counted, wide=wide)
    page = session.output.page
    text = grid(table.columns, table.rows, page) if rows and page.columns is not None else None
    session.output.show(app_list_json(rows), output, table, text)


@app.command("show")
def show_app(
    context: typer.Context,
    word: AppArgument,
    saml_metadata: Annotated[
        Path | None, typer.Option("--saml-metadata", metavar="FILE", help="Write Okta's SAML metadata to this file.")
    ] = None,
    output: OutputOption = Format.TEXT,
) -> None:
    """Show an app: sign-on, provisioning and its proof, assignments, and SAML values for the service provider.

    Example: `oktascim app show "Acme CRM" --saml-metadata acme-metadata.xml`
    """
    session = session_of(context)
    view = session.run(lambda: _view(session, word))
    if saml_metadata:
        if view.saml is None:
            raise UsageProblem(f"{view.app.label} does not sign on by SAML, so it has no metadata.")
        write_whole(saml_metadata, view.saml.xml)
        session.output.note(f"Wrote the SAML metadata to {saml_metadata}.")
    session.output.show(app_json(view), output, app_table(view), app_text(view, session.output.page))
    for note in trouble_notes(view.app.id, view.outcomes):
        session.output.note(note)


@app.command("activate")
def activate(context: typer.Context, word: AppArgument, output: OutputOption = Format.TABLE) -> None:
    """Activate an app, and verify the result.

    Example: `oktascim app activate acme-crm`
    """
    _switch(session_of(context), word, "ACTIVE", output)


@app.command("deactivate")
def deactivate(context: typer.Context, word: AppArgument, output: OutputOption = Format.TABLE) -> None:
    """Deactivate an app, and verify the result; nobody can use it until it is activated again.

    Example: `oktascim app deactivate acme-crm`
    """
    _switch(session_of(context), word, "INACTIVE", output)


@app.command("delete")
def delete(context: typer.Context, word: AppArgument, output: OutputOption = Format.TABLE) -> None:
    """Deactivate and delete an app, managed or not, and verify that it is gone.

    On a terminal the label must be typed; elsewhere `--yes` is needed.

    Example: `oktascim app delete 0oa1b2c3d4e5f6g7h8i9 --yes`
    """
    session = session_of(context)
    found, evidence = session.run(lambda: _delete(session, word))
    document = {"app_id": found.id, "label": found.label, "status": "removed", "evidence": evidence}
    session.output.show(document, output, Table(("app", "label", "state", "evidence"), [list(document.values())]))


@app.command("assign")
def assign(
    context: typer.Context,
    word: AppArgument,
    user: UserOption = None,
    group: GroupOption = None,
    wait: WaitOption = int(DEFAULT_WAIT),
    output: OutputOption = Format.TABLE,
) -> int:
    """Assign users and groups to an app, verify each assignment, and report its outcome.

    Where provisioning is on it waits for Okta to provision them; one that Okta could not provision makes the exit
    code 5.

    Example: `oktascim app assign acme-crm --user ada@acme.example --group Engineering`
    """
    session = session_of(context)
    users, groups = _named(user, group)
    changes = (membership.assign_user, membership.assign_group)
    changed = session.run(lambda: _change(session, word, users, groups, changes, wait))
    return _show_changes(session, output, changed, wait)


@app.command("unassign")
def unassign(
    context: typer.Context,
    word: AppArgument,
    user: UserOption = None,
    group: GroupOption = None,
    output: OutputOption = Format.TABLE,
) -> int:
    """Unassign users and groups; if Deactivate Users is on, Okta deactivates their accounts in the app.

    Example: `oktascim app unassign acme-crm --user ada@acme.example`
    """
    session = session_of(context)
    users, groups = _named(user, group)
    changes = (membership.unassign_user, membership.unassign_group)
    return _show_changes(session, output, session.run(lambda: _change(session, word, users, groups, changes)))


@app.command("push-group")
def push_group(
    context: typer.Context,
    word: AppArgument,
    group: Annotated[list[str], typer.Option("--group", help="A name or id; may be repeated.")],
    stop: Annotated[bool, typer.Option("--stop", help="Stop pushing instead.")] = False,
    delete_target: Annotated[
        bool, typer.Option("--delete-target", help="With --stop: delete the app's group as well.")
    ] = False,
    wait: WaitOption = int(DEFAULT_WAIT),
    output: OutputOption = Format.TABLE,
) -> int:
    """Push groups to an app under their own names, or stop pushing them; verify the mapping and report its outcome.

    Where provisioning is on it waits for Okta to push them; a push that failed makes the exit code 5.

    Example: `oktascim app push-group acme-crm --group Engineering`
    """
    session = session_of(context)
    if delete_target and not stop:
        raise UsageProblem("--delete-target goes with --stop only.")
    how = partial(membership.stop_pushing, delete_target=delete_target) if stop else membership.push_group
    groups = list(dict.fromkeys(group))
    changed = session.run(lambda: _push(session, word, groups, how, None if stop else wait))
    return _show_changes(session, output, changed, wait)


async def _listed(
    session: Session, template: str | None, provisioning: Provisioning | None, *, people: bool
) -> list[AppRow]:
    """The apps that were asked for; people are read only of those that are left, and whose provisioning is on."""
    async with stoppable(session, session.announce) as okta:
        rows = [AppRow(one) for one in await every_app(okta)]
        rows = [row for row in rows if template in {None, row.template}]
        if provisioning is not None:
            wanted = "off" if provisioning is Provisioning.OFF else "on"
            rows = [row for row in rows if row.provisioning == wanted]
        if not people:
            return rows
        counted = list(await asyncio.gather(*(_counted(okta, row) for row in rows)))
        failed = provisioning is Provisioning.FAILED
        return [row for row in counted if not failed or row.provisioning == "failed"]


async def _counted(okta: Okta, row: AppRow) -> AppRow:
    if row.provisioning == "off":
        return row
    users = await list_app_users(okta, row.app.id, expand=False)
    return AppRow(row.app, tuple(user_outcome(one) for one in users))


async def _last_event(okta: Okta, found: App) -> dict[str, Any] | None:
    """The app's newest event; None also where the token may not read the log."""
    try:
        return await last_event(okta, Conditions(apps=(replace(found, name=""),)).filter())
    except (OktaError, UnreadableAnswer):
        return None


async def _view(session: Session, word: str) -> AppView:
    async with stoppable(session, session.announce) as okta:
        found = await get_app(okta, (await find_app(okta, word)).id)
        template, proof, users, groups, pushes, saml = await asyncio.gather(
            find_kind(okta, found),
            read_back(okta, found.id),
            list_app_users(okta, found.id),
            list_app_groups(okta, found.id),
            _pushes(okta, found),
            get_saml_facts(okta, found),
        )
        event, page = await asyncio.gather(_last_event(okta, found), app_page(okta, found.name, found.id))
        return AppView(
            app=found,
            template=template.name if template else None,
            proof=proof,
            users=tuple(user_outcome(one) for one in users),
            direct_users=sum(one.get("scope") == "USER" for one in users),
            groups=len(groups),
            pushes=pushes,
            saml=saml,
            page=page,
            last_event=event,
        )


async def _pushes(okta: Okta, found: App) -> tuple[dict[str, Any], ...] | None:
    """The push mappings; None where Okta refuses to say, as it may for an app that cannot push."""
    try:
        return tuple(await list_push_mappings(okta, found.id))
    except OktaRefusedIdentity:
        raise
    except OktaError:
        return None


def _switch(session: Session, word: str, status: str, output: Format) -> None:
    found = session.run(lambda: _switched(session, word, status))
    if found.status != status:
        raise OktascimError(
            f"{found.label} is {found.status}, not {status}.",
            why="Okta accepted the call, but a fresh read doesn't show the change.",
        )
    evidence = f"GET /api/v1/apps/{found.id} says {status}"
    document = {"app_id": found.id, "label": found.label, "status": status, "evidence": evidence}
    session.output.show(document, output, Table(("app", "label", "state", "evidence"), [list(document.values())]))


async def _switched(session: Session, word: str, status: str) -> App:
    async with stoppable(session, session.announce) as okta:
        found = await find_app(okta, word)
        if found.status != status:
            await (activate_app if status == "ACTIVE" else deactivate_app)(okta, found.id)
        return await get_app(okta, found.id)


async def _delete(session: Session, word: str) -> tuple[App, str]:
    async with stoppable(session, session.announce) as okta:
        found = await find_app(okta, word)
        if not session.yes:
            typed = session.output.ask(f"Type {found.label} to delete it ({found.id}): ", otherwise="--yes")
            if typed.strip() != found.label:
                raise UsageProblem("The label does not match; nothing was deleted.")
        return found, await remove(okta, found.id)


def _named(users: list[str] | None, groups: list[str] | None) -> tuple[list[str], list[str]]:
    """The users and groups that the command line names, each once."""
    if not users and not groups:
        raise UsageProblem("Specify at least one user or group.", fix="Give --user or --group; they may be repeated.")
    return list(dict.fromkeys(users or ())), list(dict.fromkeys(groups or ()))


async def _change(
    session: Session,
    word: str,
    users: Sequence[str],
    groups: Sequence[str],
    changes: tuple[membership.Change, membership.Change],
    wait: float | None = None,
) -> Changed:
    async with stoppable(session, session.announce) as okta:
        found = await find_app(okta, word)
        people, teams = await membership.find_targets(okta, users, groups)
        done = await membership.change(okta, found.id, "user", people, changes[0])
        done += await membership.change(okta, found.id, "group", teams, changes[1])
        return Changed(found, done, await _settled(session, okta, found, done, wait))


async def _push(
    session: Session, word: str, groups: Sequence[str], how: membership.Change, wait: float | None
) -> Changed:
    async with stoppable(session, session.announce) as okta:
        found = await find_app(okta, word)
        _, teams = await membership.find_targets(okta, (), groups)
        done = await membership.change(okta, found.id, "push_group", teams, how)
        return Changed(found, done, await _settled(session, okta, found, done, wait))


async def _settled(
    session: Session, okta: Okta, found: App, done: Sequence[Membership], wait: float | None
) -> tuple[MemberOutcome, ...]:
    """What became of those whose change was made; nothing is read where people lose the app."""
    if wait is None:
        return ()
    return await settle_if_on(okta, found, membership.wanted_from(done), wait, session.announce)


def _show_changes(session: Session, output: Format, changed: Changed, waited: float = 0.0) -> ExitCode:
    found, memberships, outcomes = changed.app, changed.memberships, changed.outcomes
    session.output.show(membership_json(found, memberships, outcomes), output, membership_table(memberships, outcomes))
    failure, note = failure_of(found.id, outcomes), pending_note(found.id, outcomes, waited)
    for error in [*(one.error for one in memberships), failure]:
        if error:
            session.output.error(error)
    if note:
        session.output.note(note)
    return membership_exit_code(memberships) or (failure.exit_code if failure else ExitCode.DONE)
