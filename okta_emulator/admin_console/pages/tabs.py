"""The app's tabs other than Provisioning and Import: read-only views of the org.

Our choice: all of their content. Only the names of the real tabs are known (OB-408), and that "Push Groups" is a tab
and a button (OB-416). Settings that an administrator can change there in Okta are changed through the API here, as
the pages state.
"""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from okta_emulator.admin_console.html import message_page
from okta_emulator.admin_console.pages import wizard
from okta_emulator.admin_console.visit import Visit
from okta_emulator.core.records import AppUser
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


async def show_tab(visit: Visit) -> Response:
    """GET of a tab other than Provisioning and Import."""
    show = _TABS.get(visit.request.path_params["pane"])
    return show(visit) if show else message_page("Page Not Found", "There is no such tab.", 404)


def _general(visit: Visit) -> Response:
    if visit.app["wizard"]:
        return wizard.general(visit, editing=bool(visit.request.query_params.get("edit")))
    app = visit.app
    settings = [
        ("Application label", app["label"]),
        ("Application visibility", "Hidden from users" if app["visibility"]["hide"]["web"] else "Shown to users"),
        ("Application notes for admins", app["settings"]["notes"]["admin"] or "None"),
    ]
    return visit.fragment("tabs/general.html", settings=settings, by_api=wizard.BY_API)


def _sign_on(visit: Visit) -> Response:
    app, origin = visit.app, visit.site.org_origin(visit.request)
    settings = [("Sign on method", _MODES.get(app["signOnMode"] or "", _SWA))]
    if app["signOnMode"] == "SAML_2_0":
        settings += [
            ("Metadata URL (requires the API token)", f"{origin}/api/v1/apps/{app['id']}/sso/saml/metadata"),
            ("Sign on URL", f"{origin}/app/{app['name']}/{app['external_key']}/sso/saml"),
            ("Issuer", f"http://www.okta.com/{app['external_key']}"),
        ]
    kept = app["settings"].get("signOn") or {}
    settings += [(name, kept[key]) for key, name in _SETTINGS.items() if kept.get(key)]
    return visit.fragment("tabs/settings.html", title="Sign On", settings=settings)


def _assignments(visit: Visit) -> Response:
    return visit.fragment("tabs/assignments.html", people=list(_people(visit)), groups=list(_groups(visit)))


def _people(visit: Visit) -> Iterator[tuple[str, str, str, str]]:
    """Name, user name in the app, where the assignment comes from, and its status."""
    store = visit.org.store
    for user_id, assignment in store.app_users.from_source(visit.app["id"]):
        user = store.users.get(user_id)
        profile = user["profile"] if user else {}
        name = f"{profile.get('firstName', '')} {profile.get('lastName', '')}".strip()
        scope = "Individual" if assignment["scope"] == "USER" else "Group"
        yield name, assignment["credentials"]["userName"], scope, _status_of(assignment)


def _groups(visit: Visit) -> Iterator[tuple[str, int]]:
    for group_id, assignment in visit.org.store.app_groups.from_source(visit.app["id"]):
        yield _group_name(visit, group_id), assignment["priority"]


def _push_groups(visit: Visit) -> Response:
    mappings = [
        (
            _group_name(visit, mapping["sourceGroupId"]),
            mapping["target_name"],
            _shown_time(mapping["lastPush"]),
            mapping["status"],
        )
        for mapping in visit.org.store.push_mappings.named(visit.app["id"])
    ]
    pushes = "GROUP_PUSH" in features_of(visit.provisioning, scim=speaks_scim(visit.org, visit.app))
    return visit.fragment("tabs/push_groups.html", mappings=mappings, pushes=pushes)


def _status_of(assignment: AppUser) -> str:
    return "ERROR" if assignment["syncState"] == "ERROR" else assignment["status"]


def _shown_time(time: str | None) -> str:
    return f"{time[:19].replace('T', ' ')} UTC" if time else "Never"


def _group_name(visit: Visit, group_id: str) -> str:
    group = visit.org.store.groups.get(group_id)
    return str(group["profile"]["name"]) if group else group_id


_TABS = {
    "general": _general,
    "signon": _sign_on,
    "assignments": _assignments,
    "group-push": _push_groups,
}
