"""`oktascim check`: would this SCIM server work with Okta?"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from oktascim.check.report import CheckReport
from oktascim.check.run import CheckChoices, CheckMeans, ServerUnderTest, check_server
from oktascim.check.suite import read_suite
from oktascim.check.suite_run import run_suite
from oktascim.check.verdict import Verdict
from oktascim.cli.options import (
    BasicOption,
    BearerOption,
    HeaderOption,
    JunitOption,
    MarkdownOption,
    OutputOption,
    session_of,
    written,
)
from oktascim.errors import ExitCode, UsageProblem
from oktascim.files import write_whole
from oktascim.http.clock import Stop
from oktascim.render.check import check_lines, check_markdown, check_table, check_text
from oktascim.render.check_ci import tell_github_of_check, write_check_junit
from oktascim.render.exchange import exchange_notes
from oktascim.render.formats import Format
from oktascim.render.har import as_har
from oktascim.render.progress import WHOLE_RUN, Bars
from oktascim.runs.interruption import asking_to_stop
from oktascim.runs.scim_target import GivenCredential, suite_variables, target_by_flags, target_of_spec
from oktascim.runs.session import Session
from oktascim.scim.probe import ANSWER_LIMIT


class Version(StrEnum):
    """The SCIM versions."""

    V20 = "2.0"
    V11 = "1.1"


def check(
    context: typer.Context,
    url: Annotated[str | None, typer.Argument(help="The SCIM base URL.", show_default=False)] = None,
    bearer: BearerOption = None,
    header: HeaderOption = None,
    basic: BasicOption = None,
    spec: Annotated[Path | None, typer.Option(help="Use URL, version and credentials from this spec.")] = None,
    app: Annotated[
        str | None, typer.Option(help="With --spec, the integration; with a CRUD suite, the app in Okta.")
    ] = None,
    scim: Annotated[Version, typer.Option(metavar="VERSION", help="The SCIM version.")] = Version.V20,
    only: Annotated[
        list[str] | None, typer.Option(metavar="CHECK", help="Run only these checks: an id or a group; repeatable.")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option(metavar="CHECK", help="Skip these checks: an id or a group; repeatable.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="Run only checks with this tag; repeatable.")
    ] = None,
    suite: Annotated[Path | None, typer.Option(metavar="FILE", help="Run this Runscope export instead.")] = None,
    var: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="With --suite: a variable, or where its secret is.")
    ] = None,
    pause: Annotated[
        float | None,
        typer.Option(min=0, max=180, metavar="SECONDS", help="Time to wait after each write, or per pause of a suite."),
    ] = None,
    parallel: Annotated[int, typer.Option(min=1, max=16, help="Checks to run at once.")] = 1,
    domain: Annotated[str, typer.Option(help="The domain of the test users' names.")] = "example.com",
    read_only: Annotated[bool, typer.Option("--read-only", help="Write nothing; for production servers.")] = False,
    rfc: Annotated[bool, typer.Option("--rfc", help="Also run scim2-tester and scim-sanity (extra: rfc).")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Also fail on recommended checks.")] = False,
    junit: JunitOption = None,
    markdown: MarkdownOption = None,
    har: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every exchange as an HTTP archive.", callback=written)
    ] = None,
    output: OutputOption = Format.TEXT,
) -> int:
    """Check whether a SCIM server works with Okta.

    Sends what Okta sends, reads every write back, and lists what to fix. The users and groups that it creates carry a
    run id and are deleted at the end; it touches nothing else. The exit code is 5 if a required check fails.

    Example: `oktascim check https://acme.example/scim/v2 --bearer env:ACME_TOKEN`
    """
    session = session_of(context)
    if not suite and (var or (app and not spec)):
        raise UsageProblem("--var needs --suite." if var else "--app needs --spec or --suite.")
    target = _target(session, url, scim, GivenCredential(bearer, header, basic), spec, app)
    choices = CheckChoices(
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        tags=tuple(tag or ()),
        read_only=read_only,
        pause=pause or 0.0,
        parallel=parallel,
        limit=session.timeout or ANSWER_LIMIT,
        domain=domain,
        rfc=rfc,
    )
    started = time.time()
    if suite:
        if only or skip or tag or read_only or rfc:
            raise UsageProblem("--suite can't be used together with --only, --skip, --tag, --read-only or --rfc.")
        steps = read_suite(suite)
        variables = suite_variables(session, steps, var or [], app)
        report = session.run(
            lambda: _watched(
                session, lambda means: run_suite(steps, target, variables, means, pause=pause, limit=choices.limit)
            )
        )
    else:
        report = session.run(lambda: _watched(session, lambda means: check_server(target, choices, means)))
    if har:
        write_whole(har, session.output.masked(as_har(report.exchanges, started)))
    if markdown:
        write_whole(markdown, session.output.masked(check_markdown(report)))
    if junit:
        write_check_junit(junit, session.output, report, strict=strict)
    layout = session.output.layout
    text = None if layout.columns is None else check_text(report, layout)
    session.output.show(report.to_json(), output, check_table(report, whole=output is Format.TABLE), text)
    session.output.note_painted(check_lines(report, session.output.note_layout))
    tell_github_of_check(session.environ, session.output, report, check_markdown(report))
    return _exit_code(report, strict=strict)


def _target(
    session: Session,
    url: str | None,
    version: Version,
    credential: GivenCredential,
    spec: Path | None,
    app: str | None,
) -> ServerUnderTest:
    if spec:
        if url or any(credential):
            raise UsageProblem("--spec can't be used together with a URL or a credential.")
        return target_of_spec(session, spec, app)
    if not url:
        raise UsageProblem(
            "Specify the SCIM base URL, or --spec FILE.",
            fix="For example: oktascim check https://acme.example/scim/v2 --bearer env:ACME_TOKEN",
        )
    return target_by_flags(session, url, version.value, credential)


async def _watched(session: Session, run: Callable[[CheckMeans], Awaitable[CheckReport]]) -> CheckReport:
    stop = Stop()
    with asking_to_stop(stop, session.output.note, "check-"):
        if not session.output.interactive:
            watch_exchange = exchange_notes(session.output, session.verbosity)
            return await run(CheckMeans(stop, watch_exchange=watch_exchange, announce=session.announce))
        with Bars(session.output, verb="Checking") as bars:

            def watch(verdict: Verdict) -> None:
                bars.ended(WHOLE_RUN, verdict.check.id, "")
                bars.began(WHOLE_RUN, verdict.check.id)

            means = CheckMeans(
                stop,
                planned=lambda number: bars.planned(WHOLE_RUN, number),
                watch=watch,
                watch_exchange=exchange_notes(session.output, session.verbosity),
                announce=bars.waits,
            )
            return await run(means)


def _exit_code(report: CheckReport, *, strict: bool) -> int:
    if report.interrupted:
        return ExitCode.INTERRUPTED
    failed = report.failed("" if strict else "required")
    return ExitCode.SCIM if failed else ExitCode.DONE
