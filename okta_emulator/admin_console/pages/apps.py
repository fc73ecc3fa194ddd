"""The list of apps, the catalog, and the page of one app with its tabs (OB-407, OB-408).

Evidenced: the addresses, the links above the list (OB-427), its search, the tabs. Our choice: how the list looks, that
its search hides apps that don't match, and the texts about what the emulator doesn't have.
"""

from __future__ import annotations

from starlette.responses import Response

from okta_emulator.admin_console.visit import Visit
from okta_emulator.org.provisioning import speaks_scim

_TABS = (
    ("general", "General"),
    ("signon", "Sign On"),
    ("provisioning", "Provisioning"),
    ("import", "Import"),
    ("assignments", "Assignments"),
    ("group-push", "Push Groups"),
)


async def list_apps(visit: Visit) -> Response:
    """GET /admin/apps/active."""
    return visit.page("apps.html", "Applications", apps=[app for _, app in visit.org.store.apps.each()])


async def list_catalog(visit: Visit) -> Response:
    """GET /admin/apps/add-app: the catalog's apps; creating one is left to the API."""
    entries = sorted((entry.display_name, entry.key) for entry in visit.org.catalog.values() if entry.listed)
    return visit.page("catalog.html", "Browse App Integration Catalog", entries=entries)


async def show_app(visit: Visit) -> Response:
    """GET of the app's page; the fragment of its address is ignored, the General tab comes first (OB-408)."""
    tabs = [
        {"key": key, "name": name, "url": _url_of(visit, key)}
        for key, name in _TABS
        if key != "provisioning" or speaks_scim(visit.org, visit.app)
    ]
    delay = round(visit.site.behaviour.paint_seconds * 1000)
    return visit.page("app.html", visit.app["label"], app=visit.app, tabs=tabs, delay=delay)


def _url_of(visit: Visit, tab: str) -> str:
    return f"{visit.base}/settings/user-mgmt" if tab == "provisioning" else f"{visit.base}/pane/{tab}"
