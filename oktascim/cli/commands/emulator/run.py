"""`oktascim emulator run`: an ephemeral org around a command."""

from __future__ import annotations

from typing import Annotated

import typer

from oktascim.cli.commands.emulator.options import (
    AuthOption,
    ConnectionsOption,
    DelayOption,
    FastOption,
    LatencyOption,
    PortOption,
    RateLimitsOption,
    RecordOption,
    SeedOption,
    SwitchOption,
    TlsOption,
    WatchfulOption,
    settings_of,
)
from oktascim.cli.options import session_of
from oktascim.runs.child import run_child
from oktascim.runs.endings import signals_unwind
from oktascim.runs.sandbox import SandboxOptions, sandbox


def run(
    context: typer.Context,
    command: Annotated[list[str], typer.Argument(help="The command, after `--`.", show_default=False)],
    scim_server: Annotated[bool, typer.Option("--scim-server", help="Also run a real SCIM 2.0 server.")] = False,
    connections_api: ConnectionsOption = "org",
    rate_limits: RateLimitsOption = "off",
    latency: LatencyOption = 0.0,
    delay: DelayOption = None,
    fast: FastOption = False,
    watchful: WatchfulOption = True,
    switch: SwitchOption = None,
    seed: SeedOption = None,
    record: RecordOption = None,
    tls: TlsOption = False,
    auth: AuthOption = "token",
    port: PortOption = 0,
) -> int:
    """Start an ephemeral org, run a command against it, stop, and exit with the command's exit code.

    The command's environment contains: OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN; OKTASCIM_CONSOLE_USERNAME, _PASSWORD
    and _TOTP_SECRET, an administrator of the org's Admin Console, which is on the same port of http://localhost; with
    `--scim-server` also SCIM_BASE_URL and SCIM_TOKEN; OKTA_TESTING_TESTINGDISABLEHTTPSCHECK, which makes Okta's SDKs
    accept an http address, or with `--tls` the authority's certificate in SSL_CERT_FILE, REQUESTS_CA_BUNDLE and
    NODE_EXTRA_CA_CERTS. With `--auth oauth`, OKTA_CLIENT_AUTHORIZATIONMODE, _CLIENTID, _PRIVATEKEY, _KID, _SCOPES and
    _DPOPENABLED replace the token.

    Where the SCIM server's data differs from what Okta expects, the end of the run says so. Okta has no event for these
    silent faults.

    Example: `oktascim emulator run --scim-server --connections-api accept -- oktascim apply acme.yaml --yes`
    """
    session = session_of(context)
    settings = settings_of(
        connections_api=connections_api,
        rate_limits=rate_limits,
        latency=latency,
        delay=delay,
        fast=fast,
        watchful=watchful,
        switch=switch,
    )
    options = SandboxOptions(scim_server=scim_server, port=port, seed=seed, record=record, tls=tls, auth=auth)
    with signals_unwind(), sandbox(settings, options) as box:
        environment = {**session.environ, **box.environment}
        session.output.note(box.introduction)
        code = run_child(command, environment)
        session.output.note_painted(box.conclusion(session.output.note_layout))
        return code
