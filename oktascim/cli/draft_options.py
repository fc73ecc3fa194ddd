"""Options that describe an integration without a file: those of `create`, `init`, `connection` and `export`."""

from __future__ import annotations

from typing import Annotated

import typer

from oktascim.cli.completion import complete_template
from oktascim.runs.draft import TO_APP, SignOnChoice

_REFERENCE_HELP = "env:NAME, file:PATH, keyring:NAME or command:…; never the secret itself."
TemplateOption = Annotated[
    str | None,
    typer.Option(
        "--template",
        help="The kind of app; see `template list`.",
        autocompletion=complete_template,
    ),
]
LabelOption = Annotated[str | None, typer.Option("--label", help="The app's label in Okta.")]
NameOption = Annotated[
    str | None, typer.Option("--name", help="The integration's name; derived from the label by default.")
]
BaseUrlOption = Annotated[str | None, typer.Option("--base-url", help="The SCIM base URL.")]
TokenOption = Annotated[str | None, typer.Option("--token", metavar="WHERE", help=_REFERENCE_HELP)]
UsernameOption = Annotated[str | None, typer.Option("--username", help="For Basic authentication.")]
PasswordOption = Annotated[str | None, typer.Option("--password", metavar="WHERE", help=_REFERENCE_HELP)]
ModeOption = Annotated[
    SignOnChoice | None,
    typer.Option("--mode", help="Sign-on mode; SWA if the template supports it and --acs-url isn't given."),
]
AcsUrlOption = Annotated[str | None, typer.Option("--acs-url", help="SAML: where Okta posts the assertion.")]
AudienceOption = Annotated[str | None, typer.Option("--audience", help="SAML: the service provider's entity id.")]
LoginUrlOption = Annotated[str | None, typer.Option("--login-url", help="SWA: the app's login page.")]
ToAppListOption = Annotated[
    str | None,
    typer.Option("--to-app", metavar="LIST", help=f"What Okta pushes, comma-separated (default: {','.join(TO_APP)})."),
]
UserOption = Annotated[list[str] | None, typer.Option("--user", help="Assign this login or id; may be repeated.")]
GroupOption = Annotated[list[str] | None, typer.Option("--group", help="Assign this group; may be repeated.")]
PushGroupOption = Annotated[list[str] | None, typer.Option("--push-group", help="Push this group; may be repeated.")]
ImportGroupsOption = Annotated[
    bool | None, typer.Option("--import-groups/--no-import-groups", help="Whether Okta imports the server's groups.")
]
