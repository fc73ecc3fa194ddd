"""What the tabs of an app show beside Provisioning: what the org has, to be read and not to be changed here.

Our choice: all of their content. Of the real tabs only the names are known (OB-408), and that "Push
Groups" is a tab and a button (OB-416). What is changed there in Okta is changed by the API here, and the pages say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from okta_emulator.admin_console import wizard
from okta_emulator.admin_console.html import Html, answer, badge, fill, message, render, rows, table
from okta_emulator.admin_console.visit import Visit
from okta_emulator.core.store import Record
from okta_emulator.org.provisioning import features_of, speaks_scim

_SWA = "Secure Web Authentication"
_MODES = {"SAML_2_0": "SAML 2.0", "BOOKMARK": "Bookmark only"}
_SETTINGS = {
    "loginUrl": "Login page URL",
    "ssoAcsUrl": "Single sign-on URL",
    "ssoAcsUrlOverride": "Single sign-on URL",
    "audience": "Audience URI",
    "audienceOverride": "Audience URI",
}


async def pane(visit: Visit) -> Response:
    """GET of what a tab other than Provisioning shows."""
    shown = _PANES.get(visit.request.path_params["pane"])
    return answer(shown(visit)) if shown else message("Page Not Found", "There is no such tab.", 404)


def _general(visit: Visit) -> Html:
    if visit.app["wizard"]:
        return wizard.general(visit)
    app = visit.app
    hidden = app["visibility"]["hide"]
    shown = [
        ("Application label", app["label"]),
        ("Application visibility", "Hidden from users" if hidden["web"] else "Shown to users"),
        ("Application notes for admins", app["settings"]["notes"]["admin"] or "None"),
    ]
    return render("general", rows=rows(shown), absent=wizard.BY_API)


def _sign_on(visit: Visit) -> Html:
    app, origin = visit.app, visit.site.org_origin(visit.request)
    shown = [("Sign on method", _MODES.get(app["signOnMode"], _SWA))]
    if app["signOnMode"] == "SAML_2_0":
        shown += [
            ("Metadata URL (with the API token)", f"{origin}/api/v1/apps/{app['id']}/sso/saml/metadata"),
            ("Sign on URL", f"{origin}/app/{app['name']}/{app['external_key']}/sso/saml"),
            ("Issuer", f"http://www.okta.com/{app['external_key']}"),
        ]
    kept = app["settings"].get("signOn") or {}
    shown += [(name, kept[key]) for key, name in _SETTINGS.items() if kept.get(key)]
    return _section("Sign On", rows(shown))


def _imports(_visit: Visit) -> Html:
    return _section("Import", Html('<p class="nothing">Imports do not run in the emulator.</p>'))


def _assignments(visit: Visit) -> Html:
    people = table(
        ("Person", "User name in the app", "Type", "Status"),
        _people(visit),
        empty="Nobody is assigned. oktascim app assign gives the app to people and groups.",
    )
    groups = table(("Group", "Priority"), _groups(visit), empty="No group is assigned.")
    return render("assignments", people=people, groups=groups)


def _people(visit: Visit) -> Iterator[tuple[object, ...]]:
    store = visit.org.store
    for user_id, link in store.app_users.from_source(visit.app["id"]):
        profile = (store.users.get(user_id) or {"profile": {}})["profile"]
        name = f"{profile.get('firstName', '')} {profile.get('lastName', '')}".strip()
        kind = "Individual" if link["scope"] == "USER" else "Group"
        yield name, link["credentials"]["userName"], kind, badge(_state_of(link))


def _groups(visit: Visit) -> Iterator[tuple[object, ...]]:
    for group_id, link in visit.org.store.app_groups.from_source(visit.app["id"]):
        yield _group_name(visit, group_id), link["priority"]


def _push_groups(visit: Visit) -> Html:
    mappings = (
        (_group_name(visit, one["sourceGroupId"]), one["target_name"], _moment(one["lastPush"]), badge(one["status"]))
        for one in visit.org.store.push_mappings.named(visit.app["id"])
    )
    columns = ("Group in Okta", "Group in the app", "Last push", "Push status")
    pushes = "GROUP_PUSH" in features_of(visit.provisioning, scim=speaks_scim(visit.org, visit.app))
    note = "" if pushes else Html("<p>The app's provisioning does not push groups now: nothing is sent.</p>")
    return render("push_groups", note=note, groups=table(columns, mappings, empty="No group is pushed to this app."))


def _section(title: str, body: Html) -> Html:
    return fill("<h2>{{title}}</h2>{{body}}", title=title, body=body)


def _state_of(link: Record) -> str:
    return "ERROR" if link["syncState"] == "ERROR" else str(link["status"])


def _moment(time: str | None) -> str:
    return f"{time[:19].replace('T', ' ')} UTC" if time else "Never"


def _group_name(visit: Visit, group_id: str) -> str:
    group = visit.org.store.groups.get(group_id)
    return str(group["profile"]["name"]) if group else group_id


_PANES = {
    "general": _general,
    "signon": _sign_on,
    "import": _imports,
    "assignments": _assignments,
    "group-push": _push_groups,
}
