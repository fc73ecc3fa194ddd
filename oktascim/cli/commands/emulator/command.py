"""`oktascim emulator`: a local Okta org on loopback that sends real SCIM requests."""

from __future__ import annotations

import typer

from oktascim.cli.commands.emulator.inspector import open_inspector
from oktascim.cli.commands.emulator.replay import replay
from oktascim.cli.commands.emulator.run import run
from oktascim.cli.commands.emulator.start import start

app = typer.Typer(
    no_args_is_help=True,
    epilog="The org serves two web pages: the SCIM exchanges (`oktascim emulator console`), and an Admin Console on "
    "http://localhost:PORT (`oktascim emulator console --admin`) for trying the console route.",
)
app.command("run", context_settings={"ignore_unknown_options": True})(run)
app.command("start")(start)
app.command("replay")(replay)
app.command("console")(open_inspector)
