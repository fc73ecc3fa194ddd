"""`/api/v1/apps`: apps, their list and their lifecycle (OB-005, OB-022, OB-032, OB-033)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.api.users import user_view
from okta_emulator.core.body import member
from okta_emulator.core.errors import ValidationFailed
from okta_emulator.core.records import App, Json
from okta_emulator.org import applications, oauth_clients
from okta_emulator.org.provisioning import features_of, provisioning_of, speaks_scim

_EXPAND = re.compile(r"user/(00u\w{17})")
_USER_FILTER = re.compile(r'user\.id\s+eq\s+"(\w+)"')


def create_app(call: Call) -> Answer:
    """POST: create an app; 200 as recorded."""
    app = applications.create(call.org, call.cause, call.body, activate=call.flag("activate", default=True))
    return Answer(_with_secret(call, app))


def get_app(call: Call) -> Answer:
    """GET one app."""
    return Answer(app_view(call, call.app()))


def replace_app(call: Call) -> Answer:
    """PUT: replace an app."""
    return Answer(_with_secret(call, applications.replace(call.org, call.cause, call.app(), call.body)))


def activate_app(call: Call) -> Answer:
    """POST lifecycle/activate."""
    applications.switch(call.org, call.cause, call.app(), active=True)
    return Answer({})


def deactivate_app(call: Call) -> Answer:
    """POST lifecycle/deactivate."""
    applications.switch(call.org, call.cause, call.app(), active=False)
    return Answer({})


def delete_app(call: Call) -> Answer:
    """DELETE an inactive app."""
    applications.delete(call.org, call.cause, call.app())
    return NO_CONTENT


def list_apps(call: Call) -> Answer:
    """GET the list: `q` matches the beginning of name or label, `filter` by field, `expand=user/{id}` embeds."""
    expand = call.asked("expand")
    embedded = _EXPAND.fullmatch(expand) if expand else None
    if expand and embedded is None:
        raise ValidationFailed("RequestParams", causes=("Expand query is malformed.",))
    user_id = embedded[1] if embedded else None

    def view(app: App) -> Json:
        return app_view(call, app) | (_embedded(call, app, user_id) if user_id else {})

    return call.listing(_matching(call), view, default=20, most=200)


def _matching(call: Call) -> Iterator[tuple[str, App]]:
    prefix = (call.asked("q") or "").casefold()
    assigned_to = _USER_FILTER.fullmatch((call.asked("filter") or "").strip())
    passes = call.passes() if assigned_to else call.passes("filter")
    for app_id, app in call.org.store.apps.each(call.after()):
        if prefix and not any(name.casefold().startswith(prefix) for name in (app["name"], app["label"])):
            continue
        if assigned_to and call.org.store.app_users.get(app_id, assigned_to[1]) is None:
            continue
        if passes(app):
            yield app_id, app


def _embedded(call: Call, app: App, user_id: str) -> Json:
    user = call.org.store.users.get(user_id)
    if user is None or call.org.store.app_users.get(app["id"], user_id) is None:
        return {}
    return {"_embedded": {"user": user_view(call, user)}}


def _with_secret(call: Call, app: App) -> Json:
    """An app in the answer to a POST or PUT, the only ones that show a client secret (OB-662)."""
    view = app_view(call, app)
    if app["signOnMode"] != oauth_clients.MODE:
        return view
    secret = oauth_clients.ensure_secret(call.org, app, member(call.body, "credentials"))
    shown = {"client_secret": secret} if secret else {}
    client = app["credentials"]["oauthClient"] | shown
    return view | {"credentials": app["credentials"] | {"oauthClient": client}}


def app_view(call: Call, app: App) -> Json:
    """An app as Okta shows it; the key order is the recorded one."""
    org = call.org
    provisioning = provisioning_of(org, app["id"])
    partition = f"orn:okta:idp:{org.identity['id']}:apps:{app['name']}:{app['id']}"
    return {
        "id": app["id"],
        "orn": partition,
        "name": app["name"],
        "label": app["label"],
        "status": app["status"],
        "lastUpdated": app["lastUpdated"],
        "created": app["created"],
        "accessibility": app["accessibility"],
        "visibility": app["visibility"],
        "features": features_of(provisioning, scim=speaks_scim(org, app)),
        "signOnMode": app["signOnMode"],
        "credentials": app["credentials"],
        "universalLogout": {"status": "UNSUPPORTED"},
        "settings": app["settings"],
        "_links": _links(call, app),
    }


def _links(call: Call, app: App) -> Json:
    own = call.url(f"/api/v1/apps/{app['id']}")
    saml = app["signOnMode"] == "SAML_2_0"
    idx = call.org.settings.pipeline == "idx"
    switch = "deactivate" if app["status"] == "ACTIVE" else "activate"
    help_page = f"/app/{app['name']}/{app['id']}/setup/help/SAML_2_0/external-doc"
    links: Json = {}
    if saml:
        links["help"] = {"href": call.url(help_page), "type": "text/html"}
        links["metadata"] = {"href": f"{own}/sso/saml/metadata", "type": "application/xml"}
    links["uploadLogo"] = {"href": f"{own}/logo", "hints": {"allow": ["POST"]}}
    links["appLinks"] = [
        {"name": name, "href": call.home(app), "type": "text/html"} for name in app["visibility"]["appLinks"]
    ]
    if idx:
        enrollment = call.org.identity.get("enrollment", call.org.identity["policy"])
        links["profileEnrollment"] = {"href": call.url(f"/api/v1/policies/{enrollment}")}
        links["policies"] = {"href": f"{own}/policies", "hints": {"allow": ["PUT"]}}
    links["groups"] = {"href": f"{own}/groups"}
    links["logo"] = [{"name": "medium", "href": call.url("/assets/logo.png"), "type": "image/png"}]
    if app["signOnMode"] == oauth_clients.MODE:
        links["clientCredentials"] = [{"name": "secrets", "href": f"{own}/credentials/secrets"}]
    if idx:
        access = app.get("access_policy") or call.org.identity["policy"]
        links["accessPolicy"] = {"href": call.url(f"/api/v1/policies/{access}")}
    links["users"] = {"href": f"{own}/users"}
    links[switch] = {"href": f"{own}/lifecycle/{switch}"}
    return links


ENDPOINTS = (
    Endpoint("GET", "/api/v1/apps", list_apps),
    Endpoint("POST", "/api/v1/apps", create_app),
    Endpoint("GET", "/api/v1/apps/{app_id}", get_app),
    Endpoint("PUT", "/api/v1/apps/{app_id}", replace_app),
    Endpoint("DELETE", "/api/v1/apps/{app_id}", delete_app),
    Endpoint("POST", "/api/v1/apps/{app_id}/lifecycle/activate", activate_app),
    Endpoint("POST", "/api/v1/apps/{app_id}/lifecycle/deactivate", deactivate_app),
)
