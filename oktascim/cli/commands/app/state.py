"""`oktascim app activate`, `deactivate` and `delete`: one change, read back."""

from __future__ import annotations

import typer

from oktascim.cli.options import AppArgument, OutputOption, session_of
from oktascim.errors import Declined, OktascimError
from oktascim.okta.apps import App, activate_app, deactivate_app, get_app
from oktascim.plan.removal import remove
from oktascim.render.formats import Format, Table
from oktascim.render.results import results_text
from oktascim.runs.find_app import find_app
from oktascim.runs.interruption import stoppable
from oktascim.runs.session import Session


def activate(context: typer.Context, word: AppArgument, output: OutputOption = Format.TEXT) -> None:
    """Activate an app, and verify the result.

    Example: `oktascim app activate acme-crm`
    """
    _switch(session_of(context), word, "ACTIVE", output)


def deactivate(context: typer.Context, word: AppArgument, output: OutputOption = Format.TEXT) -> None:
    """Deactivate an app, and verify the result. Users can't use the app until it is activated again.

    Example: `oktascim app deactivate acme-crm`
    """
    _switch(session_of(context), word, "INACTIVE", output)


def delete(context: typer.Context, word: AppArgument, output: OutputOption = Format.TEXT) -> None:
    """Deactivate and delete an app, managed or not, and verify that it is gone.

    On a terminal, you confirm by typing the label; otherwise pass `--yes`.

    Example: `oktascim app delete 0oa1b2c3d4e5f6g7h8i9 --yes`
    """
    session = session_of(context)
    session.confirm_org()
    found, evidence = session.run(lambda: _delete(session, word))
    document = {"app_id": found.id, "label": found.label, "status": "removed", "evidence": evidence}
    _show(session, document, output)


def _switch(session: Session, word: str, status: str, output: Format) -> None:
    session.confirm_org()
    found = session.run(lambda: _switched(session, word, status))
    if found.status != status:
        raise OktascimError(
            f"{found.label} is {found.status}, not {status}.",
            why="Okta accepted the call, but a fresh read doesn't show the change.",
        )
    evidence = f"GET /api/v1/apps/{found.id} returns {status}"
    document = {"app_id": found.id, "label": found.label, "status": status, "evidence": evidence}
    _show(session, document, output)


def _show(session: Session, document: dict[str, str], output: Format) -> None:
    table = Table(("app", "label", "state", "evidence"), [list(document.values())], key=2)
    session.output.show(document, output, table, results_text(table, session.output.layout))


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
                raise Declined("the label doesn't match. Nothing was deleted.")
        return found, await remove(okta, found.id)
