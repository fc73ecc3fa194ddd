"""The list of apps, the catalogue, the page of one app with its tabs, and the way out (OB-407, OB-408).

Evidenced: the addresses, the links above the list (OB-427), its search, the tabs. Our choice: how the list looks, that
its search hides what does not fit, and what pages say that the emulator does not have.
"""

from __future__ import annotations

from starlette.responses import Response

from okta_emulator.admin_console import sign_in
from okta_emulator.admin_console.html import Html, answer, badge, document, fill, joined, message, render, table
from okta_emulator.admin_console.visit import Visit
from okta_emulator.org.provisioning import speaks_scim

TABS = (
    ("general", "General"),
    ("signon", "Sign On"),
    ("provisioning", "Provisioning"),
    ("import", "Import"),
    ("assignments", "Assignments"),
    ("group-push", "Push Groups"),
)
_NO_APP = "There is no app yet. oktascim apply, or oktascim create, makes one."


async def apps(visit: Visit) -> Response:
    """GET /admin/apps/active."""
    found = [
        render("app_row", status=badge(app["status"]), **{key: app[key] for key in ("name", "id", "label")})
        for _, app in visit.org.store.apps.each()
    ]
    return _frame(visit, "Applications", render("apps", rows=joined(found), none="" if found else _NO_APP))


async def catalog(visit: Visit) -> Response:
    """GET /admin/apps/add-app: what there is; adding it is left to the API."""
    entries = [(entry.display_name, entry.key) for entry in visit.org.catalog.values() if entry.listed]
    shown = table(("Integration", "Name in the API"), sorted(entries), empty="The catalogue is empty.")
    return _frame(visit, "Browse App Integration Catalog", render("catalog", entries=shown))


async def app(visit: Visit) -> Response:
    """GET of the app's page; the fragment of its address is ignored, the General tab comes first (OB-408)."""
    tabs = (
        fill(
            '<li class="ui-state-default"><a href="#tab-{{tab}}" data-load="{{url}}" {{mark}}>{{name}}</a></li>',
            tab=tab,
            url=_url_of(visit, tab),
            mark=Html('aria-current="true"') if tab == "general" else "",
            name=visit.text(name),
        )
        for tab, name in TABS
        if tab != "provisioning" or speaks_scim(visit.org, visit.app)
    )
    body = render(
        "app",
        label=visit.app["label"],
        status=badge(visit.app["status"]),
        tabs=joined(tabs),
        first=_url_of(visit, "general"),
        delay=round(visit.site.behaviour.paint_seconds * 1000),
    )
    return _frame(visit, visit.app["label"], body)


async def stay(_visit: Visit) -> Response:
    """POST /admin/session/stay: the page was used; that it was asked for has kept the session."""
    return Response(status_code=204)


async def leave(visit: Visit) -> Response:
    """POST /admin/session/end: sign out, of the org as well (our choice: the address, and that it is a button)."""
    visit.site.sessions.end(visit.request.cookies[sign_in.COOKIE], org_too=True)
    return Response(status_code=204)


async def elsewhere(_visit: Visit) -> Response:
    """GET of any other page of the admin host."""
    return message("Page Not Found", "This page of the Admin Console is not part of the emulator.", 404)


def _url_of(visit: Visit, tab: str) -> str:
    return f"{visit.base}/settings/user-mgmt" if tab == "provisioning" else f"{visit.base}/pane/{tab}"


def _frame(visit: Visit, title: str, body: Html) -> Response:
    behaviour, org = visit.site.behaviour, visit.org.settings.subdomain
    framed = render("frame", org=org, login=visit.site.administrator.login, xsrf=visit.session.xsrf, body=body)
    times = fill(
        'data-idle="{{idle}}" data-warning="{{warning}}"',
        idle=round(behaviour.idle_seconds * 1000),
        warning=round(behaviour.warning_seconds * 1000),
    )
    return answer(document(f"{org} - {title}", framed, attributes=times, scripts=["console", "idle"]))
