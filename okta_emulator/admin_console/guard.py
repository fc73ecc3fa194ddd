"""The checks before a page of the admin host: host, session, role, XSRF token, app."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from okta_emulator.admin_console.addresses import SIGN_IN_CALLBACK
from okta_emulator.admin_console.html import message_page
from okta_emulator.admin_console.sessions import COOKIE, new_id
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.admin_console.visit import Visit
from okta_emulator.core.records import App

PageHandler = Callable[[Visit], Awaitable[Response]]


async def guarded(site: ConsoleSite, handler: PageHandler, request: Request) -> Response:
    """Run a page's handler for a signed-in administrator; writes need the XSRF token of the page."""
    if request.url.hostname != "localhost":
        return PlainTextResponse("Not Found", 404)  # OB-406
    cookie = request.cookies.get(COOKIE, "")
    session = site.sessions.current(cookie)
    if session is None:
        return _signed_out(site, request)
    if not site.behaviour.admin_role:
        return message_page(f"{site.org.settings.subdomain} - Access Forbidden", "You do not have permission.", 403)
    token = request.headers.get("x-okta-xsrftoken", "")
    if request.method == "POST" and not hmac.compare_digest(token.encode(), session.xsrf.encode()):
        return PlainTextResponse("Forbidden", 403)
    await request.body()  # kept by the request; nothing is awaited between reading the org and the handler
    visit = Visit(site, request, session, _app_of(site, request))
    if visit.unknown_app:
        return message_page("Page Not Found", "This app doesn't exist.", 404)
    action = await visit.action()
    if action is not None and site.troubles(action, cookie):
        return _signed_out(site, request)
    return await handler(visit)


def _signed_out(site: ConsoleSite, request: Request) -> Response:
    """A 401 for the console's script, which reloads the page; for a page, a redirect to the sign-in page."""
    if request.headers.get("x-requested-with"):
        return PlainTextResponse("The session has ended.", 401)
    return _to_sign_in(site, request, str(request.url))


def _to_sign_in(site: ConsoleSite, request: Request, target: str) -> Response:
    """Redirect from the admin host to the sign-in page, which redirects back to `target`."""
    state = new_id()
    site.sessions.targets[state] = target
    challenge = base64.urlsafe_b64encode(hashlib.sha256(new_id().encode()).digest()).rstrip(b"=").decode()
    query = urlencode(
        {
            "client_id": f"okta.{site.org.identity['id']}",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "redirect_uri": site.admin_origin(request) + SIGN_IN_CALLBACK,
            "response_type": "code",
            "scope": "openid",
            "state": state,
        }
    )
    return RedirectResponse(f"{site.org_origin(request)}/oauth2/v1/authorize?{query}", 302)


def _app_of(site: ConsoleSite, request: Request) -> App | None:
    app = site.org.store.apps.get(request.path_params.get("app_id", ""))
    return app if app and app["name"] == request.path_params.get("name") else None
