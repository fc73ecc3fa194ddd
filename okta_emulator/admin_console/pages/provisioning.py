"""The Provisioning tab: its list of settings, the connection of a template app, its test, Save, and To App.

Evidenced (OB-246, OB-409 to OB-419): the texts, the ids, the order, that Save is rejected after a failed or stale test
and then looks quiet, and that Save with Import Groups on reads the groups. Our choice: the markup of a failure
(OB-425), which values of a saved connection are shown, that Save without any test is refused too, where the script
sends the test, and that an app with no To App option keeps the entry in the list of settings, and its form.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from okta_emulator.admin_console.forms import FORMS, TO_APP, ConnectionForm, Field
from okta_emulator.admin_console.pages import wizard
from okta_emulator.admin_console.visit import Visit
from okta_emulator.core.errors import ConnectorTestFailed
from okta_emulator.org.deliveries import check_at_save, check_credentials
from okta_emulator.org.provisioning import Provisioning, offers, supports
from okta_emulator.org.provisioning_changes import change_provisioning, save_connection

_DOTS = "••••••••••"


async def show(visit: Visit) -> Response:
    """GET .../settings/user-mgmt: one section of the tab, or its form."""
    query = visit.request.query_params
    set_up, editing = _is_set_up(visit), bool(query.get("edit"))
    section = query.get("section") or ("to-app" if set_up else "integration")
    if section == "to-app" and set_up:
        return _to_app(visit, editing=editing)
    if section == "to-okta" and set_up:
        imports = supports(visit.provisioning, "import")
        return visit.fragment("provisioning/to_okta.html", set_up=True, current="to-okta", imports=imports)
    if visit.app["wizard"]:
        return wizard.connection(visit, set_up=set_up, editing=editing)
    return _integration(visit, set_up=set_up, editing=editing)


async def verify(visit: Visit) -> Response:
    """POST .../verify: "Test API Credentials" or "Test Connector Configuration"."""
    posted = await visit.posted()
    typed = _typed_connection(visit, posted)
    visit.session.tested.pop(visit.app["id"], None)
    if isinstance(typed, str):
        return _banner(visit, typed, good=False)
    outcome = await check_credentials(visit.org, visit.cause, visit.app, typed)
    if outcome.ok:
        visit.session.tested[visit.app["id"]] = _fingerprint(posted)
    if visit.app["wizard"]:
        return wizard.test_result(visit, posted, outcome)
    words = f"{visit.template_name} was verified successfully!" if outcome.ok else str(outcome.error)
    return _banner(visit, words, good=outcome.ok)


async def save(visit: Visit) -> Response:
    """POST .../settings/user-mgmt: Save of the connection, or of To App.

    A Save without a fresh test is refused: the tab quietly shows what it showed before (OB-414).
    """
    posted = await visit.posted()
    if posted.get("section") == "to-app":
        return await _save_to_app(visit, posted)
    typed = _typed_connection(visit, posted)
    if isinstance(typed, str):
        return _banner(visit, typed, good=False)
    needs_test = typed.auth_scheme != "OAUTH2"
    if needs_test and visit.session.tested.pop(visit.app["id"], None) != _fingerprint(posted):
        return await show(visit)
    checks = (check_at_save,) if needs_test else ()
    read = replace(visit.provisioning, base_url=None)  # the form's connection is written even if it is the saved one
    try:
        saved = await save_connection(visit.org, visit.cause, visit.app, read, typed, *checks)
    except ConnectorTestFailed as error:
        return _banner(visit, "; ".join(error.causes), good=False)
    visit.provisioning = saved
    return await show(visit)


async def _save_to_app(visit: Visit, posted: dict[str, str]) -> Response:
    ticked = (option for option, _, field in TO_APP if posted.get(field) == "true")
    chosen = tuple(option for option in ticked if offers(visit.provisioning, option))
    changed = replace(visit.provisioning, to_app=chosen)
    with visit.org.store.transaction():
        visit.provisioning = change_provisioning(visit.org, visit.cause, visit.app, visit.provisioning, changed)
    return await show(visit)


def _integration(visit: Visit, *, set_up: bool, editing: bool) -> Response:
    """The connection of a template app: not enabled yet, its values, or its form."""
    form = _form_of(visit)
    shared: dict[str, Any] = {
        "set_up": set_up,
        "current": "integration",
        "import_groups": visit.provisioning.import_groups,
    }
    if editing:
        fields = [_input(visit, field, set_up=set_up) for field in form.fields]
        template = "provisioning/integration_form.html"
    else:
        fields = [
            {"label": field.label, "shown": _DOTS if field.secret else _value(visit, field)} for field in form.fields
        ]
        template = "provisioning/integration.html"
    return visit.fragment(template, fields=fields, template_name=visit.template_name, **shared)


def _input(visit: Visit, field: Field, *, set_up: bool) -> dict[str, object]:
    return {
        "label": field.label,
        "name": field.named(editing=set_up),
        "secret": field.secret,
        "value": _value(visit, field) if set_up and not field.secret else "",
        "placeholder": _DOTS if set_up and field.secret else "",
    }


def _value(visit: Visit, field: Field) -> str:
    """A saved value as it is shown; the user name is part of the header and is not kept separately (our choice)."""
    return (visit.provisioning.base_url or "") if field.key == "base_url" else ""


def _to_app(visit: Visit, *, editing: bool) -> Response:
    """The To App options; a wizard-made app has only those it supports."""
    options = [
        {"title": title, "field": field, "on": option in visit.provisioning.to_app}
        for option, title, field in TO_APP
        if offers(visit.provisioning, option)
    ]
    return visit.fragment("provisioning/to_app.html", set_up=True, current="to-app", editing=editing, options=options)


def _banner(visit: Visit, words: str, *, good: bool) -> Response:
    """The result of a test."""
    return visit.fragment("provisioning/banner.html", slot="banner", words=words, good=good)


def _typed_connection(visit: Visit, posted: dict[str, str]) -> Provisioning | str:
    """The connection as typed into the form, or the error text for it."""
    if visit.app["wizard"]:
        return wizard.typed_connection(visit, posted)
    form = _form_of(visit)
    values = form.values(posted, editing=_is_set_up(visit))
    base_url, label = values["base_url"], form.fields[0].label
    if not base_url.startswith(("http://", "https://")) or (form.refuses_slash and base_url.endswith("/")):
        return f"{label}: Does not match required pattern"  # OB-239
    return replace(
        visit.provisioning,
        status="ENABLED",
        auth_scheme="TOKEN",
        base_url=base_url,
        authorization=form.authorization(values),
        import_groups=posted.get("importGroups") == "true",
    )


def _is_set_up(visit: Visit) -> bool:
    """Whether a connection has been saved."""
    return visit.provisioning.auth_scheme is not None


def _form_of(visit: Visit) -> ConnectionForm:
    """The connection form of the app's template."""
    return FORMS[visit.template_name or ""]


def _fingerprint(posted: dict[str, str]) -> str:
    """A hash that identifies the contents of the form without its secrets."""
    return hashlib.sha256(json.dumps(sorted(posted.items())).encode()).hexdigest()
