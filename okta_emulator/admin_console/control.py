"""Control endpoints of the console; like those under `/_emulator/`, they require the org's API token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from okta_emulator.admin_console.addresses import INSPECTOR, ONE_TIME_ENTRY
from okta_emulator.admin_console.behaviour import behaviour_from
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.core.problem import InvalidSetting


async def create_key(site: ConsoleSite, request: Request) -> Response:
    """POST /_emulator/console/key: addresses of the inspector and the Admin Console, one of which opens once.

    This keeps the token out of addresses, and a person at this machine needs no password (our choice).
    """
    if not site.has_token(request):
        return PlainTextResponse("Unauthorized", 401)
    key = site.new_key()
    inspector = f"{site.org_origin(request)}{INSPECTOR}?key={key}"
    return JSONResponse({"url": inspector, "admin_url": f"{site.admin_origin(request)}{ONE_TIME_ENTRY}?key={key}"})


async def set_behaviour(site: ConsoleSite, request: Request) -> Response:
    """PUT /_emulator/console/behaviour: set the switches."""
    if not site.has_token(request):
        return PlainTextResponse("Unauthorized", 401)
    try:
        site.behave(behaviour_from(await request.body()))
    except InvalidSetting as error:
        return JSONResponse({"error": str(error)}, 400)
    return Response(status_code=204)
