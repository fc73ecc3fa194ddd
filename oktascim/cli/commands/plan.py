"""`oktascim plan`: what apply would change; reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.options import OnlyOption, OutputOption, PathsArgument, session_of, written
from oktascim.errors import ExitCode, Interrupted, OktascimError, UsageProblem
from oktascim.okta.apps import App
from oktascim.plan.blame import with_culprits
from oktascim.plan.choices import PlanChoices
from oktascim.plan.diff import IntegrationPlan, has_changes
from oktascim.render.formats import Format
from oktascim.render.github import on_github
from oktascim.render.layout import plural
from oktascim.render.plan import plan_json, plan_table, show_notes
from oktascim.render.plan_orgs import orgs_json, orgs_table, orgs_text, show_org_errors
from oktascim.render.plan_text import plan_notes, plan_summary, plan_text, plan_warnings
from oktascim.render.streams import Output
from oktascim.runs.engine import ApplyRequest, load_selected
from oktascim.runs.interruption import stoppable
from oktascim.runs.saved_plan import SavedPlan, digests_of, save_plan, shown_plan
from oktascim.runs.session import Session


def plan(
    context: typer.Context,
    paths: PathsArgument,
    only: OnlyOption = None,
    adopt: Annotated[bool, typer.Option("--adopt", help="Treat a matching unmanaged app as managed.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Include the apps that apply --prune would delete.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 3 if there are changes.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Save the plan, for `apply FILE`.", callback=written)
    ] = None,
    output: OutputOption = Format.TEXT,
) -> int:
    """Show what apply would change; writes nothing.

    Lists each integration that changes, field by field: `+` is new, `~` changes from the org's value to the file's,
    `-` is deleted. `!` marks an integration that can't be applied, or a step that needs the Admin Console in this org
    and the steps that follow it. Missing secrets and users in ERROR are shown as warnings. `-o table` prints one row
    per field. With several `--profile`, shows the orgs side by side.

    Examples: `oktascim plan integrations/ --exit-code`, `oktascim plan integrations/ --profile dev --profile prod`
    """
    session = session_of(context)
    if len(session.profiles_named) > 1:
        if out or prune:
            option = "--out" if out else "--prune"
            raise UsageProblem(f"{option} can't be used with several profiles.", fix="Plan one org at a time.")
        return _plan_orgs(session, paths, only, output, adopt=adopt, exit_code=exit_code)
    with on_github(session.environ, session.output, "plan") as github:
        loaded = github.loaded(load_selected(session, paths, only, prune=prune))
        request = ApplyRequest(session, loaded, PlanChoices(adopt=adopt))
        plans, orphans = session.run(lambda: _read(session, request))
        orphans = orphans if prune else []
        missing = request.secrets.missing(plans)
        _show(session.output, plans, orphans, output, missing)
        github.planned(plans, orphans, missing)
        if blocked := _blocked(plans, reasons_shown=not output.is_document):
            raise blocked
        if out:
            saved = SavedPlan(
                org_url=session.org().url.value,
                paths=tuple(map(str, paths)),
                only=tuple(only or ()),
                adopt=adopt,
                prune=prune,
                files=digests_of(loaded),
                plan=shown_plan(plans, orphans, session.output.masked),
            )
            save_plan(out, saved)
            session.output.note(f"Saved the plan. Apply it with `oktascim apply {out}`.")
    return ExitCode.CHANGES if exit_code and has_changes(plans, orphans) else ExitCode.DONE


def _plan_orgs(
    session: Session,
    paths: Sequence[Path],
    only: Sequence[str] | None,
    form: Format,
    *,
    adopt: bool,
    exit_code: bool,
) -> int:
    """Plan for the org of each profile, and show the plans side by side, then what failed or blocks in each org."""
    plans: dict[str, Sequence[IntegrationPlan]] = {}
    orgs: dict[str, str] = {}
    failed: dict[str, OktascimError] = {}
    missing: list[str] = []
    for name in session.profiles_named:
        inside = session.at(name)
        try:
            request = ApplyRequest(inside, load_selected(inside, paths, only), PlanChoices(adopt=adopt))
            orgs[name] = inside.org().url.value
            plans[name], _ = inside.run(partial(_read, inside, request))
            missing += [f"{name}: {words}" for words in request.secrets.missing(plans[name]).values()]
        except Interrupted:
            raise
        except OktascimError as error:
            failed[name] = error
    shown = orgs_text(plans, orgs, session.output.layout)
    session.output.show(orgs_json(plans, orgs, failed), form, orgs_table(plans), shown)
    everywhere = {f"{name}: {plan.integration.key}": plan for name, plans_ in plans.items() for plan in plans_}
    _remark(session.output, everywhere, missing, form)
    blocked = {name: _blocked(plans_, reasons_shown=form is Format.TEXT) for name, plans_ in plans.items()}
    errors = failed | {name: error for name, error in blocked.items() if error}
    show_org_errors(session.output, errors)
    if errors:
        return next(iter(errors.values())).exit_code
    changes = any(has_changes(plans_, ()) for plans_ in plans.values())
    return ExitCode.CHANGES if exit_code and changes else ExitCode.DONE


def _show(
    output: Output, plans: Sequence[IntegrationPlan], orphans: Sequence[App], form: Format, missing: Mapping[str, str]
) -> None:
    text = plan_text(plans, orphans, output.layout)
    output.show(plan_json(plans, orphans), form, plan_table(plans, orphans), text)
    _remark(output, {plan.integration.key: plan for plan in plans}, missing.values(), form)
    if form is not Format.TEXT:
        output.note(plan_summary(plans, orphans))


def _remark(output: Output, plans: Mapping[str, IntegrationPlan], missing: Iterable[str], form: Format) -> None:
    """Write to stderr what the plans note and warn about, and the missing secrets.

    Args:
        output: where to write.
        plans: by the name that a remark begins with.
        missing: a sentence for each missing secret.
        form: the format of the result.
    """
    show_notes(output, {name: plan_notes(plan) for name, plan in plans.items()})
    warnings = {name: plan_warnings(plan) if form is Format.TEXT else plan.warnings for name, plan in plans.items()}
    said = [f"{name}: {words}" for name, found in warnings.items() for words in found]
    for warning in (*said, *missing):
        output.note(f"Warning: {warning}")


def _blocked(plans: Sequence[IntegrationPlan], *, reasons_shown: bool) -> OktascimError | None:
    """Why apply couldn't carry out the plan, or None.

    Args:
        plans: the plans of one org.
        reasons_shown: whether the plan on stdout says to a person what blocks each integration.
    """
    problems = {plan.integration.key: plan.problem for plan in plans if plan.problem}
    if not problems:
        return None
    what = f"{len(problems)} of {plural(len(plans), 'integration')} can't be applied: {', '.join(problems)}."
    if reasons_shown:
        return OktascimError(what, fix="The plan says why and what to do.")
    return OktascimError(
        what,
        why="\n".join(f"{key}: {problem.what}" for key, problem in problems.items()),
        fix="\n".join(dict.fromkeys(problem.fix for problem in problems.values())),
    )


async def _read(session: Session, request: ApplyRequest) -> tuple[list[IntegrationPlan], list[App]]:
    async with stoppable(session, session.announce) as okta:
        plans, snapshot = await request.make_plans(okta)
        return await with_culprits(okta, plans), list(snapshot.orphans)
