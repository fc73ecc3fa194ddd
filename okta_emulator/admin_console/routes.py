"""The routes of the Admin Console."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from okta_emulator.admin_console import authn, control
from okta_emulator.admin_console.addresses import (
    APP,
    APPS,
    CONSENT_CALLBACK,
    DASHBOARD,
    ONE_TIME_ENTRY,
    SIGN_IN_CALLBACK,
    SIGN_IN_CHOICE,
    SIGN_IN_STEP,
    TASKS,
)
from okta_emulator.admin_console.guard import PageHandler, guarded
from okta_emulator.admin_console.pages import (
    apps,
    consent,
    entry,
    imports,
    provisioning,
    sign_in,
    tabs,
    tasks,
    wizard,
)
from okta_emulator.admin_console.site import ConsoleSite

_OpenHandler = Callable[[ConsoleSite, Request], Awaitable[Response]]

# Reachable without a session of the admin host.
_OPEN: tuple[tuple[str, str, _OpenHandler], ...] = (
    ("GET", "/", entry.start),
    ("GET", SIGN_IN_CALLBACK, entry.callback),
    ("GET", ONE_TIME_ENTRY, entry.enter_with_key),
    ("GET", "/oauth2/v1/authorize", sign_in.authorize),
    ("POST", SIGN_IN_STEP, sign_in.step),
    ("GET", SIGN_IN_CHOICE, sign_in.choose),
    ("POST", "/api/v1/authn", authn.authenticate),
    ("POST", "/api/v1/authn/factors/{factor_id}/verify", authn.verify_factor),
    ("GET", "/login/sessionCookieRedirect", authn.session_redirect),
    ("POST", "/_emulator/console/key", control.create_key),
    ("PUT", "/_emulator/console/behaviour", control.set_behaviour),
)
# For an administrator who is signed in; the last one is for every other page.
_PAGES: tuple[tuple[str, str, PageHandler], ...] = (
    ("GET", APPS, apps.list_apps),
    ("GET", "/admin/apps/add-app", apps.list_catalog),
    ("GET", DASHBOARD, tasks.dashboard),
    ("GET", TASKS, tasks.show),
    ("POST", TASKS, tasks.retry_selected),
    ("POST", "/admin/session/stay", entry.stay),
    ("POST", "/admin/session/end", entry.sign_out),
    ("GET", APP, apps.show_app),
    ("GET", f"{APP}/pane/import", imports.show),
    ("POST", f"{APP}/pane/import", imports.submit),
    ("GET", f"{APP}/pane/{{pane}}", tabs.show_tab),
    ("POST", f"{APP}/settings/general", wizard.save_general),
    ("GET", f"{APP}/settings/user-mgmt", provisioning.show),
    ("POST", f"{APP}/settings/user-mgmt", provisioning.save),
    ("POST", f"{APP}/settings/user-mgmt/verify", provisioning.verify),
    ("GET", f"{APP}/oauth/authenticate", consent.begin),
    ("GET", CONSENT_CALLBACK, consent.callback),
    ("GET", "/admin/{page:path}", entry.not_emulated),
)


def routes(site: ConsoleSite) -> list[BaseRoute]:
    """Every route of the console."""
    static = StaticFiles(packages=[("okta_emulator.admin_console", "static")])
    return [
        *(Route(path, partial(handler, site), methods=[method]) for method, path, handler in _OPEN),
        *(Route(path, partial(guarded, site, handler), methods=[method]) for method, path, handler in _PAGES),
        Mount("/_emulator/console/assets", static),
    ]
