"""`/api/v1/apps/{id}/credentials/secrets`: the client secrets of an OpenID Connect app (OB-663)."""

from __future__ import annotations

from okta_emulator.api.call import NO_CONTENT, Answer, Call, Endpoint
from okta_emulator.core.records import App, ClientSecret, Json
from okta_emulator.org import oauth_clients

_PATH = "/api/v1/apps/{app_id}/credentials/secrets"
_SECRET = f"{_PATH}/{{secret_id}}"


def list_secrets(call: Call) -> Answer:
    """GET the secrets with their values, as recorded."""
    app = call.app()
    return Answer([_view(call, app, one) for _, one in call.org.store.client_secrets.from_source(app["id"])])


def add_secret(call: Call) -> Answer:
    """POST: add a secret; 201. The body is optional."""
    app = call.app()
    body = call.body if call.json is not None else {}
    return Answer(_view(call, app, oauth_clients.add_secret(call.org, app, body)), status=201)


def get_secret(call: Call) -> Answer:
    """GET one secret."""
    app = call.app()
    return Answer(_view(call, app, _secret(call, app)))


def switch_secret(call: Call) -> Answer:
    """POST lifecycle/activate or lifecycle/deactivate."""
    app = call.app()
    active = call.path.endswith("/activate")
    changed = oauth_clients.switch_secret(call.org, app, _secret(call, app), active=active)
    return Answer(_view(call, app, changed))


def delete_secret(call: Call) -> Answer:
    """DELETE an inactive secret."""
    app = call.app()
    oauth_clients.delete_secret(call.org, app, _secret(call, app))
    return NO_CONTENT


def _secret(call: Call, app: App) -> ClientSecret:
    return oauth_clients.secret_of(call.org, app, call.params["secret_id"])


def _view(call: Call, app: App, secret: ClientSecret) -> Json:
    own = call.url(f"/api/v1/apps/{app['id']}/credentials/secrets/{secret['id']}")
    links: Json = {"deactivate": {"href": f"{own}/lifecycle/deactivate", "hints": {"allow": ["POST"]}}}
    if secret["status"] == "INACTIVE":
        links = {
            "activate": {"href": f"{own}/lifecycle/activate", "hints": {"allow": ["POST"]}},
            "delete": {"href": own, "hints": {"allow": ["DELETE"]}},
        }
    return {**secret, "_links": links}


ENDPOINTS = (
    Endpoint("GET", _PATH, list_secrets),
    Endpoint("POST", _PATH, add_secret),
    Endpoint("GET", _SECRET, get_secret),
    Endpoint("DELETE", _SECRET, delete_secret),
    Endpoint("POST", f"{_SECRET}/lifecycle/activate", switch_secret),
    Endpoint("POST", f"{_SECRET}/lifecycle/deactivate", switch_secret),
)
