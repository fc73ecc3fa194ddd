"""`/oauth2/v1/clients`: the OAuth clients of OpenID Connect apps, read-only (OB-664)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from okta_emulator.api.call import Answer, Call, Endpoint
from okta_emulator.core.errors import NotFound
from okta_emulator.core.records import App, Json

PATH = "/oauth2/v1/clients"
_SHOWN = ("client_uri", "logo_uri", "redirect_uris", "response_types", "grant_types", "application_type")


def list_clients(call: Call) -> Answer:
    """GET the clients of the org's apps."""
    return call.listing(_clients(call), _view, default=20, most=200)


def get_client(call: Call) -> Answer:
    """GET one client by its client id."""
    wanted = call.params["client_id"]
    for _, app in _clients(call):
        if app["credentials"]["oauthClient"]["client_id"] == wanted:
            return Answer(_view(app))
    raise NotFound(wanted, "PublicClientApp")


def _clients(call: Call) -> Iterator[tuple[str, App]]:
    for app_id, app in call.org.store.apps.each(call.after()):
        if "oauthClient" in app["credentials"]:
            yield app_id, app


def _view(app: App) -> Json:
    client, settings = app["credentials"]["oauthClient"], app["settings"]["oauthClient"]
    return {
        "client_id": client["client_id"],
        "client_id_issued_at": int(datetime.fromisoformat(app["created"]).timestamp()),
        "client_name": app["label"],
        **{key: settings.get(key) for key in _SHOWN},
        "token_endpoint_auth_method": client["token_endpoint_auth_method"],
    }


ENDPOINTS = (
    Endpoint("GET", PATH, list_clients),
    Endpoint("GET", f"{PATH}/{{client_id}}", get_client),
)
