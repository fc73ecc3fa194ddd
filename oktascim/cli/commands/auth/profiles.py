"""`oktascim auth list`, `use` and `logout`: the profiles on this machine."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from oktascim.cli.completion import complete_profile
from oktascim.cli.options import OutputOption, session_of
from oktascim.errors import UsageProblem
from oktascim.render.formats import Format, Table
from oktascim.runs.console_access import forget_console_session, saved_sessions
from oktascim.settings.login import list_profiles, logout, use_profile

ProfileArgument = Annotated[str, typer.Argument(help="The profile's name.", autocompletion=complete_profile)]


def auth_list(context: typer.Context, output: OutputOption = Format.TABLE) -> None:
    """List the profiles on this machine, without contacting Okta or the keyring."""
    session = session_of(context)
    rows = list_profiles(session.profiles)
    table = Table(
        ("profile", "org", "in use", "signs in with", "protected"),
        [
            (
                row.name,
                row.org_url,
                "yes" if row.current else "",
                f"service app {row.client_id}" if row.client_id else "API token",
                "yes" if row.protected else "",
            )
            for row in rows
        ],
        empty="No profiles. Create one with `oktascim auth login`.",
    )
    session.output.show([asdict(row) for row in rows], output, table)


def auth_use(context: typer.Context, profile: ProfileArgument) -> None:
    """Set the profile that commands use if neither flags nor the environment name an org.

    Example: `oktascim auth use production`
    """
    session = session_of(context)
    chosen = use_profile(profile, session.profiles)
    session.output.note(f"{profile} is now the current profile: {chosen.org_url}.")


def auth_logout(
    context: typer.Context,
    profile: Annotated[str | None, typer.Argument(help="The profile's name.", show_default=False)] = None,
    console: Annotated[bool, typer.Option("--console", help="Remove only the saved Admin Console session.")] = False,
) -> None:
    """Remove a profile, its saved console session, and its token in the keyring.

    The token stays if another profile uses the same org. `--console` removes only the session: the named profile's, or
    else that of the current org.

    Examples: `oktascim auth logout dev`, `oktascim auth logout --console`
    """
    session = session_of(context)
    profile = profile or session.profile
    if console:
        session.profile = profile
        org, kept = session.run(lambda: forget_console_session(session))
        session.output.note(
            f"Removed the console session of {org}." if kept else f"No saved console session for {org}."
        )
        return
    if profile is None:
        raise UsageProblem(
            "Specify the profile to remove.",
            fix="Run oktascim auth logout PROFILE; `oktascim auth list` shows the profiles.",
        )
    org_url = session.profiles.load().named(profile).origin
    saved_sessions(session).forget(org_url)
    removed = logout(profile, session.profiles)
    what = "profile and token are removed" if removed else "the profile is removed; it had no token"
    session.output.note(f"{profile}: {what}. The token stays valid until you revoke it in Okta.")
