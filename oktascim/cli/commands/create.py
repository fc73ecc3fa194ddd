"""`oktascim create`: one integration by flags, on the same engine as apply."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.draft_options import takes_draft
from oktascim.cli.options import (
    ClipboardOption,
    HeadedOption,
    NoBrowserOption,
    OutputOption,
    RouteOption,
    WaitOption,
    session_of,
    written,
)
from oktascim.errors import UsageProblem
from oktascim.plan.settling import DEFAULT_WAIT
from oktascim.render.formats import Format
from oktascim.render.github import on_github
from oktascim.runs.applying import finish, run_request
from oktascim.runs.draft import Draft
from oktascim.runs.engine import ApplyRequest
from oktascim.runs.person import person_at
from oktascim.runs.route_choice import RouteChoice
from oktascim.runs.spec_file import guiding_comments, write_spec


@takes_draft
def create(
    context: typer.Context,
    draft: Draft,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE", help="Also write the spec to this file first.", callback=written),
    ] = None,
    route: RouteOption = RouteChoice.AUTO,
    wait: WaitOption = int(DEFAULT_WAIT),
    headed: HeadedOption = False,
    no_browser: NoBrowserOption = False,
    clipboard: ClipboardOption = False,
    output: OutputOption = Format.TEXT,
) -> int:
    """Create an integration from flags, without a spec file.

    Works like `apply` on a spec with one integration: shows the plan, asks for confirmation, and reads every change
    back. Running it again changes only what is still missing.

    Example: `oktascim create --template scim2-header --label "Acme CRM" --base-url https://acme.example/scim/v2
    --token env:ACME_TOKEN --user ada@acme.example`
    """
    session = session_of(context)
    if draft.missing:
        raise UsageProblem(draft.missing, fix="`oktascim init` asks for the missing values and writes a spec.")
    loaded = draft.load()
    if save:
        integration = draft.load(save.parent).integration
        write_spec(session, save, integration, guiding_comments(integration, save))
    session.confirm_org()
    person = person_at(session, headed=headed, no_browser=no_browser, clipboard=clipboard)
    request = ApplyRequest(session, (loaded,), route=route, person=person, wait=wait)
    with on_github(session.environ, session.output, "create") as github:
        return finish(session, session.run(lambda: run_request(session, request, output)), output, None, github)
