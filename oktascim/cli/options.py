"""Options and arguments that several commands share, and the session behind a command's context."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.completion import complete_app, complete_integration
from oktascim.files import require_writable
from oktascim.render.formats import Format
from oktascim.runs.route_choice import RouteChoice
from oktascim.runs.session import Session

OutputOption = Annotated[Format, typer.Option("--output", "-o", help="Output format.")]
PathsArgument = Annotated[list[Path], typer.Argument(help="Spec files, or folders of spec files.", show_default=False)]
AppArgument = Annotated[
    str,
    typer.Argument(
        metavar="APP",
        help="The app: id, label or integration name.",
        autocompletion=complete_app,
    ),
]
"""One app; help_pages.Command accepts `--app APP` instead."""
OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="NAME",
        help="Only this integration (NAME or OWNER/NAME); repeatable.",
        autocompletion=complete_integration,
    ),
]
RouteOption = Annotated[
    RouteChoice,
    typer.Option("--route", help="How to enable provisioning; auto uses the first route that this org allows."),
]
ParallelOption = Annotated[
    int | None,
    typer.Option(
        "--parallel",
        min=1,
        max=64,
        help="Maximum number of integrations processed in parallel; by default, the rate limits decide.",
    ),
]
WaitOption = Annotated[
    int,
    typer.Option(
        "--wait",
        min=0,
        metavar="SECONDS",
        help="Maximum time to wait until Okta has provisioned users and pushed groups; 0 checks once.",
    ),
]
WHERE = "env:NAME, keyring:NAME, command:… or file:PATH"
"""Where a secret can be, as an option takes it."""
BearerOption = Annotated[str | None, typer.Option("--bearer", metavar="WHERE", help=f"Bearer token: {WHERE}.")]
HeaderOption = Annotated[
    str | None, typer.Option("--header", metavar="WHERE", help="The complete Authorization header.")
]
BasicOption = Annotated[str | None, typer.Option("--basic", metavar="USER:WHERE", help="User name and password.")]
HeadedOption = Annotated[bool, typer.Option("--headed", help="Show the browser of the console route.")]
NoBrowserOption = Annotated[
    bool, typer.Option("--no-browser", help="Don't open the page of a manual step in your browser.")
]
ClipboardOption = Annotated[
    bool, typer.Option("--clipboard", help="Copy the secret of a manual step to the clipboard while it waits.")
]


def written(value: Path | None) -> Path | None:
    """The callback of an option that names a file to write.

    Raises:
        OktascimError: it can't be written, said before the command does anything.
    """
    if value is not None:
        require_writable(value)
    return value


JunitOption = Annotated[
    Path | None, typer.Option("--junit", metavar="FILE", help="Write a JUnit report.", callback=written)
]
MarkdownOption = Annotated[
    Path | None, typer.Option("--markdown", metavar="FILE", help="Write the report as Markdown.", callback=written)
]


def session_of(context: typer.Context) -> Session:
    """The session that main() put into the command's context."""
    session = context.find_root().obj
    assert isinstance(session, Session)
    return session
