"""Options that describe an integration without a file: those of `create`, `init`, `connection` and `export`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

import typer

from oktascim.cli.completion import complete_template
from oktascim.cli.options import WHERE
from oktascim.runs.draft import DEFAULT_TO_APP, Draft, SignOnChoice, listed_words
from oktascim.runs.flags import credentials

Result = TypeVar("Result")

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
TokenOption = Annotated[str | None, typer.Option("--token", metavar="WHERE", help=f"Where the token is: {WHERE}.")]
UsernameOption = Annotated[str | None, typer.Option("--username", help="The user name for Basic authentication.")]
PasswordOption = Annotated[
    str | None, typer.Option("--password", metavar="WHERE", help=f"Where the password is: {WHERE}.")
]
ModeOption = Annotated[
    SignOnChoice | None,
    typer.Option("--mode", help="Sign-on mode; SWA if the template supports it and --acs-url isn't given."),
]
AcsUrlOption = Annotated[str | None, typer.Option("--acs-url", help="SAML: where Okta posts the assertion.")]
AudienceOption = Annotated[str | None, typer.Option("--audience", help="SAML: the service provider's entity ID.")]
LoginUrlOption = Annotated[str | None, typer.Option("--login-url", help="SWA: the app's login page.")]
ToAppListOption = Annotated[
    str | None,
    typer.Option(
        "--to-app", metavar="LIST", help=f"What Okta pushes, comma-separated (default: {','.join(DEFAULT_TO_APP)})."
    ),
]
UserOption = Annotated[list[str] | None, typer.Option("--user", help="Assign this user (login or id); repeatable.")]
GroupOption = Annotated[list[str] | None, typer.Option("--group", help="Assign this group; repeatable.")]
PushGroupOption = Annotated[list[str] | None, typer.Option("--push-group", help="Push this group; repeatable.")]
ImportGroupsOption = Annotated[
    bool | None, typer.Option("--import-groups/--no-import-groups", help="Let Okta import the server's groups.")
]


def draft_of(
    template: TemplateOption = None,
    label: LabelOption = None,
    base_url: BaseUrlOption = None,
    token: TokenOption = None,
    username: UsernameOption = None,
    password: PasswordOption = None,
    name: NameOption = None,
    mode: ModeOption = None,
    acs_url: AcsUrlOption = None,
    audience: AudienceOption = None,
    login_url: LoginUrlOption = None,
    to_app: ToAppListOption = None,
    import_groups: ImportGroupsOption = None,
    user: UserOption = None,
    group: GroupOption = None,
    push_group: PushGroupOption = None,
) -> Draft:
    """The draft that a command line describes; its parameters are the options of every command that takes one."""
    return Draft(
        template=template or "",
        label=label or "",
        base_url=base_url or "",
        credentials=credentials(token, username, password),
        name=name,
        mode=mode,
        acs_url=acs_url,
        audience=audience,
        login_url=login_url,
        to_app=listed_words(to_app),
        import_groups=import_groups,
        users=tuple(user or ()),
        groups=tuple(group or ()),
        push_groups=tuple(push_group or ()),
    )


def takes_draft(command: Callable[..., Result]) -> Callable[..., Result]:
    """Give a command the options of `draft_of` instead of its parameter `draft`, and call it with the draft."""
    own, options = (inspect.signature(one, eval_str=True) for one in (command, draft_of))
    parameters = [
        parameter
        for name, taken in own.parameters.items()
        for parameter in (options.parameters.values() if name == "draft" else (taken,))
    ]

    @wraps(command)
    def with_options(**given: Any) -> Result:
        draft = draft_of(**{name: given.pop(name) for name in options.parameters})
        return command(draft=draft, **given)

    with_options.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return with_options
