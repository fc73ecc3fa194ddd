"""`oktascim logs`: the System Log of apps, or of the whole org."""

from __future__ import annotations

import typer

from oktascim.cli.commands.logs.options import (
    AboutOption,
    ActorOption,
    AppsArgument,
    CursorOption,
    ExplainOption,
    ExpressionOption,
    FailuresOption,
    FieldsOption,
    FollowOption,
    FormOption,
    HtmlOption,
    LastOption,
    LimitOption,
    OutOption,
    SinceOption,
    SummaryOption,
    TransactionOption,
    TypesOption,
    UntilOption,
    WideOption,
)
from oktascim.cli.options import session_of
from oktascim.diagnose.event import BAD_NEWS_BY_TYPE, FAILED_RESULTS
from oktascim.errors import ExitCode, Interrupted
from oktascim.logs.query import Conditions, Failures
from oktascim.runs.log_options import LogFormat, LogOptions
from oktascim.runs.log_reading import read_log


def logs(
    context: typer.Context,
    app: AppsArgument = None,
    since: SinceOption = None,
    until: UntilOption = None,
    follow_it: FollowOption = False,
    failures: FailuresOption = False,
    types: TypesOption = None,
    user: AboutOption = None,
    actor: ActorOption = None,
    transaction: TransactionOption = None,
    expression: ExpressionOption = "",
    limit: LimitOption = None,
    last: LastOption = None,
    cursor: CursorOption = None,
    form: FormOption = LogFormat.TEXT,
    fields: FieldsOption = None,
    wide: WideOption = False,
    explain: ExplainOption = False,
    summary: SummaryOption = False,
    html: HtmlOption = None,
    out: OutOption = None,
) -> None:
    """Show the System Log of apps, or of the whole org, oldest event first.

    Examples: `oktascim logs --app "Acme CRM" --failures --explain`, `oktascim logs --app acme-crm --follow`,
    `oktascim logs --app acme-crm --since 30d -o jsonl > log.jsonl`
    """
    options = LogOptions(
        since=since,
        until=until,
        follow=follow_it,
        limit=limit,
        last=last,
        cursor=cursor,
        form=form,
        fields=fields,
        wide=wide,
        explain=explain,
        summary=summary,
        html=html,
        out=out,
    )
    conditions = Conditions(
        expression=expression,
        types=tuple(types or ()),
        user=user,
        actor=actor,
        transaction=transaction,
        failures=Failures(FAILED_RESULTS, BAD_NEWS_BY_TYPE) if failures else None,
    )
    session = session_of(context)
    try:
        read_log(session, app or (), conditions, options)
    except Interrupted:
        if not options.follow:
            raise
        if session.output.interactive:
            session.output.note("")  # the terminal has echoed ^C
        raise typer.Exit(ExitCode.INTERRUPTED) from None  # Ctrl-C is the normal end of following
    except BrokenPipeError:  # the reader has gone away (`| head`)
        session.output.stdout.abandon()
