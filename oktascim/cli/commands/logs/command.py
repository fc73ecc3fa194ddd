"""`oktascim logs`: the System Log of one app."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.commands.logs.options import LogFormat, LogOptions, complete_fields
from oktascim.cli.commands.logs.showing import show
from oktascim.cli.completion import complete_app
from oktascim.cli.options import session_of
from oktascim.diagnose.event import BAD_NEWS_BY_TYPE, FAILED_RESULTS
from oktascim.errors import ExitCode, Interrupted, UsageProblem
from oktascim.logs.pages import DEFAULT_WINDOW
from oktascim.logs.query import Conditions, Failures, known_event_types
from oktascim.logs.window import check_window, parse_instant
from oktascim.okta.logs import LogQuery
from oktascim.runs.session import Session

_FOLLOWED_FROM = timedelta(minutes=10)
"""Where --follow begins without --since (our choice)."""

_WHICH, _ON, _HOW = "Which events", "Going on", "How they are shown"


def _complete_type(incomplete: str) -> list[str]:
    return [name for name in known_event_types() if name.startswith(incomplete)]


def logs(
    context: typer.Context,
    app: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="APP",
            help="The apps: id, label or integration name. Default: the whole org.",
            show_default=False,
            autocompletion=complete_app,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="From: 90m, 36h, 7d, 2026-11-01 (UTC) or RFC 3339. Default: 7 days back.",
            rich_help_panel=_WHICH,
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="To, in the same forms. Default: now.",
            rich_help_panel=_WHICH,
        ),
    ] = None,
    follow_it: Annotated[
        bool,
        typer.Option(
            "--follow", "-f", help="Keep showing new events until Ctrl-C; starts 10 minutes back.", rich_help_panel=_ON
        ),
    ] = False,
    failures: Annotated[bool, typer.Option("--failures", help="Only failures.", rich_help_panel=_WHICH)] = False,
    types: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            help="Only this event type; * matches any text. Repeatable.",
            autocompletion=_complete_type,
            rich_help_panel=_WHICH,
        ),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(
            metavar="WHO",
            help="Only about this person or group: id, login or display name.",
            rich_help_panel=_WHICH,
        ),
    ] = None,
    actor: Annotated[
        str | None,
        typer.Option(
            metavar="WHO",
            help="Only events by this actor: id, login or display name.",
            rich_help_panel=_WHICH,
        ),
    ] = None,
    transaction: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Only this transaction, such as one provisioning job.",
            rich_help_panel=_WHICH,
        ),
    ] = None,
    expression: Annotated[
        str,
        typer.Option(
            "--filter",
            metavar="EXPRESSION",
            help="Add an expression in Okta's filter language.",
            rich_help_panel=_WHICH,
        ),
    ] = "",
    limit: Annotated[
        int | None, typer.Option(min=1, help="Maximum number of events, oldest first.", rich_help_panel=_WHICH)
    ] = None,
    last: Annotated[
        int | None,
        typer.Option("--last", min=1, metavar="N", help="Show only the newest N events.", rich_help_panel=_WHICH),
    ] = None,
    cursor: Annotated[
        Path | None,
        typer.Option(help="Continue where the previous run stopped; creates the file if missing.", rich_help_panel=_ON),
    ] = None,
    form: Annotated[
        LogFormat, typer.Option("--output", "-o", help="Output format.", rich_help_panel=_HOW)
    ] = LogFormat.TEXT,
    fields: Annotated[
        str | None,
        typer.Option(
            help="Only these fields, comma-separated, by name or by path in Okta's event: time,reason,transaction.type",
            autocompletion=complete_fields,
            rich_help_panel=_HOW,
        ),
    ] = None,
    wide: Annotated[
        bool,
        typer.Option("--wide", help="Text: add type, transaction, IP and uuid.", rich_help_panel=_HOW),
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Explain each failure and how to fix it.", rich_help_panel=_HOW)
    ] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Show only counts, reasons, users and a histogram.", rich_help_panel=_HOW)
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write a self-contained HTML page instead.", rich_help_panel=_HOW)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The directory for -o parquet.",
            rich_help_panel=_HOW,
        ),
    ] = None,
) -> None:
    """Show the System Log of one app, oldest event first.

    Examples: `oktascim logs --app "Acme CRM" --failures --explain`, `oktascim logs --app acme-crm --follow`,
    `oktascim logs --app acme-crm --since 30d -o jsonl > log.jsonl`
    """
    options = LogOptions(since, until, follow_it, limit, cursor, form, fields, wide, explain, summary, html, out, last)
    options.check()
    _refuse_empty(app=app or (), type=types or (), user=(user,), actor=(actor,), transaction=(transaction,))
    _refuse_no_file(html=html, cursor=cursor)
    wanted = Failures(FAILED_RESULTS, BAD_NEWS_BY_TYPE) if failures else None
    conditions = Conditions((), expression, tuple(types or ()), user, actor, transaction, wanted)
    conditions.filter()
    session = session_of(context)
    query = _query(session, options)
    try:
        session.run(lambda: show(session, app or (), conditions, query, options))
    except Interrupted:
        if not options.follow:
            raise
        raise typer.Exit(ExitCode.INTERRUPTED) from None  # Ctrl-C is the normal end of following
    except BrokenPipeError:  # the reader has gone away (`| head`)
        session.output.stdout.abandon()


def _refuse_empty(**given: Sequence[str | None]) -> None:
    """An empty value usually is a variable that a script didn't set; ignoring it would show everybody's events."""
    for name, values in given.items():
        if "" in values:
            raise UsageProblem(f"--{name} is empty.", fix="Set a value, or remove the option.")


def _refuse_no_file(**given: Path | None) -> None:
    """An empty path has become the current folder on its way here."""
    for name, path in given.items():
        if path == Path():
            raise UsageProblem(f"--{name} names no file.", fix="Name a file, or remove the option.")


def _query(session: Session, options: LogOptions) -> LogQuery:
    """The window, without the conditions."""
    now = datetime.now(UTC)
    since = parse_instant(options.since, now, "--since") if options.since is not None else None
    until = parse_instant(options.until, now, "--until") if options.until is not None else None
    if since is None and until:
        since = min(until, now) - DEFAULT_WINDOW
    for note in (check_window(since, until, now), options.note_on_explain()):
        if note:
            session.output.note(note)
    if options.follow and session.output.stderr.isatty():
        session.output.note("Waiting for new events; press Ctrl-C to stop.")
    return LogQuery("", since or (now - _FOLLOWED_FROM if options.follow else None), until)
