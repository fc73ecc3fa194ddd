"""`oktascim verify`: does this integration work through Okta?"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.options import (
    BasicOption,
    BearerOption,
    HeaderOption,
    JunitOption,
    MarkdownOption,
    OutputOption,
    session_of,
)
from oktascim.errors import UsageProblem
from oktascim.files import write_whole
from oktascim.http.clock import Stop
from oktascim.http.origin import is_on_this_machine
from oktascim.render.exchange import exchange_notes
from oktascim.render.formats import Format
from oktascim.render.grid import MARK_COLORS
from oktascim.render.progress import WHOLE_RUN, Bars
from oktascim.render.verify import STEP_STATES, verify_lines, verify_markdown, verify_table, verify_text
from oktascim.render.verify_ci import tell_github_of_verify, write_verify_junit
from oktascim.runs.interruption import asking_to_stop
from oktascim.runs.scim_target import GivenCredential
from oktascim.runs.scopes import require_scopes
from oktascim.runs.session import Session
from oktascim.runs.verification import VerificationInput, integration_to_verify, intentions, require_consent, subject_of
from oktascim.scim.probe import ANSWER_LIMIT
from oktascim.verify.choices import VerifyChoices, VerifyMeans
from oktascim.verify.model import StepResult, lifecycle
from oktascim.verify.prepare import new_names, user_for
from oktascim.verify.prove import EMULATED, FAST, Patience
from oktascim.verify.report import VerifyReport
from oktascim.verify.run import verify_integration
from oktascim.verify.sheet import sheet_of
from oktascim.verify.spreadsheet import read_cases


class PlanName(StrEnum):
    """The test plans that are known."""

    OIN = "oin"


def verify(
    context: typer.Context,
    word: Annotated[
        str, typer.Argument(metavar="SPEC|APP", help="A spec file, or an app: id, label or name.", show_default=False)
    ],
    app: Annotated[str | None, typer.Option(help="With a spec: the integration's name or label.")] = None,
    user: Annotated[str | None, typer.Option(metavar="LOGIN", help="Use this user instead of creating one.")] = None,
    bearer: BearerOption = None,
    header: HeaderOption = None,
    basic: BasicOption = None,
    url: Annotated[str | None, typer.Option(help="For an APP: the SCIM base URL, if Okta doesn't show it.")] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option(metavar="STEP", help="Skip these: a step, the first part of its id, or user.update.NAME."),
    ] = None,
    wait: Annotated[
        int, typer.Option("--wait", min=1, max=3600, metavar="SECONDS", help="Maximum time to wait for Okta, per step.")
    ] = 90,
    fast: Annotated[
        bool,
        typer.Option(
            "--fast", help="Query more often, at the cost of Okta's rate limit; an emulated org is always fast."
        ),
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep what was created: nothing is unassigned or removed at the end.")
    ] = False,
    domain: Annotated[str, typer.Option(help="The domain of the created logins.")] = "example.com",
    plan: Annotated[
        PlanName | None, typer.Option(help="Add the sheet of Okta's test plan for a submission to the report.")
    ] = None,
    plan_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --plan: Okta's spreadsheet, to list its other cases.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Also fail on unproven steps.")] = False,
    junit: JunitOption = None,
    markdown: MarkdownOption = None,
    output: OutputOption = Format.TEXT,
) -> int:
    """Verify through Okta that an integration works, step by step.

    Takes test users and test groups through the lifecycle in Okta, and proves every step on three sides: Okta's
    record, the SCIM server, the System Log. What it creates carries a run id and is removed at the end; it touches
    nothing else. The exit code is 5 if a step fails.

    Examples: `oktascim verify acme.yaml`, `oktascim emulator run --connections-api accept -- oktascim verify acme.yaml`
    """
    session = session_of(context)
    what = integration_to_verify(session, word, app, url, GivenCredential(bearer, header, basic))
    session.confirm_org()
    hurry = FAST if fast else Patience()
    patience = replace(EMULATED if is_on_this_machine(session.org().url.value) else hurry, wait=float(wait))
    choices = VerifyChoices(
        user=user,
        keep=keep,
        patience=patience,
        limit=session.timeout or ANSWER_LIMIT,
        domain=domain,
        skip=tuple(skip or ()),
    )
    choices.require_known()
    if plan_file and not plan:
        raise UsageProblem("--plan-file needs --plan.", fix="Add --plan oin.")
    spreadsheet = read_cases(plan_file) if plan_file else None
    report = session.run(lambda: _run(session, what, choices))
    if plan:
        report = replace(report, sheet=sheet_of(plan, report.results, report.switched_on, spreadsheet))
    if markdown:
        write_whole(markdown, session.output.masked(verify_markdown(report)))
    if junit:
        write_verify_junit(junit, session.output, report, strict=strict)
    if session.output.interactive:
        session.output.note("")  # between the steps, or an echoed ^C, and the report
    session.output.show(report.to_json(), output, verify_table(report), verify_text(report, session.output.layout))
    session.output.note_painted(verify_lines(report, session.output.note_layout))
    tell_github_of_verify(session.environ, session.output, report, verify_markdown(report))
    return report.exit_code(strict=strict)


async def _run(session: Session, what: VerificationInput, choices: VerifyChoices) -> VerifyReport:
    stop = Stop()
    with asking_to_stop(stop, session.output.note, "verify-"):
        async with session.okta(session.announce, stop) as okta:
            await require_scopes(okta, "verify", ())
            subject = await subject_of(session, okta, what)
            names = new_names(choices)
            account = await user_for(okta, subject, names, choices)
            require_consent(session, okta, intentions(okta, subject, choices))
            means = VerifyMeans(
                lambda: session.okta(session.announce),
                stop,
                watch=lambda result: _note(session, result),
                watch_exchange=exchange_notes(session.output, session.verbosity),
                warn=lambda text: session.output.note(f"Warning: {text}"),
            )
            if not session.output.interactive:
                return await verify_integration(okta, subject, names, account, choices, means)
            with Bars(session.output, verb="Verifying") as bars:
                bars.planned(WHOLE_RUN, len(lifecycle().steps))
                return await verify_integration(okta, subject, names, account, choices, _drawn(means, bars))


def _drawn(means: VerifyMeans, bars: Bars) -> VerifyMeans:
    """The same, with a bar that follows the steps."""

    def watch(result: StepResult) -> None:
        bars.ended(WHOLE_RUN, result.step.title, "")
        means.watch(result)

    return replace(means, began=lambda step: bars.began(WHOLE_RUN, step.title), watch=watch)


def _note(session: Session, result: StepResult) -> None:
    """A line as a step ends: with -v for each that ran, else only for failed and unproven ones on a terminal."""
    is_trouble = result.state in {"failed", "unproven"} and session.output.interactive
    if is_trouble or (result.state != "not_run" and session.verbosity):
        mark, text = STEP_STATES[result.state], f"{result.step.title} ({result.seconds:.1f} s)"
        layout = session.output.note_layout
        session.output.note_painted(layout.hanging(f"{mark:9} ", text, color=MARK_COLORS.get(mark, "")))
