"""The options of `oktascim logs`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.completion import complete_app
from oktascim.cli.options import written
from oktascim.logs.fields import FIELDS
from oktascim.logs.query import known_event_types
from oktascim.runs.log_options import LogFormat

_WHICH, _ON, _HOW = "Which events", "Continuing", "How they are shown"


def complete_fields(incomplete: str) -> list[str]:
    """Completions for --fields: the names that match the text after the last comma."""
    before, comma, begun = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in FIELDS if name.startswith(begun)]


def complete_type(incomplete: str) -> list[str]:
    """Completions for --type: the known event types that begin like this."""
    return [name for name in known_event_types() if name.startswith(incomplete)]


AppsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="APP",
        help="The apps: id, label or integration name. Default: the whole org.",
        show_default=False,
        autocompletion=complete_app,
    ),
]

SinceOption = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="Start: 90m, 36h, 7d, 2026-11-01 (UTC) or RFC 3339. Default: 7 days back.",
        rich_help_panel=_WHICH,
    ),
]

UntilOption = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="End, in the same forms. Default: now.",
        rich_help_panel=_WHICH,
    ),
]

FollowOption = Annotated[
    bool,
    typer.Option(
        "--follow", "-f", help="Keep showing new events until Ctrl-C; starts 10 minutes back.", rich_help_panel=_ON
    ),
]

FailuresOption = Annotated[bool, typer.Option("--failures", help="Only failures.", rich_help_panel=_WHICH)]

TypesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--type",
        help="Only this event type; * matches any text. Repeatable.",
        autocompletion=complete_type,
        rich_help_panel=_WHICH,
    ),
]

AboutOption = Annotated[
    str | None,
    typer.Option(
        metavar="WHO",
        help="Only about this user or group: id, login or display name.",
        rich_help_panel=_WHICH,
    ),
]

ActorOption = Annotated[
    str | None,
    typer.Option(
        metavar="WHO",
        help="Only events by this actor: id, login or display name.",
        rich_help_panel=_WHICH,
    ),
]

TransactionOption = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        help="Only this transaction, such as one provisioning job.",
        rich_help_panel=_WHICH,
    ),
]

ExpressionOption = Annotated[
    str,
    typer.Option(
        "--filter",
        metavar="EXPRESSION",
        help="Add an expression in Okta's filter language.",
        rich_help_panel=_WHICH,
    ),
]

LimitOption = Annotated[
    int | None, typer.Option(min=1, help="Maximum number of events, oldest first.", rich_help_panel=_WHICH)
]

LastOption = Annotated[
    int | None,
    typer.Option("--last", min=1, metavar="N", help="Show only the newest N events.", rich_help_panel=_WHICH),
]

CursorOption = Annotated[
    Path | None,
    typer.Option(
        help="Continue where the previous run stopped; creates the file if missing.",
        callback=written,
        rich_help_panel=_ON,
    ),
]

FormOption = Annotated[LogFormat, typer.Option("--output", "-o", help="Output format.", rich_help_panel=_HOW)]

FieldsOption = Annotated[
    str | None,
    typer.Option(
        help="Only these fields, comma-separated, by name or by path in Okta's event: time,reason,transaction.type",
        autocompletion=complete_fields,
        rich_help_panel=_HOW,
    ),
]

WideOption = Annotated[
    bool,
    typer.Option("--wide", help="In text, also show type, transaction, IP and uuid.", rich_help_panel=_HOW),
]

ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Explain each failure and how to fix it.", rich_help_panel=_HOW)
]

SummaryOption = Annotated[
    bool, typer.Option("--summary", help="Show only counts, reasons, users and a histogram.", rich_help_panel=_HOW)
]

HtmlOption = Annotated[
    Path | None, typer.Option(help="Write a self-contained HTML page instead.", callback=written, rich_help_panel=_HOW)
]

OutOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="The folder for -o parquet.",
        rich_help_panel=_HOW,
    ),
]
