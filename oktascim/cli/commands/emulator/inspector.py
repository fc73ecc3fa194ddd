"""`oktascim emulator console`: the page that shows every SCIM exchange."""

from __future__ import annotations

from typing import Annotated

import typer

from oktascim.cli.options import session_of
from oktascim.errors import IdentityRefused, UsageProblem
from oktascim.runs.session import Session


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
    from oktascim.http.origin import is_on_this_machine
    from oktascim.runs.person import open_page

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
    from oktascim.okta.errors import OktaError

    async with session.okta() as okta:
        try:
            pages = await okta.post("/_emulator/console/key")
        except OktaError as error:  # the emulator's own endpoints have no error of Okta's
            if error.status not in {401, 403}:
                raise
            fix = "Set OKTA_CLIENT_TOKEN as `oktascim emulator start` shows it."
            raise IdentityRefused(f"The emulated org {okta.org_url} rejected the token.", fix=fix) from None
    page: str = pages["admin_url" if admin else "url"]
    return page
