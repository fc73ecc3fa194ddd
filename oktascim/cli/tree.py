"""The command tree: the options of every command, and the commands, of which only the one that runs is imported."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Annotated, Any, NamedTuple

import typer

from oktascim import __version__
from oktascim.cli import help_pages
from oktascim.cli.completion import complete_profile
from oktascim.cli.options import session_of
from oktascim.errors import UsageProblem
from oktascim.runs.session import Session


class CommandEntry(NamedTuple):
    """What `--help` shows of a command, and the module that is imported when it is called."""

    panel: str
    summary: str
    module: str
    function: str = ""
    """The command's function, where it isn't called as the command is."""


_SET_UP, _SINGLE, _DIAGNOSE, _SANDBOX, _HELP = "Set up", "Single operations", "Diagnose", "Sandbox", "Help"
COMMANDS = {
    "init": CommandEntry(_SET_UP, "Write a first spec file.", "init"),
    "validate": CommandEntry(_SET_UP, "Check spec files, offline.", "validate"),
    "plan": CommandEntry(_SET_UP, "Show what apply would change; writes nothing.", "plan"),
    "apply": CommandEntry(_SET_UP, "Create or update what the spec describes, and read it back.", "apply"),
    "destroy": CommandEntry(_SET_UP, "Deactivate and delete the apps of a spec, and nothing else.", "destroy"),
    "export": CommandEntry(_SET_UP, "Write a spec for an existing app.", "export"),
    "create": CommandEntry(_SET_UP, "Create an integration from flags, without a spec file.", "create"),
    "app": CommandEntry(_SINGLE, "List, show, activate and delete apps; assign users, push groups.", "app.command"),
    "connection": CommandEntry(_SINGLE, "Show, test or set one app's provisioning connection.", "connection"),
    "schema": CommandEntry(_SET_UP, "Print the JSON Schema of spec files.", "schema"),
    "template": CommandEntry(_SINGLE, "List and show the templates that a spec can use.", "template"),
    "auth": CommandEntry(_SINGLE, "Manage credentials of orgs, stored in the OS keyring.", "auth.command"),
    "check": CommandEntry(_DIAGNOSE, "Check whether a SCIM server works with Okta.", "check"),
    "verify": CommandEntry(_DIAGNOSE, "Verify through Okta that an integration works, step by step.", "verify"),
    "logs": CommandEntry(_DIAGNOSE, "Show the System Log of apps, or of the whole org.", "logs.command"),
    "explain": CommandEntry(_DIAGNOSE, "Explain a provisioning failure: category, cause and fix.", "explain"),
    "doctor": CommandEntry(_DIAGNOSE, "Check this machine, the profile and the org.", "doctor"),
    "emulator": CommandEntry(_SANDBOX, "Run a local Okta org that sends real SCIM requests.", "emulator.command"),
    "demo": CommandEntry(_SANDBOX, "Run the whole workflow on the emulator and a real SCIM server.", "demo"),
    "help": CommandEntry(
        _HELP, "Show help on a command, or on environment, exit-codes or templates.", "help", "help_topics"
    ),
}


def _show_version(context: typer.Context, wanted: bool) -> None:
    if wanted:
        session_of(context).output.data(f"oktascim {__version__}")
        raise typer.Exit


def start(
    context: typer.Context,
    org_url: Annotated[str | None, typer.Option(help="The org's URL: https://your-org.okta.com.")] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A profile created by `auth login`; `plan` accepts several.",
            autocompletion=complete_profile,
        ),
    ] = None,
    i_mean: Annotated[
        str | None, typer.Option("--i-mean", metavar="ORG", help="Write to this org even if a profile protects it.")
    ] = None,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help="Show every call; -vv also shows headers and bodies.")
    ] = 0,
    timeout: Annotated[
        float | None,
        typer.Option(
            min=1, max=3600, metavar="SECONDS", help="Maximum time for one call, including retries; 50 by default."
        ),
    ] = None,
    no_color: Annotated[bool, typer.Option("--no-color", help="Disable colour output.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Answer yes to every prompt.")] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Set up, verify and troubleshoot SCIM integrations in Okta from a spec file."""
    session = session_of(context)
    session.org_url, session.yes, session.verbosity, session.i_mean = org_url, yes, verbose, i_mean
    _choose_profiles(session, tuple(profile or ()), context.invoked_subcommand)
    session.timeout = timeout
    if no_color:
        session.output.forbid_color()


def _choose_profiles(session: Session, profiles: tuple[str, ...], command: str | None) -> None:
    session.profile = profiles[0] if len(profiles) == 1 else None
    session.profiles_named = profiles
    if len(profiles) > 1 and command != "plan":
        raise UsageProblem(
            f"`{command}` works with one org, but {len(profiles)} profiles were given.", fix="Run it once per profile."
        )


def build(wanted: str | None) -> typer.Typer:
    """The command tree, of which only the wanted command's module is imported.

    Args:
        wanted: the command that will run; None leaves every command a name with a summary, `*` imports them all.
    """
    root = typer.Typer(
        name="oktascim",
        cls=help_pages.Group,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    root.callback()(start)
    for name, command in COMMANDS.items():
        if wanted not in {name, "*"}:
            root.command(name, cls=help_pages.Command, help=command.summary, rich_help_panel=command.panel)(_not_loaded)
            continue
        module = importlib.import_module(f"oktascim.cli.commands.{command.module}")
        if hasattr(module, "app"):
            _with_pages(module.app)
            root.add_typer(
                module.app, name=name, cls=help_pages.Group, help=command.summary, rich_help_panel=command.panel
            )
        else:
            root.command(name, cls=help_pages.Command, rich_help_panel=command.panel)(
                getattr(module, command.function or name)
            )
    return root


def _with_pages(group: typer.Typer) -> None:
    """Give the commands of a group, and of the groups in it, our help pages."""
    for one in group.registered_commands:
        one.cls = help_pages.Command
    for inner in group.registered_groups:
        inner.cls = help_pages.Group
        if inner.typer_instance:
            _with_pages(inner.typer_instance)


@cache
def command_tree(wanted: str | None) -> Any:
    """What Typer makes of `build`, once for each command: a process can run many command lines, as tests do."""
    return typer.main.get_command(build(wanted))


def _not_loaded() -> None:
    """Stand in the listing for a command that is not the one being run."""
