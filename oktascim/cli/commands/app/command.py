"""`oktascim app`: single operations on one app, each read back."""

from __future__ import annotations

import typer

from oktascim.cli.commands.app.members import assign, push_group, unassign
from oktascim.cli.commands.app.reading import list_apps, show_app
from oktascim.cli.commands.app.state import activate, deactivate, delete

app = typer.Typer(no_args_is_help=True)
app.command("list")(list_apps)
app.command("show")(show_app)
app.command("activate")(activate)
app.command("deactivate")(deactivate)
app.command("delete")(delete)
app.command("assign")(assign)
app.command("unassign")(unassign)
app.command("push-group")(push_group)
