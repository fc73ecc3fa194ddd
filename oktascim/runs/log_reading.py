"""Reads the log as the options say, and gives each page to the sink."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from oktascim.diagnose.event import reports_failure
from oktascim.logs.cursor import Cursor
from oktascim.logs.explain import Explainer
from oktascim.logs.pages import DEFAULT_WINDOW, catch_up, follow, history
from oktascim.logs.query import Conditions, SeenEvents, Selection
from oktascim.logs.summary import Summary
from oktascim.logs.window import check_window, parse_instant
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.okta.log_events import Events
from oktascim.okta.logs import LogPage, LogQuery
from oktascim.okta.org import require_org
from oktascim.render.sinks.csv import CsvSink
from oktascim.render.sinks.html import html_page
from oktascim.render.sinks.json import JsonLinesSink, JsonSink
from oktascim.render.sinks.parquet import dataset
from oktascim.render.sinks.sink import EventSink
from oktascim.render.sinks.summary import SummarySink
from oktascim.render.sinks.text import TextSink
from oktascim.runs.endings import check_reader, ended_by_sigterm
from oktascim.runs.find_app import NoSuchApp, find_app, is_app_id
from oktascim.runs.log_notes import conclude
from oktascim.runs.log_options import LogFormat, LogOptions
from oktascim.runs.session import Session

_FOLLOWED_FROM = timedelta(minutes=10)
"""Where --follow begins without --since (our choice)."""


def read_log(session: Session, words: Sequence[str], conditions: Conditions, options: LogOptions) -> None:
    """Read the log, and give each page to the sink that the options ask for.

    Args:
        session: the run of the program.
        words: the apps, as typed; none means the whole org.
        conditions: the other conditions on an event.
        options: how to read and show.

    Raises:
        UsageProblem: a time, a field or a combination of options isn't possible; nothing was read.
        Interrupted: the user ended the run.
        BrokenPipeError: the reader of the output has gone.
    """
    options.check()
    conditions.filter()
    query = _query(session, options)
    session.run(lambda: _read(session, words, conditions, query, options))


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


async def _read(
    session: Session, words: Sequence[str], conditions: Conditions, query: LogQuery, options: LogOptions
) -> None:
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
                    del events  # not kept while waiting for the next page
        if cursor and following:
            cursor.save(following)
        if not (apps or selection.kept or options.polling):
            await require_org(okta)
    conclude(session.output, options, selection, explainer.causes)


async def _app(session: Session, okta: Okta, word: str) -> App:
    """The app with this id, label or name. A deleted app can still be named by its id, because its events remain."""
    try:
        return await find_app(okta, word)
    except NoSuchApp as error:
        if not is_app_id(word):
            error.fix = f"{error.fix}\nFor a deleted app, use its id or --filter 'target.alternateId eq \"{word}\"'."
            raise
        session.output.note(f"This org no longer has an app {word}; showing the events that name it.")
        return App({}, word, name="", label=word, status="", sign_on_mode=None, features=frozenset())


async def _kept(
    session: Session, okta: Okta, start: LogQuery | str, options: LogOptions, selection: Selection
) -> AsyncGenerator[tuple[Events, str | None]]:
    """The events to show, page by page in time order, each page with its next link."""
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
    """What the commands in a fix can refer to when one app was selected: its name in the spec, and its template."""
    if len(apps) != 1:
        return {}
    from oktascim.plan.kind import kind_of  # reads all templates

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
