"""`oktascim plan`: what apply would change; reads only."""

from __future__ import annotations

from typing import Annotated

import typer

from oktascim.cli.options import OnlyOption, OutputOption, PathsArgument, session_of
from oktascim.errors import ExitCode, OktascimError
from oktascim.okta.apps import App
from oktascim.plan.diff import Choices, IntegrationPlan
from oktascim.render.plan import has_changes, plan_json, plan_summary, plan_table, plan_troubles, show_notes
from oktascim.render.streams import Format
from oktascim.runs.engine import ApplyRequest, load_selected, stoppable
from oktascim.runs.session import Session


def plan(
    context: typer.Context,
    paths: PathsArgument,
    only: OnlyOption = None,
    adopt: Annotated[bool, typer.Option("--adopt", help="Count an app made by hand as the integration's own.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Also show the apps that apply --prune deletes.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Leave with 3 where something would change.")] = False,
    output: OutputOption = Format.TABLE,
) -> int:
    """Show what apply would change; reads only.

    Every line is one field of one integration: what the org has, what the file says. A step that only a person or a
    browser can do in this org is `pending`; what must follow it is `waiting`. People and groups that Okta could not
    provision are listed as FAILED with the time: that is no change, and apply can't clear it.

    Example: `oktascim plan integrations/ --exit-code`
    """
    session = session_of(context)
    request = ApplyRequest(session, load_selected(session, paths, only, prune=prune), Choices(adopt=adopt))
    plans, orphans = session.run(lambda: _read(session, request))
    orphans = orphans if prune else []
    session.output.show(plan_json(plans, orphans), output, plan_table(plans, orphans))
    show_notes(session.output, {plan.integration.key: (*plan.notes, *plan_troubles(plan)) for plan in plans})
    session.output.note(plan_summary(plans, orphans))
    problems = [plan.problem for plan in plans if plan.problem]
    if problems:
        raise OktascimError(
            f"{len(problems)} of {len(plans)} integrations cannot be applied as they are.",
            why="\n".join(problem.what for problem in problems),
            fix="\n".join(dict.fromkeys(problem.fix for problem in problems)),
        )
    return ExitCode.CHANGES if exit_code and has_changes(plans, orphans) else ExitCode.DONE


async def _read(session: Session, request: ApplyRequest) -> tuple[list[IntegrationPlan], list[App]]:
    async with stoppable(session, session.announce) as okta:
        plans, snapshot = await request.plan(okta)
        return plans, list(snapshot.orphans)
