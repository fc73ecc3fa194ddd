"""`oktascim logs`: the System Log of one app."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.commands.logs.explaining import Explainer
from oktascim.cli.commands.logs.notes import conclude
from oktascim.cli.commands.logs.options import LogFormat, LogOptions, complete_fields
from oktascim.cli.completion import complete_app
from oktascim.cli.options import session_of
from oktascim.diagnose.engine import BAD_NEWS_BY_TYPE, FAILED_RESULTS, reports_failure
from oktascim.errors import ExitCode, Interrupted, UsageProblem
from oktascim.logs.cursor import Cursor
from oktascim.logs.pages import DEFAULT_WINDOW, catch_up, follow, history
from oktascim.logs.query import Conditions, Failures, SeenEvents, Selection, known_event_types
from oktascim.logs.summary import Summary
from oktascim.logs.window import check_window, parse_instant
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.log_events import Events
from oktascim.okta.logs import LogPage, LogQuery
from oktascim.plan.kind import kind_of
from oktascim.render.sinks.csv import CsvSink
from oktascim.render.sinks.html import html_page
from oktascim.render.sinks.json import JsonLinesSink, JsonSink
from oktascim.render.sinks.parquet import dataset
from oktascim.render.sinks.sink import EventSink
from oktascim.render.sinks.summary import SummarySink
from oktascim.render.sinks.text import TextSink
from oktascim.runs.endings import check_reader, ended_by_sigterm
from oktascim.runs.find_app import NoSuchApp, find_app, is_app_id
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
            help="The apps: id, label or integration name. Without one: the whole org.",
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
            help="Only these, with commas, by name or by path into Okta's event: time,reason,transaction.type",
            autocompletion=complete_fields,
            rich_help_panel=_HOW,
        ),
    ] = None,
    wide: Annotated[
        bool,
        typer.Option("--wide", help="Text: don't truncate; add type, transaction, IP and uuid.", rich_help_panel=_HOW),
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
    """Show the System Log of one app, oldest first.

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
        session.run(lambda: _show(session, app or (), conditions, query, options))
    except Interrupted:
        if not options.follow:
            raise
        raise typer.Exit(ExitCode.INTERRUPTED) from None  # how following ends is no failure to speak of
    except BrokenPipeError:  # a reader that has gone away (`| head`) has seen enough
        session.output.stdout.abandon()


def _refuse_empty(**given: Sequence[str | None]) -> None:
    """An empty value is a variable that a script did not set; without it everybody's events would be shown."""
    for name, values in given.items():
        if "" in values:
            raise UsageProblem(f"--{name} is empty.", fix="Give it a value, or leave it out.")


def _refuse_no_file(**given: Path | None) -> None:
    """An empty path has become the current folder on its way here."""
    for name, path in given.items():
        if path == Path():
            raise UsageProblem(f"--{name} names no file.", fix="Give it one, or leave it out.")


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


async def _app(session: Session, okta: Okta, word: str) -> App:
    """The app that a word means; the log outlives it, so that one that was deleted can still be named by its id."""
    try:
        return await find_app(okta, word)
    except NoSuchApp as error:
        if not is_app_id(word):
            error.fix = f"{error.fix}\nOne that was deleted: its id, or --filter 'target.alternateId eq \"{word}\"'."
            raise
        session.output.note(f"This org has no app {word} now; the events that name it are shown.")
        return App({}, word, name="", label=word, status="", sign_on_mode=None, features=frozenset())


async def _show(
    session: Session, words: Sequence[str], conditions: Conditions, query: LogQuery, options: LogOptions
) -> None:
    """Read the log and give each page to the sink."""
    async with session.okta() as okta:
        apps = [await _app(session, okta, word) for word in dict.fromkeys(words)]
        conditions = replace(conditions, apps=tuple(apps))
        query = replace(query, filter=conditions.filter(), newest_first=options.last is not None)
        cursor = Cursor(options.cursor, okta.org_url, query.filter) if options.cursor else None
        start = (cursor.load() if cursor else None) or query
        selection = Selection(conditions, limit=options.most, seen=SeenEvents() if options.polling else None)
        explainer = Explainer(_known(apps, words), fill_in=not options.summary)
        following = None
        with ended_by_sigterm(), _sink(session, options, conditions, okta.org_url) as sink:
            async with aclosing(_kept(session, okta, start, options, selection)) as pages:
                async for events, following in pages:
                    sink.page(events, explainer.page(events.values) if options.explained else ())
                    if options.follow and not events:
                        check_reader(session.output)
                    if cursor and following and options.streamed:
                        cursor.save(following)
                    del events  # not kept while the next page is waited for
        if cursor and following:
            cursor.save(following)
    conclude(session.output, options, selection, explainer.causes)


async def _kept(
    session: Session, okta: Okta, start: LogQuery | str, options: LogOptions, selection: Selection
) -> AsyncGenerator[tuple[Events, str | None]]:
    """The events to show, page by page in the order of time, each with the link to what follows it."""
    newest: list[Events] = []
    async with aclosing(_pages(session, okta, start, options)) as pages:
        async for page in pages:
            events = selection.keep(page.events)
            following = page.following
            del page
            if options.last is None:
                yield events, following
            else:
                newest.append(events.turned())
            del events
            if selection.full:
                break
    for events in reversed(newest):
        yield events, None


def _known(apps: Sequence[App], words: Sequence[str]) -> dict[str, str]:
    """What the commands of a fix can name, where one app was asked for: its name in the spec, and its template."""
    if len(apps) != 1:
        return {}
    template = kind_of(apps[0])
    return {"APP": apps[0].marker or words[0], **({"NAME": template.name} if template else {})}


def _pages(session: Session, okta: Okta, start: LogQuery | str, options: LogOptions) -> AsyncGenerator[LogPage]:
    if options.follow:
        return follow(okta, start, session.announce)
    if isinstance(start, str) or options.polling:
        return catch_up(okta, start)
    return history(okta, start, ahead=options.most is None)


def _sink(
    session: Session, options: LogOptions, conditions: Conditions, org_url: str
) -> AbstractContextManager[EventSink]:
    output = session.output
    if options.html:
        labels = ", ".join(app.label for app in conditions.apps)
        title = " · ".join(part for part in ("System Log", labels, org_url.partition("://")[2]) if part)
        return html_page(options.html, title, is_failure=reports_failure, masked=output.outside)
    if options.out:
        return dataset(options.out, output.outside)
    if options.summary:
        as_json = options.form is LogFormat.JSON
        return SummarySink(output, Summary(reports_failure), as_json=as_json, explained=options.explain)
    if options.form is LogFormat.JSON:
        return JsonSink(output, options.chosen_fields(), explained=options.explain)
    if options.form is LogFormat.JSONL:
        return JsonLinesSink(output, options.chosen_fields())
    if options.form is LogFormat.CSV:
        return CsvSink(output, options.chosen_fields())
    return TextSink(output, wide=options.wide)
