"""`oktascim app list` and `show`: the org's apps."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from oktascim.cli.options import AppArgument, OutputOption, session_of, written
from oktascim.errors import UsageProblem
from oktascim.files import write_whole
from oktascim.logs.pages import last_event
from oktascim.logs.query import Conditions
from oktascim.okta.apps import App, get_app
from oktascim.okta.client import Okta
from oktascim.okta.directory import list_app_groups, list_app_users
from oktascim.okta.errors import OktaError, OktaRefusedIdentity, UnreadableAnswer
from oktascim.okta.org import app_page
from oktascim.okta.push import list_push_mappings
from oktascim.okta.saml import get_saml_facts
from oktascim.plan.outcomes import user_outcome
from oktascim.render.app import AppView, app_json, app_table, app_text
from oktascim.render.app_list import app_list_json, app_list_table
from oktascim.render.formats import Format
from oktascim.render.outcomes import trouble_notes
from oktascim.routes.readback import read_back
from oktascim.runs.app_list import COUNTED_UNASKED, ProvisioningFilter, list_rows
from oktascim.runs.find_app import find_app
from oktascim.runs.interruption import stoppable
from oktascim.runs.session import Session


def list_apps(
    context: typer.Context,
    provisioning: Annotated[
        ProvisioningFilter | None,
        typer.Option(
            "--provisioning", metavar="STATE", help="Only apps in this state; failed: some users are in ERROR."
        ),
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="NAME", help="Only apps with this template.")
    ] = None,
    users: Annotated[
        bool | None,
        typer.Option(
            "--users/--no-users",
            help=f"Count the users of all apps with provisioning on; by default, of at most {COUNTED_UNASKED}.",
            show_default=False,
        ),
    ] = None,
    wide: Annotated[bool, typer.Option("--wide", help="Add id, kind, sign-on mode and features.")] = False,
    output: OutputOption = Format.TEXT,
) -> None:
    """List the org's apps with template, status, provisioning, users and integration.

    Counting users takes one request for each app with provisioning on, so they are counted only if there are few such
    apps. `--users` and `--provisioning failed` count them in all apps.

    Example: `oktascim app list --provisioning failed`
    """
    session = session_of(context)
    if template is not None:
        from oktascim.catalog import find_template

        find_template(template)
    rows = session.run(lambda: list_rows(session, template, provisioning, users))
    table = app_list_table(rows, wide=wide, filtered=bool(template or provisioning))
    session.output.show(app_list_json(rows), output, table)
    uncounted = sum(row.provisioning != "off" and row.users is None for row in rows)
    if uncounted and users is None:
        session.output.note(f"Users not counted: {uncounted} apps have provisioning on. --users reads them all.")


def show_app(
    context: typer.Context,
    word: AppArgument,
    saml_metadata: Annotated[
        Path | None,
        typer.Option(
            "--saml-metadata", metavar="FILE", help="Write Okta's SAML metadata to this file.", callback=written
        ),
    ] = None,
    output: OutputOption = Format.TEXT,
) -> None:
    """Show an app: sign-on, provisioning and its evidence, assignments, and the SAML values for the service provider.

    Example: `oktascim app show "Acme CRM" --saml-metadata acme-metadata.xml`
    """
    session = session_of(context)
    view = session.run(lambda: _view(session, word))
    if saml_metadata:
        if view.saml is None:
            raise UsageProblem(f"{view.app.label} doesn't use SAML, so it has no metadata.")
        write_whole(saml_metadata, view.saml.xml)
        session.output.note(f"Wrote the SAML metadata to {saml_metadata}.")
    session.output.show(app_json(view), output, app_table(view), app_text(view, session.output.layout))
    for note in trouble_notes(view.app.id, view.outcomes):
        session.output.note(note)


async def _last_event(okta: Okta, found: App) -> dict[str, Any] | None:
    """The app's newest event; None too if the token isn't allowed to read the log."""
    try:
        return await last_event(okta, Conditions(apps=(replace(found, name=""),)).filter())
    except (OktaError, UnreadableAnswer):
        return None


async def _view(session: Session, word: str) -> AppView:
    from oktascim.plan.kind import find_kind

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
    """The push mappings; None if Okta rejects the request, as it may for an app that can't push."""
    try:
        return tuple(await list_push_mappings(okta, found.id))
    except OktaRefusedIdentity:
        raise
    except OktaError:
        return None
