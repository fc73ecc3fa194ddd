"""`oktascim emulator`: a local Okta org on loopback that sends real SCIM requests."""

from __future__ import annotations

import json
import os
import secrets
import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oktascim.cli.commands.emulator.options import (
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
from oktascim.errors import ExitCode, OktascimError, UsageProblem
from oktascim.files import SECRET_BYTES, read_file, require_private
from oktascim.runs.sandbox import emulator_errors, planting_of
from oktascim.runs.session import Session

if TYPE_CHECKING:
    from okta_emulator.scim_server import ScimServer

_LAST_PORT = 65535
_PROVISIONING_NOTE = (
    "apply enables provisioning in the Admin Console, as Okta documents; "
    "with --connections-api accept, through the API."
)


def start(
    context: typer.Context,
    port: PortOption = 8044,
    scim_server: Annotated[
        bool, typer.Option("--scim-server", help="Also run a real SCIM 2.0 server, with the org's token.")
    ] = False,
    database: Annotated[Path | None, typer.Option(help="Keep the org in this SQLite file.")] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File for the API token; created with mode 600 if missing.")
    ] = None,
    connections_api: ConnectionsOption = "org",
    rate_limits: RateLimitsOption = "off",
    latency: LatencyOption = 0.0,
    delay: DelayOption = None,
    fast: FastOption = False,
    watchful: WatchfulOption = False,
    switch: SwitchOption = None,
    seed: SeedOption = None,
    record: RecordOption = None,
    tls: TlsOption = False,
    json_line: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON when the org is ready, with its addresses.")
    ] = False,
) -> int:
    """Start an org in the foreground; press Ctrl-C to stop it.

    When the org is ready, prints its URL and the commands that open its two web pages: the SCIM exchanges, and the
    Admin Console on http://localhost:PORT. The API token is OKTA_CLIENT_TOKEN if set, otherwise the contents of the
    token file; it is never printed. The Admin Console's login is admin@example.com, with the password and authenticator
    secret from OKTASCIM_EMULATOR_ADMIN_PASSWORD and OKTASCIM_EMULATOR_ADMIN_TOTP_SECRET.

    Examples: `oktascim emulator start --database org.sqlite`, `oktascim emulator start --scim-server`
    """
    session = session_of(context)
    file = _token_file(session, token_file)
    token = _token(session, file)
    settings = settings_of(
        connections_api=connections_api,
        rate_limits=rate_limits,
        latency=latency,
        delay=delay,
        fast=fast,
        watchful=watchful,
        switch=switch,
        token=token,
    )
    scim: ScimServer | None = None

    def ready(url: str, authority: Path | None) -> None:
        scim_url = scim.base_url if scim else None
        if json_line:
            session.output.data(_ready_line(url, scim_url, file, authority))
        else:
            session.output.data(f"ready {url}")
        session.output.stdout.flush()
        if not json_line:
            session.output.note(_what_next(url, file, scim_url, authority))
            if connections_api == "org":
                session.output.note(_PROVISIONING_NOTE)

    with emulator_errors(), ExitStack() as stack:
        from okta_emulator.http.server import serve
        from okta_emulator.scim_server import ScimServer

        if scim_server:
            # The next port: apps in a kept database still find the server after a restart.
            scim = stack.enter_context(ScimServer(settings.token, port + 1 if 0 < port < _LAST_PORT else 0))
        serve(settings, port, ready, database, planting_of(seed), record=record, tls=tls)
    return ExitCode.DONE


def _token_file(session: Session, wanted: Path | None) -> Path | None:
    """The token file, or None if OKTA_CLIENT_TOKEN holds the token."""
    if wanted is None and session.environ.get("OKTA_CLIENT_TOKEN"):
        return None
    return (wanted or Path.home() / ".oktascim-emulator-token").absolute()


def _token(session: Session, file: Path | None) -> str:
    if file is None:
        token = session.environ["OKTA_CLIENT_TOKEN"]
    else:
        try:
            if not file.exists():
                descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                    stream.write(f"00{secrets.token_hex(20)}\n")
        except OSError as error:
            raise OktascimError(f"Can't use the token file {file}: {error.strerror}.") from None
        token = _kept_token(file)
    session.masker.add(token)
    return token


def _kept_token(file: Path) -> str:
    require_private(file)
    try:
        return read_file(file, SECRET_BYTES).decode().strip()
    except UnicodeDecodeError:
        raise UsageProblem(f"The token file {file} isn't UTF-8 text.") from None


def _ready_line(url: str, scim_url: str | None, token_file: Path | None, authority: Path | None) -> str:
    """What a program needs to connect, without secrets: the token is in the file, or in its OKTA_CLIENT_TOKEN."""
    found = {
        "ready": True,
        "org_url": url,
        "scim_base_url": scim_url,
        "token_file": str(token_file) if token_file else None,
        "ca_file": str(authority) if authority else None,
        "pid": os.getpid(),
    }
    return json.dumps(found)


def _what_next(url: str, file: Path | None, scim_url: str | None, authority: Path | None) -> str:
    """The lines to paste into another shell; they refer to the token without showing it."""
    settings = f"export OKTA_CLIENT_ORGURL={url}"
    if file is None:
        words = "API token: the value of OKTA_CLIENT_TOKEN. In another terminal where it is also set:"
    else:
        words = f"API token: the contents of {file}. In another terminal:"
        settings += f' OKTA_CLIENT_TOKEN="$(cat {shlex.quote(str(file))})"'
    if authority:
        settings += (
            f"\n  export SSL_CERT_FILE={shlex.quote(str(authority))} NODE_EXTRA_CA_CERTS={shlex.quote(str(authority))}"
        )
    if scim_url:
        settings += f'\n  export SCIM_BASE_URL={scim_url} SCIM_TOKEN="$OKTA_CLIENT_TOKEN"'
    return f"""{words}
  {settings}
Every SCIM exchange:
  oktascim emulator console
The Admin Console, already signed in:
  oktascim emulator console --admin"""
