"""`oktascim destroy`: deactivate and delete what the spec names, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.options import OnlyOption, OutputOption, session_of
from oktascim.errors import Declined, UsageProblem
from oktascim.okta.apps import App, apps_of_org
from oktascim.okta.client import Okta
from oktascim.plan.ownership import claims
from oktascim.plan.removal import Removal, removal_exit_code, remove_all
from oktascim.render.formats import Format, Table
from oktascim.render.progress import progress_for
from oktascim.render.results import results_text
from oktascim.runs.engine import load_selected
from oktascim.runs.find_app import find_app
from oktascim.runs.interruption import stoppable
from oktascim.runs.session import Session
from oktascim.spec.models import Integration


def destroy(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Spec files, or folders of spec files.")] = None,
    only: OnlyOption = None,
    app: Annotated[str | None, typer.Option("--app", help="One app instead: id, label or integration name.")] = None,
    output: OutputOption = Format.TEXT,
) -> int:
    """Deactivate and delete the apps of a spec, and nothing else.

    Deletes an app only if its marker has exactly this owner and name, or this name and no owner (older versions wrote
    no owner). On a terminal, you confirm by typing the name; otherwise pass `--yes`. An app that no longer exists
    counts as done.

    Example: `oktascim destroy integrations/acme.yaml --yes`
    """
    session = session_of(context)
    if bool(paths) == bool(app):
        raise UsageProblem("Specify what to destroy: spec files, or one app with --app.")
    session.confirm_org()
    wanted = [one.integration for one in load_selected(session, paths or [], only)] if paths else []
    removals = session.run(lambda: _destroy(session, wanted, app))
    rows = [[one.app.marker or "", one.app.label, one.app.id, one.status, one.evidence or ""] for one in removals]
    table = Table(("integration", "label", "app", "state", "evidence"), rows, empty="Nothing to destroy.", key=2)
    text = results_text(table, session.output.layout)
    session.output.show({"removed": [removal.to_json() for removal in removals]}, output, table, text)
    for removal in removals:
        if removal.error:
            session.output.error(removal.error)
    return removal_exit_code(removals)


async def _destroy(session: Session, wanted: Sequence[Integration], app: str | None) -> list[Removal]:
    with progress_for(session.output, verb="Deleting") as progress:
        async with stoppable(session, progress.waits) as okta:
            apps = await _apps_to_delete(okta, wanted, app)
            for one in apps:
                _confirm(session, one)
            return await remove_all(okta, apps, progress)


async def _apps_to_delete(okta: Okta, wanted: Sequence[Integration], word: str | None) -> list[App]:
    if word is None:
        return [app for claim in claims(await apps_of_org(okta), wanted).values() for app in claim.own]
    app = await find_app(okta, word)
    if app.marker is None:
        raise UsageProblem(
            f"{app.label} ({app.id}) doesn't have oktascim's marker, so it wasn't deleted.",
            fix=f"Use `oktascim app delete {app.id}` if you want to delete it anyway.",
        )
    return [app]


def _confirm(session: Session, app: App) -> None:
    if session.yes:
        return
    typed = session.output.ask(f"Type {app.marker} to delete {app.label} ({app.id}): ", otherwise="--yes")
    if typed.strip() != app.marker:
        raise Declined("the name doesn't match. Nothing was deleted.")
