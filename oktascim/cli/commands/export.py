"""`oktascim export`: a spec for an app that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.draft_options import BaseUrlOption, NameOption
from oktascim.cli.options import AppArgument, session_of, written
from oktascim.plan.export import export as export_spec
from oktascim.plan.export_source import ExportSource, read_export_source
from oktascim.runs.find_app import find_app
from oktascim.runs.flags import name_from_label
from oktascim.runs.interruption import stoppable
from oktascim.runs.session import Session
from oktascim.runs.spec_file import refuse_overwriting, write_spec
from oktascim.spec.loader import parse
from oktascim.spec.write import to_yaml


def export(
    context: typer.Context,
    word: AppArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the spec to this file instead of stdout.", callback=written),
    ] = None,
    name: NameOption = None,
    base_url: BaseUrlOption = None,
) -> None:
    """Write a spec for an existing app.

    Writes references instead of secrets, each with a comment. Comments and stderr list what Okta doesn't return.
    `plan` on the exported file shows no changes.

    Example: `oktascim export "Acme CRM" --out acme.yaml`
    """
    session = session_of(context)
    if out:
        refuse_overwriting(session, out)
    source = session.run(lambda: _read(session, word))
    exported = export_spec(source, name or source.app.integration or name_from_label(source.app.label), base_url)
    text = to_yaml((exported.integration,), exported.comments)
    parse(text, out or Path(f"{exported.integration.name}.yaml"))
    if out:
        write_spec(session, out, exported.integration, exported.comments)
    else:
        session.output.stdout.write(text)
    for note in exported.notes:
        session.output.note(f"Note: {note}")


async def _read(session: Session, word: str) -> ExportSource:
    async with stoppable(session, session.announce) as okta:
        return await read_export_source(okta, await find_app(okta, word))
