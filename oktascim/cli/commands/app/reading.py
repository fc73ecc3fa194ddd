"""`oktascim app list` and `show`: what the org says of its apps."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from oktascim.catalog import find_template
from oktascim.cli.options import AppArgument, OutputOption, session_of
from oktascim.errors import UsageProblem
from oktascim.files import write_whole
from oktascim.logs.pages import last_event
from oktascim.logs.query import Conditions
from oktascim.okta.apps import App, every_app, get_app
from oktascim.okta.client import Okta
from oktascim.okta.directory import list_app_groups, list_app_users
from oktascim.okta.errors import OktaError, OktaRefusedIdentity, UnreadableAnswer
from oktascim.okta.org import app_page
from oktascim.okta.push import list_push_mappings
from oktascim.okta.saml import get_saml_facts
from oktascim.plan.kind import find_kind
from oktascim.plan.outcomes import user_outcome
from oktascim.render.app import (
    AppRow,
    AppView,
    app_json,
    app_list_json,
    app_list_table,
    app_table,
    app_text,
)
from oktascim.render.layout import grid
from oktascim.render.outcomes import trouble_notes
from oktascim.render.streams import Format
from oktascim.routes.readback import read_back
from oktascim.runs.engine import stoppable
from oktascim.runs.find_app import find_app
from oktascim.runs.session import Session


class ProvisioningFilter(StrEnum):
    """What `--provisioning` selects."""

    ON = "on"
    OFF = "off"
    FAILED = "failed"


def list_apps(
    context: typer.Context,
    provisioning: Annotated[
        ProvisioningFilter | None,
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
    counted = people or provisioning is ProvisioningFilter.FAILED
    rows = session.run(lambda: _listed(session, template, provisioning, people=counted))
    table = app_list_table(rows, people=counted, wide=wide)
    layout = session.output.layout
    text = grid(table.columns, table.rows, layout) if rows and layout.columns is not None else None
    session.output.show(app_list_json(rows), output, table, text)


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
    session.output.show(app_json(view), output, app_table(view), app_text(view, session.output.layout))
    for note in trouble_notes(view.app.id, view.outcomes):
        session.output.note(note)


async def _listed(
    session: Session, template: str | None, provisioning: ProvisioningFilter | None, *, people: bool
) -> list[AppRow]:
    """The apps that were asked for; people are read only of those that are left, and whose provisioning is on."""
    async with stoppable(session, session.announce) as okta:
        rows = [AppRow(one) for one in await every_app(okta)]
        rows = [row for row in rows if template in {None, row.template}]
        if provisioning is not None:
            wanted = "off" if provisioning is ProvisioningFilter.OFF else "on"
            rows = [row for row in rows if row.provisioning == wanted]
        if not people:
            return rows
        counted = list(await asyncio.gather(*(_counted(okta, row) for row in rows)))
        failed = provisioning is ProvisioningFilter.FAILED
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
