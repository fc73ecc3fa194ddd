"""The console as a whole: its addresses, who may see what, and what all its pages share."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from okta_emulator.admin_console import app_page, app_tabs, authn, connection, consent, inspector, sign_in, wizard
from okta_emulator.admin_console.administrator import Administrator
from okta_emulator.admin_console.behaviour import Action, Behaviour, behaviour_from
from okta_emulator.admin_console.html import asset, message
from okta_emulator.admin_console.sessions import AdminSession, Sessions, new_id
from okta_emulator.admin_console.visit import Visit
from okta_emulator.core.problem import InvalidSetting
from okta_emulator.core.token import is_token
from okta_emulator.org.state import Org

Handler = Callable[["ConsoleSite", Request], Awaitable[Response]]
Page = Callable[[Visit], Awaitable[Response]]

_APP = "/admin/app/{name}/instance/{app_id}"
_ASSETS = {
    "console.css": "text/css",
    "console.js": "text/javascript",
    "consented.js": "text/javascript",
    "idle.js": "text/javascript",
    "inspector.css": "text/css",
    "inspector.js": "text/javascript",
}
_UNSEEN = "__none__"


@dataclass
class ConsoleSite:
    """The Admin Console of one org; its routes go into the org's application.

    Args:
        org: the org.
        administrator: who may enter.
        behaviour: how awkward it is; see `behave`.
    """

    org: Org
    administrator: Administrator
    behaviour: Behaviour = field(default_factory=Behaviour)

    def __post_init__(self) -> None:
        self.sessions = Sessions(lambda: self.behaviour.idle_seconds)
        self.keys: set[str] = set()
        self.inspectors: set[str] = set()
        self._fired: set[tuple[str, str]] = set()

    @property
    def routes(self) -> list[BaseRoute]:
        """Every address of the console."""
        pages: dict[str, Page] = {
            "/admin/apps/active": app_page.apps,
            "/admin/apps/add-app": app_page.catalog,
            _APP: app_page.app,
            f"{_APP}/pane/{{pane}}": app_tabs.pane,
            f"{_APP}/settings/user-mgmt": connection.pane,
            f"{_APP}/oauth/authenticate": consent.begin,
            consent.CALLBACK: consent.callback,
            "/admin/{page:path}": app_page.elsewhere,
        }
        writes: dict[str, Page] = {
            "/admin/session/stay": app_page.stay,
            "/admin/session/end": app_page.leave,
            f"{_APP}/settings/user-mgmt": connection.save,
            f"{_APP}/settings/user-mgmt/verify": connection.verify,
            f"{_APP}/settings/general": wizard.save_general,
        }
        open_pages: list[tuple[str, str, Handler]] = [
            ("GET", "/", _start),
            ("POST", "/api/v1/authn", authn.authn),
            ("POST", "/api/v1/authn/factors/{factor_id}/verify", authn.verify_factor),
            ("GET", "/login/sessionCookieRedirect", authn.session_redirect),
            ("GET", "/oauth2/v1/authorize", sign_in.authorize),
            ("POST", sign_in.STEP, sign_in.step),
            ("GET", sign_in.CHOICE, sign_in.choose),
            ("GET", sign_in.CALLBACK, _callback),
            ("GET", "/_emulator/console/assets/{name}", _asset),
            ("GET", "/_emulator/console", inspector.page),
            ("GET", "/_emulator/console/exchanges", inspector.exchanges),
            ("POST", "/_emulator/console/key", inspector.new_key),
            ("GET", inspector.ENTRY, inspector.enter_console),
            ("PUT", "/_emulator/console/behaviour", _behave),
        ]
        return [
            *(Route(path, partial(handler, self), methods=[method]) for method, path, handler in open_pages),
            *(Route(path, partial(_inside, self, page), methods=["GET"]) for path, page in pages.items()),
            *(Route(path, partial(_inside, self, page), methods=["POST"]) for path, page in writes.items()),
        ]

    def now(self) -> float:
        """The org's time in seconds since 1970."""
        return self.org.clock.now().timestamp()

    def org_origin(self, request: Request) -> str:
        """The origin of the sign-in page: 127.0.0.1."""
        return f"http://127.0.0.1{_port(request)}"

    def admin_origin(self, request: Request) -> str:
        """The origin of the console: localhost, so that its cookies are its own."""
        return f"http://localhost{_port(request)}"

    def has_token(self, request: Request) -> bool:
        """Whether the request carries the org's API token."""
        return is_token(request.headers.get("authorization", ""), self.org.settings.token)

    def signed_in(self, target: str, org_session: str) -> Response:
        """Go to a page of the console with a new session that belongs to one of the org's host."""
        cookie = new_id()
        self.sessions.admin[cookie] = AdminSession(org_session)
        response = RedirectResponse(target, 302)
        response.set_cookie(sign_in.COOKIE, cookie, httponly=True, samesite="lax")
        return response

    def behave(self, behaviour: Behaviour) -> None:
        """Behave so from now on."""
        self.behaviour = behaviour
        self._fired.clear()

    def troubles(self, action: Action, cookie: str) -> bool:
        """Whether the behaviour ends the session, or its factor, before this action; each does so once."""
        for kind, actions in (("end", self.behaviour.ends_session_before), ("ask", self.behaviour.challenges_before)):
            if action in actions and (kind, action) not in self._fired:
                self._fired.add((kind, action))
                self.sessions.end(cookie, org_too=kind == "end")
                return True
        return False


async def _inside(site: ConsoleSite, page: Page, request: Request) -> Response:
    """A page of the admin host: for a session of an administrator, writes with its XSRF token only."""
    if request.url.hostname != "localhost":
        return PlainTextResponse("Not Found", 404)  # OB-406
    cookie = request.cookies.get(sign_in.COOKIE, "")
    session = site.sessions.current(cookie)
    if session is None:
        return _signed_out(site, request)
    if not site.behaviour.admin_role:
        return message(f"{site.org.settings.subdomain} - Access Forbidden", "You do not have permission.", 403)
    token = request.headers.get("x-okta-xsrftoken", "")
    if request.method == "POST" and not hmac.compare_digest(token.encode(), session.xsrf.encode()):
        return PlainTextResponse("Forbidden", 403)
    visit = Visit(site, request, session, _app_of(site, request))
    if visit.unknown_app:
        return message("Page Not Found", "This app is not here.", 404)
    action = await visit.action()
    if action is not None and site.troubles(action, cookie):
        return _signed_out(site, request)
    return await page(visit)


def _signed_out(site: ConsoleSite, request: Request) -> Response:
    """A page leads to the sign-in page; a script is told, and reloads."""
    if request.headers.get("x-requested-with"):
        return PlainTextResponse("The session has ended.", 401)
    return sign_in.to_sign_in(site, request, str(request.url))


def _app_of(site: ConsoleSite, request: Request) -> dict[str, Any] | None:
    app = site.org.store.apps.get(request.path_params.get("app_id", _UNSEEN))
    return app if app and app["name"] == request.path_params.get("name") else None


async def _start(site: ConsoleSite, request: Request) -> Response:
    """GET /: where a person begins who has only the port."""
    return RedirectResponse(f"{site.admin_origin(request)}/admin/apps/active", 302)


async def _callback(site: ConsoleSite, request: Request) -> Response:
    """GET /admin/sso/callback: the end of the sign-in; the page that was asked for follows."""
    org_session = site.sessions.grants.pop(request.query_params.get("code", ""), None)
    target = site.sessions.targets.pop(request.query_params.get("state", ""), None)
    if org_session is None or target is None:
        return RedirectResponse("/admin/apps/active", 302)
    return site.signed_in(target, org_session)


async def _asset(_site: ConsoleSite, request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _ASSETS:
        return PlainTextResponse("Not Found", 404)
    return Response(asset(name), media_type=_ASSETS[name])


async def _behave(site: ConsoleSite, request: Request) -> Response:
    """PUT /_emulator/console/behaviour: other switches, for whoever has the token; their trouble begins anew."""
    if not site.has_token(request):
        return PlainTextResponse("Unauthorized", 401)
    try:
        site.behave(behaviour_from(await request.body()))
    except InvalidSetting as error:
        return JSONResponse({"error": str(error)}, 400)
    return Response(status_code=204)


def _port(request: Request) -> str:
    return f":{request.url.port}" if request.url.port else ""
