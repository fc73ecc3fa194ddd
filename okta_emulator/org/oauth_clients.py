"""The OAuth client and client secrets of an OpenID Connect app (OB-661 to OB-663).

These secrets get no tokens: the org's service apps are separate (`org/service_apps.py`), and there is no custom
authorization server.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from okta_emulator.core.body import member, text
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.records import App, AppStatus, ClientSecret, Json
from okta_emulator.org.state import Org

MODE = "OPENID_CONNECT"
_MOST_SECRETS = 2
_SECRET_BYTES = 48  # 64 characters, as recorded
_WITH_SECRET = ("client_secret_basic", "client_secret_post", "client_secret_jwt")
_CLIENT_DEFAULTS: dict[str, Any] = {
    "client_uri": None,
    "logo_uri": None,
    "redirect_uris": [],
    "response_types": ["code"],
    "grant_types": ["authorization_code"],
    "application_type": "web",
    "consent_method": "TRUSTED",
    "issuer_mode": "DYNAMIC",
    "idp_initiated_login": {"mode": "DISABLED", "default_scope": []},
    "wildcard_redirect": "DISABLED",
    "dpop_bound_access_tokens": False,
}


def client_settings(given: Json) -> Json:
    """settings.oauthClient: the settings in the body, merged into Okta's defaults."""
    return _CLIENT_DEFAULTS | {key: value for key, value in member(given, "oauthClient").items() if value is not None}


def client_credentials(app_id: str, given: Json) -> Json:
    """credentials.oauthClient without the secret: the client id is the app's unless the body has another one."""
    sent = member(given, "oauthClient")
    return {
        "autoKeyRotation": bool(sent.get("autoKeyRotation", True)),
        "client_id": text(sent, "client_id") or app_id,
        "token_endpoint_auth_method": text(sent, "token_endpoint_auth_method") or "client_secret_basic",
        "pkce_required": bool(sent.get("pkce_required", False)),
    }


def ensure_secret(org: Org, app: App, sent: Json) -> str | None:
    """The client's secret: the one that the body sets, the current one, or a new one; None for public clients."""
    if app["credentials"]["oauthClient"]["token_endpoint_auth_method"] not in _WITH_SECRET:
        return None
    asked = text(member(sent, "oauthClient"), "client_secret")
    present = [secret for _, secret in org.store.client_secrets.from_source(app["id"])]
    if present and asked in (None, present[0]["client_secret"]):
        return present[0]["client_secret"]
    return _add(org, app, asked)["client_secret"]


def add_secret(org: Org, app: App, body: Json) -> ClientSecret:
    """Add a secret: the one in the body or a random one; a client has at most two.

    Raises:
        ValidationFailed: it has two already; the text is our choice.
    """
    if len(list(org.store.client_secrets.from_source(app["id"]))) >= _MOST_SECRETS:
        raise ValidationFailed("client_secret", causes=("You've reached the maximum number of client secrets.",))
    return _add(org, app, text(body, "client_secret"))


def secret_of(org: Org, app: App, secret_id: str) -> ClientSecret:
    """One secret of a client.

    Raises:
        NotFound: the client doesn't have it.
    """
    secret = org.store.client_secrets.get(app["id"], secret_id)
    if secret is None:
        raise NotFound(secret_id, "ClientSecret")
    return secret


def switch_secret(org: Org, app: App, secret: ClientSecret, *, active: bool) -> ClientSecret:
    """Activate or deactivate a secret."""
    status: AppStatus = "ACTIVE" if active else "INACTIVE"
    changed: ClientSecret = {**secret, "status": status, "lastUpdated": org.now()}
    org.store.client_secrets.put(app["id"], secret["id"], changed)
    return changed


def delete_secret(org: Org, app: App, secret: ClientSecret) -> None:
    """Delete an inactive secret.

    Raises:
        ValidationFailed: it is active; the text is our choice.
    """
    if secret["status"] == "ACTIVE":
        raise ValidationFailed("client_secret", causes=("Only an inactive client secret can be deleted.",))
    org.store.client_secrets.delete(app["id"], secret["id"])


def _add(org: Org, app: App, value: str | None) -> ClientSecret:
    value = value or secrets.token_urlsafe(_SECRET_BYTES)
    now = org.now()
    digest = hashlib.md5(value.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    secret: ClientSecret = {
        "id": org.ids.new("ocs"),
        "created": now,
        "lastUpdated": now,
        "status": "ACTIVE",
        "client_secret": value,
        "secret_hash": digest[:22],
    }
    org.store.client_secrets.put(app["id"], secret["id"], secret)
    return secret
