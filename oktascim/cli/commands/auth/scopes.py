"""`oktascim auth scopes`: what each command needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.options import OutputOption, session_of
from oktascim.render.formats import Format, Table
from oktascim.runs.scopes import Need, commands, need_of


def auth_scopes(
    context: typer.Context,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND", help="Only these commands, such as apply or 'app show'.", show_default=False),
    ] = None,
    spec: Annotated[
        list[Path] | None,
        typer.Option("--spec", metavar="FILE", help="Only what these spec files need; repeatable."),
    ] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List the OAuth scopes and the admin role that each command needs, offline.

    Grant a service app the scopes of the commands that it runs, and no more. With `--spec`, `plan` and `apply`
    need only what the files use: users, groups, group push, mappings.

    Examples: `oktascim auth scopes`, `oktascim auth scopes plan apply --spec integrations/`
    """
    session = session_of(context)
    integrations = []
    if spec:
        from oktascim.spec.loader import load

        integrations = [one.integration for one in load(spec, session.spec_environ)]
    chosen = command or (["plan", "apply"] if spec else commands())
    needs = [need_of(name, integrations) for name in chosen]
    table = Table(("command", "scope", "admin role"), [row for need in needs for row in _rows(need)])
    document = [{"command": need.command, "role": need.role, "scopes": sorted(need.scopes)} for need in needs]
    session.output.show(document, output, table)


def _rows(need: Need) -> list[tuple[str, str, str]]:
    """One row a scope; the command and its role are in the first."""
    first, *others = sorted(need.scopes)
    return [(need.command, first, need.role), *(("", scope, "") for scope in others)]
