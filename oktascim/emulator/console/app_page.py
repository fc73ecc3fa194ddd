"""The list of apps, and the page of one app with its tabs (facts/admin-console.md 2 and 3a)."""

from __future__ import annotations

from starlette.responses import Response

from oktascim.emulator.console import wizard
from oktascim.emulator.console.html import Html, answer, fill, joined, render
from oktascim.emulator.console.visit import Visit
from oktascim.emulator.org.provisioning import speaks_scim

_TABS = (
    ("general", "General"),
    ("signon", "Sign On"),
    ("provisioning", "Provisioning"),
    ("import", "Import"),
    ("assignments", "Assignments"),
    ("group-push", "Push Groups"),
)


async def apps(visit: Visit) -> Response:
    """GET /admin/apps/active."""
    rows = (
        fill(
            '<li><a href="/admin/app/{{name}}/instance/{{id}}/">{{label}}</a> <span class="status">{{status}}</span>'
            "</li>",
            **{key: app[key] for key in ("name", "id", "label", "status")},
        )
        for _, app in visit.org.store.apps.each()
    )
    body = render("apps", rows=joined(rows))
    return _frame(visit, "Applications", body)


async def app(visit: Visit) -> Response:
    """GET of the app's page; the fragment of its address is ignored, the General tab comes first (7.2)."""
    tabs = (
        fill(
            '<li class="ui-state-default"><a href="#tab-{{tab}}" data-load="{{url}}">{{name}}</a></li>',
            tab=tab,
            url=_url_of(visit, tab),
            name=visit.text(name),
        )
        for tab, name in _TABS
        if tab != "provisioning" or speaks_scim(visit.org, visit.app)
    )
    body = render(
        "app",
        label=visit.app["label"],
        status=visit.app["status"].capitalize(),
        tabs=joined(tabs),
        first=_url_of(visit, "general"),
        delay=round(visit.site.behaviour.paint_seconds * 1000),
    )
    return _frame(visit, visit.app["label"], body)


async def stay(_visit: Visit) -> Response:
    """POST /admin/session/stay: the page was used; that it was asked for has kept the session."""
    return Response(status_code=204)


async def pane(visit: Visit) -> Response:
    """GET of what a tab other than Provisioning shows."""
    name = visit.request.path_params["pane"]
    if name == "general":
        return answer(wizard.general(visit) if visit.app["wizard"] else render("general", label=visit.app["label"]))
    if name == "assignments":
        users = (
            fill(
                "<tr><td>{{name}}</td><td>{{status}}</td></tr>",
                name=link["credentials"]["userName"],
                status=link["status"],
            )
            for _, link in visit.org.store.app_users.from_source(visit.app["id"])
        )
        return answer(render("assignments", rows=joined(users)))
    if name == "group-push":
        return answer(Html('<h2>Push Groups</h2><button class="button">Push Groups</button>'))
    return answer(fill("<h2>{{name}}</h2>", name=dict(_TABS).get(name, "")))


def _url_of(visit: Visit, tab: str) -> str:
    return f"{visit.base}/settings/user-mgmt" if tab == "provisioning" else f"{visit.base}/pane/{tab}"


def _frame(visit: Visit, title: str, body: Html) -> Response:
    behaviour = visit.site.behaviour
    return answer(
        render(
            "frame",
            title=title,
            org=visit.org.settings.subdomain,
            login=visit.site.administrator.login,
            xsrf=visit.session.xsrf,
            idle=round(behaviour.idle_seconds * 1000),
            warning=round(behaviour.warning_seconds * 1000),
            body=body,
        )
    )
