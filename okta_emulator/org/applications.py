"""Apps: create, replace, activate, deactivate and delete them (OB-005 to OB-016, OB-025 to OB-034).

Error texts that no recording shows are our choice and marked (OB-009); so is a PUT from SAML to SWA (OB-031).
"""

from __future__ import annotations

import re

from okta_emulator.core.body import member, text
from okta_emulator.core.errors import AccessDenied, DeleteForbidden, MetadataNotSupported, ValidationFailed
from okta_emulator.core.ids import key_id
from okta_emulator.core.records import App, AppChanges, AppStatus, Json
from okta_emulator.org import mappings, oauth_clients, watch_notes
from okta_emulator.org.builtin import shared_kid
from okta_emulator.org.catalog import OIDC_CLIENT, CatalogEntry
from okta_emulator.org.events import Cause, NewEvent, app_entity, changed_app_entity
from okta_emulator.org.settings_echo import app_settings, credentials_of, sign_on_settings, visibility_of
from okta_emulator.org.state import Org

LONGEST_LABEL = 100
_WIZARD_MODES = ("SAML_2_0", "AUTO_LOGIN")
_NOTIFICATIONS: Json = {"vpn": {"network": {"connection": "DISABLED"}, "message": None, "helpUrl": None}}


def create(org: Org, cause: Cause, body: Json, *, activate: bool) -> App:
    """Create an app from the catalog, or a custom one if the body has no name."""
    entry = _entry(org, _catalog_name(body))
    now = org.now()
    label = _label(body)
    app_id = org.ids.new("0oa")
    name = entry.key if entry else _wizard_name(org, label)
    app: App = {
        **_replaceable(org, name, app_id, None, entry, body, now),
        "keys": [],
        "id": app_id,
        "name": name,
        "status": "ACTIVE" if activate else "INACTIVE",
        "created": now,
        "wizard": entry is None,
        "system": False,
        "access_policy": org.identity["policy"],
        "external_key": org.ids.new("exk"),
        "link_id": org.ids.new("aln"),
    }
    org.save_app(app)
    mappings.create_for(org, app)
    org.events.write(cause, NewEvent("application.lifecycle.create", "Create application", [app_entity(app)]))
    if activate:
        org.events.write(cause, NewEvent("application.lifecycle.activate", "Activate application", [app_entity(app)]))
    return app


def replace(org: Org, cause: Cause, app: App, body: Json) -> App:
    """Replace everything that can be changed; what the body omits is reset to its default.

    A wizard-made app with SCIM loses its provisioning (OB-029).
    """
    _require_own(app)
    if app["wizard"] and app["status"] != "ACTIVE":
        raise MetadataNotSupported(
            causes=("This operation on app metadata is not yet supported: No active instances.",)
        )
    entry = org.entry_of(app)
    changed: App = {**app, **_replaceable(org, app["name"], app["id"], _kid_of(app), entry, body, org.now())}
    org.save_app(changed)
    if app["wizard"]:
        org.store.provisioning.delete(app["id"])
    target = changed_app_entity(app, changed)
    org.events.write(cause, NewEvent("application.lifecycle.update", "Update application", [target]))
    return changed


def switch(org: Org, cause: Cause, app: App, *, active: bool) -> App:
    """Activate or deactivate an app; has no effect if it already has that status (our choice)."""
    _require_own(app)
    status: AppStatus = "ACTIVE" if active else "INACTIVE"
    verb = "Activate" if active else "Deactivate"
    if app["status"] == status:
        return app
    changed: App = {**app, "status": status, "lastUpdated": org.now()}
    org.save_app(changed)
    event_type = f"application.lifecycle.{verb.lower()}"
    org.events.write(cause, NewEvent(event_type, f"{verb} application", [app_entity(changed)]))
    return changed


def delete(org: Org, cause: Cause, app: App) -> None:
    """Delete an inactive app with everything that belongs to it."""
    _require_own(app)
    if app["status"] == "ACTIVE":
        raise DeleteForbidden(causes=("The application must be deactivated before deletion.",))
    store, app_id = org.store, app["id"]
    for user_id, _ in list(store.app_users.from_source(app_id)):
        store.app_users.delete(app_id, user_id)
    for group_id, _ in list(store.app_groups.from_source(app_id)):
        store.app_groups.delete(app_id, group_id)
    for mapping in store.push_mappings.named(app_id):
        store.push_mappings.delete(mapping["id"])
    for task in store.tasks.named(app_id):
        store.tasks.delete(task["id"])
    for candidate in store.import_candidates.named(app_id):
        store.import_candidates.delete(f"{app_id}.{candidate['external_id']}")
    for links in (store.csrs, store.grants, store.client_secrets, store.ended):
        links.delete_source(app_id)
    watch_notes.forget(org, app_id)
    mappings.delete_for(org, app_id)
    store.provisioning.delete(app_id)
    store.schemas.delete(app_id)
    store.apps.delete(app_id)
    org.events.write(cause, NewEvent("application.lifecycle.delete", "Delete application", [app_entity(app)]))


def _require_own(app: App) -> None:
    """Reject a change to one of Okta's own apps (OB-644)."""
    if app.get("system"):
        raise AccessDenied


def _catalog_name(body: Json) -> str | None:
    """The catalog key of a new app: an OpenID Connect app has Okta's own key for such apps (OB-661)."""
    return text(body, "name") or (OIDC_CLIENT if body.get("signOnMode") == oauth_clients.MODE else None)


def _entry(org: Org, name: str | None) -> CatalogEntry | None:
    if name is None:
        return None
    entry = org.catalog.get(name)
    if entry is None:
        made_here = any(app["name"] == name for _, app in org.store.apps.each())
        cause = "Cannot create an existing App Wizard App" if made_here else f"name: '{name}' is not in the catalog"
        raise ValidationFailed("name", causes=(cause,))  # the texts are our choice
    return entry


def _label(body: Json) -> str:
    """The label; its limit is known, the texts are our choice (OB-007, OB-009)."""
    label = text(body, "label")
    if label is None or not label.strip():
        raise ValidationFailed("label", causes=("label: The field cannot be left blank",))
    if len(label) > LONGEST_LABEL:
        raise ValidationFailed("label", causes=(f"label: The field cannot exceed {LONGEST_LABEL} characters",))
    return label


def _wizard_name(org: Org, label: str) -> str:
    """`{subdomain}_{label}_{n}`, as Okta names custom apps (OB-012)."""
    taken = {app["name"] for _, app in org.store.apps.each() if app["wizard"]}
    stem = f"{org.settings.subdomain}_{re.sub('[^a-z0-9]', '', label.lower())}"
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


def _replaceable(
    org: Org, name: str, app_id: str, present_kid: str | None, entry: CatalogEntry | None, body: Json, now: str
) -> AppChanges:
    """What a POST sets and a PUT replaces, as Okta keeps it; `features` and everything else is ignored."""
    mode = _mode(entry, text(body, "signOnMode"))
    settings = member(body, "settings")
    notes = member(settings, "notes")
    kept: Json = {
        "app": app_settings(entry, member(settings, "app")),
        "notifications": _NOTIFICATIONS,
        "manualProvisioning": False,
        "implicitAssignment": False,
        "emOptInStatus": "NONE",
        "notes": {"admin": text(notes, "admin"), "enduser": text(notes, "enduser")},
    }
    if mode == oauth_clients.MODE:
        kept["oauthClient"] = oauth_clients.client_settings(settings)
    sign_on = sign_on_settings(mode, wizard=entry is None, given=member(settings, "signOn"))
    accessibility = member(body, "accessibility")
    return {
        "label": _label(body),
        "lastUpdated": now,
        "accessibility": {
            "selfService": bool(accessibility.get("selfService")),
            "errorRedirectUrl": text(accessibility, "errorRedirectUrl"),
            "loginRedirectUrl": text(accessibility, "loginRedirectUrl"),
        },
        "visibility": visibility_of(
            entry.link_key if entry else f"{name}_link",
            member(body, "visibility"),
            hidden=mode == oauth_clients.MODE,
        ),
        "signOnMode": mode,
        "credentials": _credentials(org, mode, entry, app_id, present_kid, body),
        "settings": kept | ({"signOn": sign_on} if sign_on is not None else {}),
    }


def _mode(entry: CatalogEntry | None, sent: str | None) -> str | None:
    """The mode as Okta keeps it: a catalog app turns AUTO_LOGIN into another mode (OB-010)."""
    if entry is None:
        if sent not in _WIZARD_MODES:
            raise ValidationFailed("signOnMode", causes=(f"signOnMode: '{sent}' cannot be used for a custom app",))
        return sent
    if sent is None:
        sent = entry.modes[0]
    if sent == "BROWSER_PLUGIN" and "AUTO_LOGIN" in entry.modes:
        sent = "AUTO_LOGIN"
    if sent not in entry.modes:
        raise ValidationFailed("signOnMode", causes=(f"signOnMode: '{sent}' is not supported by {entry.key}",))
    return entry.swa_echo if sent == "AUTO_LOGIN" else sent


def _credentials(
    org: Org, mode: str | None, entry: CatalogEntry | None, app_id: str, present_kid: str | None, body: Json
) -> Json:
    given = member(body, "credentials")
    if mode == oauth_clients.MODE:
        client = {"oauthClient": oauth_clients.client_credentials(app_id, given)}
        return credentials_of(mode, given, entry, shared_kid(org.identity)) | client
    return credentials_of(mode, given, entry, _signing_key(present_kid, body, mode))


def _signing_key(present_kid: str | None, body: Json, mode: str | None) -> str | None:
    """The key id of a SAML app: the requested one, else the current one, else a new one."""
    if mode != "SAML_2_0":
        return None
    asked = text(member(member(body, "credentials"), "signing"), "kid")
    return asked or present_kid or key_id()


def _kid_of(app: App) -> str | None:
    kid: str | None = app["credentials"]["signing"].get("kid")
    return kid
