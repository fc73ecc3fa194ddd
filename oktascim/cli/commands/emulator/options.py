"""The behaviour of an emulated org: the options of `emulator run` and `emulator start`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from okta_emulator.core.settings import ConnectionsApi, RateLimitPlan
from oktascim.cli.options import written
from oktascim.runs.sandbox import Auth, emulator_errors

if TYPE_CHECKING:
    from okta_emulator.core.settings import EmulatorSettings


ConnectionsOption = Annotated[
    ConnectionsApi,
    typer.Option(
        # OB-052, OB-053
        help="For SCIM templates. org: returns UNKNOWN and changes nothing. accept: stores the credentials."
    ),
]

RateLimitsOption = Annotated[
    RateLimitPlan, typer.Option(help="Apply no rate limits, or those of a free or workforce org.")  # OB-154, OB-155
]

LatencyOption = Annotated[float, typer.Option(min=0, help="Extra latency per response, in milliseconds.")]

DelayOption = Annotated[
    list[str] | None,
    typer.Option("--delay", metavar="PATH=MS", help="Extra latency for the paths that a regular expression matches."),
]

FastOption = Annotated[bool, typer.Option("--fast", help="Compress Okta's own waits to milliseconds.")]  # OB-286

WatchfulOption = Annotated[
    bool,
    typer.Option(
        "--watchful/--no-watchful",
        help="Read back every write to the SCIM server (Okta doesn't) and report silent faults.",
    ),
]

SwitchOption = Annotated[
    list[str] | None,
    typer.Option("--switch", metavar="NAME=VALUE", help="Set a switch of the SCIM client, such as failed_reprovision."),
]

SeedOption = Annotated[
    Path | None, typer.Option("--seed", help="Start with the people, groups, apps and assignments in a YAML file.")
]

RecordOption = Annotated[
    Path | None,
    typer.Option(
        "--record", help="Write every SCIM exchange to a file: JSON lines, or HAR for .har.", callback=written
    ),
]

TlsOption = Annotated[
    bool, typer.Option("--tls", help="Serve HTTPS, with a certificate from an authority created at start-up.")
]

AuthOption = Annotated[
    Auth, typer.Option(help="How the command authenticates: an API token, or a service app with DPoP.")
]

PortOption = Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 picks a free one.")]


def settings_of(
    *,
    connections_api: ConnectionsApi,
    rate_limits: RateLimitPlan,
    latency: float,
    delay: list[str] | None,
    fast: bool,
    watchful: bool,
    switch: list[str] | None,
    token: str | None = None,
) -> EmulatorSettings:
    """The settings of the org from the options of the same names; `latency` and `delay` are in milliseconds.

    Raises:
        UsageProblem: a switch is unknown or has no such value.
    """
    with emulator_errors():
        from okta_emulator.core.settings import EmulatorSettings, delays_from
        from okta_emulator.core.switches import switches_from

        settings = EmulatorSettings(
            connections_api=connections_api,
            rate_limits=rate_limits,
            latency=latency / 1000,
            delays=delays_from(delay or ()),
            fast=fast,
            watchful=watchful,
            switches=switches_from(switch or ()),
        )
    return dataclasses.replace(settings, token=token) if token else settings
