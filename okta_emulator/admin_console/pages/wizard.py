"""Apps made by the App Integration Wizard: SCIM on the General tab, and the SCIM connection (OB-420, OB-421).

Evidenced: the steps, labels and texts. Our choice: every name and id, that the token's input has a placeholder and a
label, which values of a saved connection are shown, and that an OAuth 2 connection is saved untested and stays off
until an administrator authorizes it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from okta_emulator.admin_console.forms import WIZARD_ACTIONS, WIZARD_FIELDS, WIZARD_MODES, basic
from okta_emulator.admin_console.visit import Visit
from okta_emulator.org.provisioning import Provisioning, offers, save_provisioning, speaks_scim, supports
from okta_emulator.scim_client.outcome import Outcome

BY_API = "Use the API or oktascim to change the app."
"""Shown where the real console has a form and this one has none."""


def general(visit: Visit, *, editing: bool) -> Response:
    """The General tab: App Settings with the choice of provisioning, and a second pane that has an Edit too."""
    return visit.fragment(
        "wizard/general.html",
        editing=editing,
        choice=visit.site.behaviour.wizard_choice,
        scim=speaks_scim(visit.org, visit.app),
        label=visit.app["label"],
        by_api=BY_API,
    )


async def save_general(visit: Visit) -> Response:
    """POST .../settings/general: SCIM chosen or not; the tab appears when the page is opened again."""
    posted = await visit.posted()
    app_id, chosen = visit.app["id"], posted.get("provisioningType") == "SCIM" or posted.get("scimEnabled") == "true"
    with visit.org.store.transaction():
        if chosen and not speaks_scim(visit.org, visit.app):
            save_provisioning(visit.org, app_id, Provisioning(actions=()))
        elif not chosen:
            visit.org.store.provisioning.delete(app_id)
    return general(visit, editing=False)


def connection(visit: Visit, *, set_up: bool, editing: bool) -> Response:
    """The pane "SCIM Connection", or its form."""
    mode = visit.provisioning.mode
    shared: dict[str, Any] = {"set_up": set_up, "current": "integration"}
    if not editing:
        settings, label = _saved_settings(visit, mode), visit.app["label"]
        consent = mode == "oauth2"
        return visit.fragment("wizard/connection.html", settings=settings, needs_consent=consent, label=label, **shared)
    return visit.fragment(
        "wizard/connection_form.html",
        base_url=visit.provisioning.base_url or "",
        unique_identifier=visit.provisioning.unique_identifier,
        actions=[
            {"key": key, "label": label, "on": supports(visit.provisioning, key)} for key, label, _ in WIZARD_ACTIONS
        ],
        modes=[{"key": key, "name": name, "fields": WIZARD_FIELDS[key]} for key, name in WIZARD_MODES],
        chosen=mode,
        **shared,
    )


def _saved_settings(visit: Visit, mode: str) -> list[tuple[str, str]]:
    supported = [visit.text(label) for key, label, _ in WIZARD_ACTIONS if supports(visit.provisioning, key)]
    return [
        ("SCIM version", "SCIM 2.0"),
        ("SCIM connector base URL", visit.provisioning.base_url or ""),
        ("Unique identifier field for users", visit.provisioning.unique_identifier),
        ("Supported provisioning actions", ", ".join(supported) or "None"),
        ("Authentication Mode", dict(WIZARD_MODES)[mode]),
    ]


def test_result(visit: Visit, posted: dict[str, str], outcome: Outcome) -> Response:
    """The dialog after the test: crosses next to actions that weren't chosen are normal (OB-424)."""
    lines = [
        {"name": line, "supported": posted.get(f"action_{key}") == "true"}
        for key, _, own in WIZARD_ACTIONS
        for line in own
    ]
    error = None if outcome.ok else str(outcome.error)
    return visit.fragment("wizard/test_result.html", slot="dialog", error=error, lines=lines)


def typed_connection(visit: Visit, posted: dict[str, str]) -> Provisioning | str:
    """The connection as typed into the form, or the error text for it."""
    base_url, mode = posted.get("scimBaseUrl", ""), posted.get("authMode", "")
    if not base_url.startswith(("http://", "https://")):
        return "Invalid Base URL for the SCIM Connector"  # OB-239
    if mode not in WIZARD_FIELDS:
        return "Authentication Mode: The field cannot be left blank"
    values = {field.key: posted.get(field.name, "") for field in WIZARD_FIELDS[mode]}
    authorization = ""
    if mode == "basic":
        authorization = basic(values["username"], values["password"])
    elif mode == "header":
        authorization = f"Bearer {values['token']}"
    actions = tuple(key for key, _, _ in WIZARD_ACTIONS if posted.get(f"action_{key}") == "true")
    able = replace(visit.provisioning, actions=actions)
    return replace(
        able,
        status="DISABLED" if mode == "oauth2" else "ENABLED",
        auth_scheme="OAUTH2" if mode == "oauth2" else "TOKEN",
        base_url=base_url,
        authorization=authorization,
        import_groups="import_groups" in actions,
        to_app=tuple(option for option in able.to_app if offers(able, option)),
        unique_identifier=posted.get("uniqueIdentifier") or "userName",
        mode=mode,
        oauth=values if mode == "oauth2" else {},
    )
