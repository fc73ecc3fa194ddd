"""How a browser signs in to and out of the admin host (OB-403, OB-406)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from okta_emulator.admin_console.addresses import APPS
from okta_emulator.admin_console.html import message_page
from okta_emulator.admin_console.sessions import COOKIE
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.admin_console.visit import Visit


async def start(site: ConsoleSite, request: Request) -> Response:
    """GET /: for a visitor who knows only the port."""
    return RedirectResponse(site.admin_origin(request) + APPS, 302)


async def callback(site: ConsoleSite, request: Request) -> Response:
    """GET /admin/sso/callback: the end of the sign-in; redirects to the requested page."""
    org_session = site.sessions.grants.pop(request.query_params.get("code", ""), None)
    target = site.sessions.targets.pop(request.query_params.get("state", ""), None)
    if org_session is None or target is None:
        return RedirectResponse(APPS, 302)
    return site.signed_in(target, org_session)


async def enter_with_key(site: ConsoleSite, request: Request) -> Response:
    """GET /admin/sso/key: a one-time key opens the console without a sign-in."""
    if request.url.hostname != "localhost" or not site.redeem(request.query_params.get("key", "")):
        return RedirectResponse(APPS, 302)
    return site.signed_in(APPS, site.sessions.open(factor=True))


async def stay(_visit: Visit) -> Response:
    """POST /admin/session/stay: the guard counts this request as use of the session."""
    return Response(status_code=204)


async def sign_out(visit: Visit) -> Response:
    """POST /admin/session/end: sign out of both hosts (our choice: the address, and that it is a button)."""
    visit.site.sessions.end(visit.request.cookies[COOKIE], org_too=True)
    return Response(status_code=204)


async def not_emulated(_visit: Visit) -> Response:
    """GET of any other page of the admin host."""
    return message_page("Page Not Found", "The emulator doesn't have this page of the Admin Console.", 404)
