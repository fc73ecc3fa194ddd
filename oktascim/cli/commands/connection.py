"""`oktascim connection`: the provisioning connection of one app."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oktascim.cli.completion import complete_app
from oktascim.cli.draft_options import (
    BaseUrlOption,
    ImportGroupsOption,
    PasswordOption,
    TemplateOption,
    TokenOption,
    UsernameOption,
)
from oktascim.cli.options import (
    AppArgument,
    ClipboardOption,
    HeadedOption,
    NoBrowserOption,
    OutputOption,
    RouteOption,
    session_of,
)
from oktascim.errors import ExitCode, OktascimError, UsageProblem
from oktascim.okta.apps import App, get_app
from oktascim.okta.connections import activate_connection, deactivate_connection, get_connection
from oktascim.okta.errors import OktaError
from oktascim.render.formats import Format, Table, label_of
from oktascim.routes.readback import ReadBack, judge, read_back
from oktascim.routes.refusal import activation_refused, words_of_failed_test
from oktascim.routes.route import require_enabled
from oktascim.runs.connection import connect, run_credential_test
from oktascim.runs.find_app import find_app
from oktascim.runs.flags import connection_from_flags, credentials
from oktascim.runs.interruption import stoppable
from oktascim.runs.person import person_at
from oktascim.runs.route_choice import RouteChoice
from oktascim.runs.scim_target import integration_of
from oktascim.runs.session import Session
from oktascim.spec.loader import LoadedIntegration

app = typer.Typer(no_args_is_help=True)

SpecOption = Annotated[Path | None, typer.Option("--spec", help="The spec file that contains this integration.")]


@app.command("show")
def show(context: typer.Context, word: AppArgument, output: OutputOption = Format.TABLE) -> None:
    """Show the connection's status in Okta, and the evidence that provisioning is enabled.

    Example: `oktascim connection show acme-crm`
    """
    session = session_of(context)
    found, proof = session.run(lambda: _read(session, word))
    _show_proof(session, found, proof, output)


@app.command("test")
def test(
    context: typer.Context,
    word: Annotated[
        str | None,
        typer.Argument(
            metavar="APP",
            help="The integration's name or label.",
            autocompletion=complete_app,
        ),
    ] = None,
    spec: SpecOption = None,
    template: TemplateOption = None,
    base_url: BaseUrlOption = None,
    token: TokenOption = None,
    username: UsernameOption = None,
    password: PasswordOption = None,
    import_groups: Annotated[bool, typer.Option(help="Also list groups, as Okta does on Save.")] = False,
    output: OutputOption = Format.TABLE,
) -> int:
    """Send the request of Okta's credential test from this machine, and check the response as Okta does.

    The credentials come from a spec (`--spec`, and APP if it has several integrations) or from flags, because Okta
    never returns them. With APP and an org, also shows the connection's status in Okta.

    Example: `oktascim connection test acme-crm --spec acme.yaml`
    """
    session = session_of(context)
    if spec:
        one = integration_of(session, spec, word)
    else:
        one = connection_from_flags(template or "", base_url, credentials(token, username, password), import_groups)
    report = session.run(lambda: run_credential_test(session, one))
    okta_says = session.run(lambda: _okta_says(session, word)) if word else None
    rows = [[_verdict(verdict.passed), verdict.check, verdict.detail] for verdict in report.verdicts]
    if okta_says:
        rows.append(["info", "Okta's view", okta_says])
    document = report.to_json() | {"okta": okta_says}
    session.output.show(document, output, Table(("", "check", "what was seen"), rows))
    if report.failure:
        raise report.failure
    session.output.note("The SCIM server passed the test.")
    return ExitCode.DONE


@app.command("set")
def set_connection(
    context: typer.Context,
    word: AppArgument,
    base_url: BaseUrlOption = None,
    token: TokenOption = None,
    username: UsernameOption = None,
    password: PasswordOption = None,
    template: TemplateOption = None,
    import_groups: ImportGroupsOption = None,
    route: RouteOption = RouteChoice.AUTO,
    headed: HeadedOption = False,
    no_browser: NoBrowserOption = False,
    clipboard: ClipboardOption = False,
    output: OutputOption = Format.TABLE,
) -> int:
    """Set the base URL and credentials of an app's connection, activate it, and verify the result.

    Without `--base-url`, keeps the one that Okta shows.

    Example: `oktascim connection set "Acme CRM" --base-url https://acme.example/scim/v2 --token env:ACME_TOKEN`
    """
    session = session_of(context)
    session.confirm_org()
    given = credentials(token, username, password)
    person = person_at(session, headed=headed, no_browser=no_browser, clipboard=clipboard)

    def wanted(kind: str, name: str, shown: str | None) -> LoadedIntegration:
        if not base_url and not shown:
            raise UsageProblem(
                "Missing option: --base-url.",
                why="Okta shows no base URL for this app.",
                fix="Pass it with the credentials, such as --token env:NAME.",
            )
        return connection_from_flags(kind, base_url or shown, given, import_groups, name)

    established, found = session.run(lambda: connect(session, word, template, wanted, route, person))
    session.output.note(f"{found.label}: set {require_enabled(established)}.")
    if established.note:
        session.output.note(established.note)
    _show_proof(session, found, established.proof, output)
    return ExitCode.DONE


@app.command("activate")
def activate(context: typer.Context, word: AppArgument, output: OutputOption = Format.TABLE) -> None:
    """Activate the connection, and verify the result.

    Example: `oktascim connection activate acme-crm`
    """
    _switch(session_of(context), word, output, on=True)


@app.command("deactivate")
def deactivate(context: typer.Context, word: AppArgument, output: OutputOption = Format.TABLE) -> None:
    """Deactivate the connection, and verify the result.

    Example: `oktascim connection deactivate acme-crm`
    """
    _switch(session_of(context), word, output, on=False)


def _switch(session: Session, word: str, output: Format, *, on: bool) -> None:
    session.confirm_org()
    found, proof = session.run(lambda: _switched(session, word, on=on))
    wanted = "ENABLED" if on else "DISABLED"
    if proof.status != wanted:
        raise OktascimError(
            f"The connection is {proof.status}, not {wanted}.",
            why="Okta accepted the call, but a fresh read doesn't show the change.",
            fix="Change it in the Admin Console: this org's connections API doesn't manage this app.",
        )
    _show_proof(session, found, proof, output)


async def _switched(session: Session, word: str, *, on: bool) -> tuple[App, ReadBack]:
    async with stoppable(session, session.announce) as okta:
        found = await find_app(okta, word)
        try:
            await (activate_connection if on else deactivate_connection)(okta, found.id)
        except OktaError as error:
            if words := words_of_failed_test(error):
                raise activation_refused(found.label, words) from error
            raise
        connection = await get_connection(okta, found.id)
        return found, judge(await get_app(okta, found.id), connection)


async def _read(session: Session, word: str) -> tuple[App, ReadBack]:
    async with stoppable(session, session.announce) as okta:
        found = await find_app(okta, word)
        return found, await read_back(okta, found.id)


async def _okta_says(session: Session, word: str) -> str:
    try:
        found, proof = await _read(session, word)
    except OktascimError as error:
        return f"not asked: {error.what}"
    by = f" (by {', '.join(proof.verified_by)})" if proof.verified_by else ""
    return f"provisioning of {found.label} ({found.id}) is {proof.status}{by}"


def _show_proof(session: Session, found: App, proof: ReadBack, output: Format) -> None:
    document = {
        "app_id": found.id,
        "label": found.label,
        "status": proof.status,
        "verified_by": list(proof.verified_by),
        "base_url": proof.base_url,
        "to_app": sorted(proof.to_app),
    }
    texts = {key: ", ".join(value) if isinstance(value, list) else value for key, value in document.items()}
    rows = [[label_of(key), text or "none"] for key, text in texts.items()]
    session.output.show(document, output, Table(("field", "what Okta shows"), rows))


def _verdict(passed: bool | None) -> str:
    return {True: "ok", False: "FAILED", None: "info"}[passed]
