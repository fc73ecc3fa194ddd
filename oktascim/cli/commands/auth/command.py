"""`oktascim auth`: credentials of orgs, kept in the OS keyring under named profiles."""

from __future__ import annotations

import typer

from oktascim.cli.commands.auth.login import auth_login
from oktascim.cli.commands.auth.profiles import auth_list, auth_logout, auth_use
from oktascim.cli.commands.auth.scopes import auth_scopes
from oktascim.cli.commands.auth.secret import app as secret_app
from oktascim.cli.commands.auth.status import auth_status

app = typer.Typer(no_args_is_help=True)
app.command("login")(auth_login)
app.command("status")(auth_status)
app.command("scopes")(auth_scopes)
app.command("list")(auth_list)
app.command("use")(auth_use)
app.command("logout")(auth_logout)
app.add_typer(secret_app, name="secret")
