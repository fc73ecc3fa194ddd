"""`oktascim apply`: create or update what the specs describe, and verify every change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.options import (
    ClipboardOption,
    HeadedOption,
    JunitOption,
    NoBrowserOption,
    OnlyOption,
    OutputOption,
    ParallelOption,
    PathsArgument,
    RouteOption,
    WaitOption,
    session_of,
)
from oktascim.errors import UsageProblem
from oktascim.plan.choices import PlanChoices
from oktascim.plan.settling import DEFAULT_WAIT
from oktascim.render.formats import Format
from oktascim.render.github import on_github
from oktascim.runs.applying import finish, run_request
from oktascim.runs.engine import ApplyRequest, keys_of, load_selected
from oktascim.runs.person import person_at
from oktascim.runs.route_choice import RouteChoice
from oktascim.runs.saved_plan import saved_plan
from oktascim.wording import in_words


def apply(
    context: typer.Context,
    paths: PathsArgument,
    only: OnlyOption = None,
    route: RouteOption = RouteChoice.AUTO,
    rotate_credentials: Annotated[
        bool,
        typer.Option("--rotate-credentials", help="Send the SCIM credentials again, even if provisioning is enabled."),
    ] = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Manage an existing unmanaged app that has the same label.")
    ] = False,
    replace: Annotated[
        list[str] | None, typer.Option("--replace", metavar="NAME", help="Delete this app and create it again.")
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Delete apps that belong to an owner in the files but are in none of them.")
    ] = False,
    prune_max: Annotated[
        int | None,
        typer.Option(
            "--prune-max", min=0, metavar="N", help="Stop if --prune would delete more apps (default with --yes: 5)."
        ),
    ] = None,
    parallel: ParallelOption = None,
    wait: WaitOption = int(DEFAULT_WAIT),
    headed: HeadedOption = False,
    no_browser: NoBrowserOption = False,
    clipboard: ClipboardOption = False,
    junit: JunitOption = None,
    output: OutputOption = Format.TEXT,
) -> int:
    """Create or update what the spec describes, and verify every change.

    Shows the plan, asks for confirmation and carries it out. A change counts as done only after it has been read back.
    Running it again sends only what is still missing. For a manual step, shows the exact page and values. At the end,
    waits until Okta has provisioned the assigned users and groups. The exit code is 5 if Okta couldn't provision one of
    them. Given a plan saved by `plan --out`, carries out exactly that plan without asking, or stops if anything has
    changed.

    Example: `oktascim apply integrations/ --yes -o json`
    """
    session = session_of(context)
    saved = saved_plan(paths)
    if prune_max is not None and not (prune or saved):
        raise UsageProblem("--prune-max needs --prune.", fix="Add --prune, or omit --prune-max.")
    if saved:
        _refuse_beside_plan(only=only, rotate_credentials=rotate_credentials, adopt=adopt, replace=replace, prune=prune)
        paths, only, adopt, prune = [Path(path) for path in saved.paths], list(saved.only), saved.adopt, saved.prune
    with on_github(session.environ, session.output, "apply") as github:
        loaded = github.loaded(load_selected(session, paths, only, prune=prune))
        session.confirm_org()
        choices = PlanChoices(
            rotate_credentials=rotate_credentials, adopt=adopt, replace=keys_of(loaded, replace or ())
        )
        person = person_at(session, headed=headed, no_browser=no_browser, clipboard=clipboard, integrations=len(loaded))
        request = ApplyRequest(session, loaded, choices, route=route, parallel=parallel, person=person, wait=wait)
        outcome = session.run(
            lambda: run_request(session, request, output, prune=prune, prune_max=prune_max, saved=saved)
        )
        return finish(session, outcome, output, junit, github)


def _refuse_beside_plan(**given: object) -> None:
    """A saved plan is carried out as it is; these options would change it."""
    options = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if options:
        raise UsageProblem(
            f"{in_words(options)} can't be used with a saved plan.",
            fix="Pass them to `oktascim plan --out FILE` if it has them, or apply the specs.",
        )
