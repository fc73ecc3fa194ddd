"""`oktascim emulator`: a local Okta org on loopback that sends real SCIM requests."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from okta_emulator.core.settings import ConnectionsApi, RateLimitPlan
from oktascim.cli.options import session_of
from oktascim.errors import ExitCode, OktascimError, UsageProblem
from oktascim.files import SECRET_BYTES, read_file, require_private
from oktascim.http.origin import is_on_this_machine
from oktascim.runs.child import run_child
from oktascim.runs.endings import signals_unwind
from oktascim.runs.person import open_page
from oktascim.runs.sandbox import Auth, SandboxOptions, emulator_errors, sandbox, seed_of
from oktascim.runs.session import Session

if TYPE_CHECKING:
    from okta_emulator.core.settings import EmulatorSettings
    from okta_emulator.scim_server import ScimServer

app = typer.Typer(
    no_args_is_help=True,
    epilog="The org serves two web pages: the SCIM exchanges (`oktascim emulator console`), and an Admin Console on "
    "http://localhost:PORT (`oktascim emulator console --admin`) for trying the console route.",
)


ConnectionsOption = Annotated[
    ConnectionsApi,
    typer.Option(
        help="For SCIM templates. org: returns UNKNOWN and changes nothing (OB-052). accept: stores the "
        "credentials (OB-053)."
    ),
]
RateLimitsOption = Annotated[
    RateLimitPlan, typer.Option(help="Apply no rate limits, or those of a free or workforce org.")  # OB-154, OB-155
]
LatencyOption = Annotated[float, typer.Option(min=0, help="Extra latency per response, in milliseconds.")]
FastOption = Annotated[bool, typer.Option("--fast", help="Compress Okta's own waits to milliseconds (OB-286).")]
WatchfulOption = Annotated[
    bool,
    typer.Option(
        "--watchful/--no-watchful",
        help="Read back after each write to the SCIM server, which Okta doesn't, and report silent faults.",
    ),
]
SwitchOption = Annotated[
    list[str] | None,
    typer.Option("--switch", metavar="NAME=VALUE", help="Set a switch of the SCIM client, such as failed_reprovision."),
]
SeedOption = Annotated[
    Path | None, typer.Option("--seed", help="Start with the people, groups, apps and assignments of a YAML file.")
]
RecordOption = Annotated[
    Path | None, typer.Option("--record", help="Write every SCIM exchange to a file: JSON lines, or HAR for .har.")
]
TlsOption = Annotated[
    bool, typer.Option("--tls", help="Speak https, with a certificate of an authority made at the start.")
]
AuthOption = Annotated[
    Auth, typer.Option(help="What the command signs in with: an API token, or a service app with DPoP.")
]
PortOption = Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 picks a free one.")]


@app.command("run", context_settings={"ignore_unknown_options": True})
def run(
    context: typer.Context,
    command: Annotated[list[str], typer.Argument(help="The command, after `--`.", show_default=False)],
    scim_server: Annotated[bool, typer.Option("--scim-server", help="Run a real SCIM 2.0 server beside it.")] = False,
    connections_api: ConnectionsOption = "org",
    rate_limits: RateLimitsOption = "off",
    latency: LatencyOption = 0,
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

    The command finds in its environment: OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN; OKTASCIM_CONSOLE_USERNAME, _PASSWORD
    and _TOTP_SECRET, an administrator of the org's Admin Console, which is on the same port of http://localhost; with
    `--scim-server` also SCIM_BASE_URL and SCIM_TOKEN; OKTA_TESTING_TESTINGDISABLEHTTPSCHECK, which makes Okta's SDKs
    accept an http address, or with `--tls` the authority's certificate in SSL_CERT_FILE, REQUESTS_CA_BUNDLE and
    NODE_EXTRA_CA_CERTS. With `--auth oauth`, OKTA_CLIENT_AUTHORIZATIONMODE, _CLIENTID, _PRIVATEKEY, _KID, _SCOPES and
    _DPOPENABLED take the place of the token.

    Where a SCIM server answered 2xx and its data differ from what was sent, the end of the run says so. Okta has no
    event for these silent faults.

    Example: `oktascim emulator run --scim-server --connections-api accept -- oktascim apply acme.yaml --yes`
    """
    session = session_of(context)
    settings = _settings(connections_api, rate_limits, latency, fast, watchful, switch)
    options = SandboxOptions(scim_server=scim_server, port=port, seed=seed, record=record, tls=tls, auth=auth)
    with signals_unwind(), sandbox(settings, options) as box:
        environment = {**session.environ, **box.environment}
        session.output.note(box.introduction)
        code = run_child(command, environment)
        if said := box.conclusion():
            session.output.note(said)
        return code


@app.command("start")
def start(
    context: typer.Context,
    port: PortOption = 8044,
    scim_server: Annotated[
        bool, typer.Option("--scim-server", help="Run a real SCIM 2.0 server beside it; its token is the org's.")
    ] = False,
    database: Annotated[Path | None, typer.Option(help="Keep the org in this SQLite file.")] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File for the API token; created with mode 600 if missing.")
    ] = None,
    connections_api: ConnectionsOption = "org",
    rate_limits: RateLimitsOption = "free",
    latency: LatencyOption = 0,
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
    Admin Console on http://localhost:PORT. The API token is OKTA_CLIENT_TOKEN if set, otherwise the content of the
    token file; it is never printed. The Admin Console's login is admin@example.com, with the password and authenticator
    secret from OKTASCIM_EMULATOR_ADMIN_PASSWORD and OKTASCIM_EMULATOR_ADMIN_TOTP_SECRET.

    Examples: `oktascim emulator start --database org.sqlite`, `oktascim emulator start --scim-server`
    """
    session = session_of(context)
    file = _token_file(session, token_file)
    token = _token(session, file)
    settings = _settings(connections_api, rate_limits, latency, fast, watchful, switch, token)
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

    with emulator_errors(), ExitStack() as stack:
        from okta_emulator.http.server import serve
        from okta_emulator.scim_server import ScimServer

        if scim_server:
            scim = stack.enter_context(ScimServer(settings.token))
        serve(settings, port, ready, database, seed_of(seed), record=record, tls=tls)
    return ExitCode.DONE


@app.command("console")
def open_inspector(
    context: typer.Context,
    admin: Annotated[
        bool, typer.Option("--admin", help="Open the emulated Admin Console instead, already signed in.")
    ] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the URL.")] = False,
) -> None:
    """Open the page that shows every SCIM exchange: request, response, duration, and the resulting events.

    The settings choose the emulated org (OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN). The printed URL works once.

    Example: `oktascim emulator console`
    """
    session = session_of(context)
    org = session.org()
    if not is_on_this_machine(org.url.value):
        raise UsageProblem(
            f"{org.url.value} isn't an emulated org.", fix="Specify one: --org-url http://127.0.0.1:8044"
        )
    page = session.run(lambda: _inspector_page(session, admin=admin))
    session.output.data(page)
    if session.output.interactive and not no_browser:
        open_page(session, page)


async def _inspector_page(session: Session, *, admin: bool) -> str:
    async with session.okta() as okta:
        pages = await okta.post("/_emulator/console/key")
    page: str = pages["admin_url" if admin else "url"]
    return page


def _settings(
    connections_api: ConnectionsApi,
    rate_limits: RateLimitPlan,
    latency: float,
    fast: bool,
    watchful: bool,
    switches: list[str] | None,
    token: str | None = None,
) -> EmulatorSettings:
    with emulator_errors():
        from okta_emulator.core.settings import EmulatorSettings
        from okta_emulator.core.switches import switches_from

        settings = EmulatorSettings(
            connections_api=connections_api,
            rate_limits=rate_limits,
            latency=latency / 1000,
            fast=fast,
            watchful=watchful,
            switches=switches_from(switches or ()),
        )
    return dataclasses.replace(settings, token=token) if token else settings


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
    """What a program needs to go on, without a secret: the token is in the file, or in its OKTA_CLIENT_TOKEN."""
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
    """What to paste into another shell; it refers to the token without showing it."""
    settings = f"export OKTA_CLIENT_ORGURL={url}"
    if file is None:
        words = "API token: the value of OKTA_CLIENT_TOKEN. In another terminal that has it too:"
    else:
        words = f"API token: the content of {file}. In another terminal:"
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
