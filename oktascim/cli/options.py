"""Options and arguments that several commands share, and the session behind a command's context."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.completion import complete_app, complete_integration
from oktascim.render.streams import Format
from oktascim.runs.route_choice import RouteChoice
from oktascim.runs.session import Session

OutputOption = Annotated[
    Format, typer.Option("--output", "-o", help="Show the result as a table for people, or as JSON or YAML.")
]
PathsArgument = Annotated[list[Path], typer.Argument(help="Spec files, or folders of them.", show_default=False)]
AppArgument = Annotated[
    str,
    typer.Argument(
        metavar="APP",
        help="The app: id, label or integration name.",
        autocompletion=complete_app,
    ),
]
"""One app; help_pages.Command accepts `--app APP` in its place."""
OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="NAME",
        help="Only this integration (NAME or OWNER/NAME).",
        autocompletion=complete_integration,
    ),
]
RouteOption = Annotated[
    RouteChoice, typer.Option("--route", help="How provisioning is enabled; auto tries what this org allows.")
]
ParallelOption = Annotated[
    int | None,
    typer.Option("--parallel", min=1, max=64, help="Integrations on their way at once; by the rate limits otherwise."),
]
WaitOption = Annotated[
    int,
    typer.Option(
        "--wait",
        min=0,
        metavar="SECONDS",
        help="Wait at most this long for Okta to provision those assigned, where provisioning is on; 0 looks once.",
    ),
]
HeadedOption = Annotated[bool, typer.Option("--headed", help="Let the console route's browser have a window.")]
NoBrowserOption = Annotated[
    bool, typer.Option("--no-browser", help="Do not open the page that is handed over in your browser.")
]
ClipboardOption = Annotated[
    bool, typer.Option("--clipboard", help="Put the secret of a step that is handed over on the clipboard meanwhile.")
]


def session_of(context: typer.Context) -> Session:
    """The session that main() put into the command's context."""
    session = context.find_root().obj
    assert isinstance(session, Session)
    return session
