"""Apps made by the App Integration Wizard: SCIM on the General tab, and the SCIM connection (OB-420, OB-421).

Evidenced: the steps, labels and texts. Our choice: every name and id, that the token's input has a placeholder and a
label, what of a saved connection is shown, and that an OAuth 2 connection is saved untested and is off until somebody
consents.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from okta_emulator.admin_console.connection_pages import banner
from okta_emulator.admin_console.forms import WIZARD_ACTIONS, WIZARD_FIELDS, WIZARD_MODES, Field, basic
from okta_emulator.admin_console.html import Html, answer, fill, joined, render, rows
from okta_emulator.admin_console.visit import Visit
from okta_emulator.org.provisioning import Provisioning, offers, save_provisioning, speaks_scim, supports
from okta_emulator.scim_client.model import Outcome

BY_API = "Change the app by the API, or with oktascim."
"""What is said where the real console has a form and this one has none."""


def general(visit: Visit, *, editing: bool | None = None) -> Html:
    """The General tab: App Settings with the choice of provisioning, and another pane that can be edited too."""
    if editing is None:
        editing = bool(visit.request.query_params.get("edit"))
    url = f"{visit.base}/pane/general"
    chosen = speaks_scim(visit.org, visit.app)
    if not editing:
        settings = render("wizard_settings", url=url, choice="SCIM" if chosen else "None", edit=visit.text("Edit"))
    else:
        choice = f"wizard_{visit.site.behaviour.wizard_choice}"
        marks = {"scim": Html("checked") if chosen else "", "none": "" if chosen else Html("checked")}
        settings = render(
            "wizard_settings_form",
            url=f"{visit.base}/settings/general",
            cancel=url,
            choice=render(choice, scim_label=visit.text("SCIM"), **marks),
            save=visit.text("Save"),
        )
    shown = rows([("Application label", visit.app["label"])])
    return render("wizard_general", rows=shown, settings=settings, absent=BY_API)


async def save_general(visit: Visit) -> Response:
    """POST .../settings/general: SCIM chosen or not; the tab appears when the page is opened again."""
    posted = await visit.posted()
    app_id, chosen = visit.app["id"], posted.get("provisioningType") == "SCIM" or posted.get("scimEnabled") == "true"
    with visit.org.store.transaction():
        if chosen and not speaks_scim(visit.org, visit.app):
            save_provisioning(visit.org, app_id, Provisioning(actions=()))
        elif not chosen:
            visit.org.store.provisioning.delete(app_id)
    return answer(general(visit, editing=False))


def connector(visit: Visit, *, editing: bool) -> Html:
    """The pane "SCIM Connection"."""
    mode = visit.provisioning.mode
    url = f"{visit.base}/settings/user-mgmt?section=integration"
    if not editing:
        consent = Html("")
        if mode == "oauth2":
            consent = render("wizard_consent", url=f"{visit.base}/oauth/authenticate", label=visit.app["label"])
        return render(
            "wizard_connection",
            url=url,
            edit=visit.text("Edit"),
            rows=rows(_shown(visit, mode)),
            consent=consent,
        )
    actions = (
        fill(
            '<label class="option"><input type="checkbox" name="action_{{key}}" {{checked}}> {{label}}</label>',
            key=key,
            checked=Html("checked") if supports(visit.provisioning, key) else "",
            label=visit.text(label),
        )
        for key, label, _ in WIZARD_ACTIONS
    )
    return render(
        "wizard_connection_form",
        url=f"{visit.base}/settings/user-mgmt",
        cancel=url,
        base_url=visit.provisioning.base_url or "",
        identifier=visit.provisioning.unique_identifier,
        actions=joined(actions),
        modes=joined(_option(key, name, mode) for key, name in WIZARD_MODES),
        fields=joined(_mode_fields(visit, key, mode) for key, _ in WIZARD_MODES),
        test=visit.text("Test Connector Configuration"),
        save=visit.text("Save"),
    )


def _shown(visit: Visit, mode: str) -> list[tuple[str, str]]:
    """The connection as saved."""
    able = [visit.text(label) for key, label, _ in WIZARD_ACTIONS if supports(visit.provisioning, key)]
    return [
        ("SCIM version", "SCIM 2.0"),
        ("SCIM connector base URL", visit.provisioning.base_url or ""),
        ("Unique identifier field for users", visit.provisioning.unique_identifier),
        ("Supported provisioning actions", ", ".join(able) or "None"),
        ("Authentication Mode", dict(WIZARD_MODES)[mode]),
    ]


def result(posted: dict[str, str], outcome: Outcome) -> Html:
    """The dialog after the test: crosses at what was not chosen are normal (OB-424)."""
    if not outcome.ok:
        refused = banner(str(outcome.error), good=False)
        return render("wizard_result", result=refused, lines=Html(""))
    lines = (
        fill("<li>{{mark}} {{line}}</li>", mark="✓" if posted.get(f"action_{key}") == "true" else "✗", line=line)
        for key, _, own in WIZARD_ACTIONS
        for line in own
    )
    return render("wizard_result", result=Html("<h2>Connector configured successfully</h2>"), lines=joined(lines))


def typed_connection(visit: Visit, posted: dict[str, str]) -> Provisioning | str:
    """The connection as typed into the form, or the text of what is wrong with it."""
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


def _option(mode: str, name: str, chosen: str) -> Html:
    selected = Html("selected") if mode == chosen else ""
    return fill('<option value="{{mode}}" {{selected}}>{{name}}</option>', mode=mode, name=name, selected=selected)


def _mode_fields(visit: Visit, mode: str, chosen: str) -> Html:
    rows = joined(_input(visit, mode, field) for field in WIZARD_FIELDS[mode])
    hidden = "" if mode == chosen else Html("hidden")
    return fill('<div data-mode="{{mode}}" {{hidden}}>{{rows}}</div>', mode=mode, hidden=hidden, rows=rows)


def _input(visit: Visit, mode: str, field: Field) -> Html:
    return render(
        "wizard_bearer" if mode == "header" else "field",
        label=visit.text(field.label),
        name=field.name,
        kind="password" if field.secret else "text",
        value="",
        placeholder="",
        write_only=Html("data-write-only") if field.secret else "",
    )
