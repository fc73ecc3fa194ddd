"""`oktascim demo`: the whole workflow on the emulator and a real SCIM server, in under a minute."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from oktascim.cli.options import session_of
from oktascim.errors import ExitCode
from oktascim.runs.demonstration import Demonstration, keep_running
from oktascim.runs.endings import signals_unwind
from oktascim.runs.sandbox import Auth, SandboxOptions, emulator_errors, sandbox


def demo(
    context: typer.Context,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the org and the SCIM server running until you press Enter.")
    ] = False,
    auth: Annotated[
        Auth, typer.Option(help="How the demo authenticates: an API token, or a service app with DPoP.")
    ] = "token",
) -> int:
    """Run the whole workflow on the emulator and a real SCIM server.

    Creates an app from examples/quickstart.yaml, enables provisioning and assigns a user. Then shows the user in the
    SCIM server and the events in the System Log. Nothing leaves this machine.
    """
    session = session_of(context)
    with emulator_errors():
        from okta_emulator.core.settings import EmulatorSettings

        settings = EmulatorSettings(connections_api="accept", fast=True)
    with signals_unwind(), sandbox(settings, SandboxOptions(scim_server=True, auth=auth)) as box:
        inside = dataclasses.replace(
            session, environ={**session.environ, **box.environment}, org_url=None, profile=None
        )
        inside.masker.add(box.environment["OKTA_CLIENT_TOKEN"])
        inside.masker.add(box.environment["SCIM_TOKEN"])
        inside.run(lambda: Demonstration(inside, box).run())
        if keep:
            keep_running(inside, box)
    return ExitCode.DONE
