"""The Provisioning tab: its settings list, the connection of a template app, its test, Save, and To App.

Evidenced (OB-246, OB-409 to OB-414): the texts, the ids, the order, that Save is refused after a failed or
stale test and then looks quiet, and that a Save with Import Groups on reads the groups. Our choice: the markup of a
failure (OB-425), that Save without any test is refused too, and where the script sends the test.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from starlette.responses import Response

from okta_emulator.admin_console import connection_pages as pages
from okta_emulator.admin_console import wizard
from okta_emulator.admin_console.forms import FORMS, TO_APP, ConnectionForm
from okta_emulator.admin_console.html import answer
from okta_emulator.admin_console.visit import Visit
from okta_emulator.org.connection import test
from okta_emulator.org.deliveries import deliver
from okta_emulator.org.events import app_entity
from okta_emulator.org.provisioning import Provisioning, change_provisioning, offers
from okta_emulator.scim_client.credential_test import verify_on_save
from okta_emulator.scim_client.model import Outcome


async def pane(visit: Visit) -> Response:
    """GET .../settings/user-mgmt: one section of the tab, or its form."""
    query = visit.request.query_params
    editing = bool(query.get("edit"))
    section = query.get("section") or ("to-app" if is_set_up(visit) else "integration")
    if section == "to-app" and is_set_up(visit):
        shown = pages.to_app(visit, editing=editing)
    elif section == "to-okta" and is_set_up(visit):
        shown = pages.to_okta(visit)
    elif visit.app["wizard"]:
        shown = wizard.connector(visit, editing=editing)
    else:
        shown = pages.integration(visit, form_of(visit), editing=editing, set_up=is_set_up(visit))
    return answer(pages.with_settings_list(visit, shown, section, set_up=is_set_up(visit)))


async def verify(visit: Visit) -> Response:
    """POST .../verify: "Test API Credentials" or "Test Connector Configuration"."""
    posted = await visit.posted()
    typed = typed_connection(visit, posted)
    visit.session.tested.pop(visit.app["id"], None)
    if isinstance(typed, str):
        return answer(pages.banner(typed, good=False), slot="banner")
    outcome = await test(visit.org, visit.cause, visit.app, typed)
    if outcome.ok:
        visit.session.tested[visit.app["id"]] = fingerprint(posted)
    if visit.app["wizard"]:
        return answer(wizard.result(posted, outcome), slot="dialog")
    name = visit.template_name
    words = f"{name} was verified successfully!" if outcome.ok else str(outcome.error)
    return answer(pages.banner(words, good=outcome.ok), slot="banner")


async def save(visit: Visit) -> Response:
    """POST .../settings/user-mgmt: Save of the connection, or of To App."""
    posted = await visit.posted()
    if posted.get("section") == "to-app":
        return await _save_to_app(visit, posted)
    typed = typed_connection(visit, posted)
    if isinstance(typed, str):
        return answer(pages.banner(typed, good=False), slot="banner")
    needs_test = typed.auth_scheme != "OAUTH2"
    if needs_test and visit.session.tested.pop(visit.app["id"], None) != fingerprint(posted):
        return await _back(visit)
    if needs_test:
        outcome = await _verify_on_save(visit, typed)
        if not outcome.ok:
            return answer(pages.banner(str(outcome.error), good=False), slot="banner")
    with visit.org.store.transaction():
        change_provisioning(visit.org, visit.cause, visit.app, typed)
    visit.provisioning = typed
    return await _back(visit)


async def _save_to_app(visit: Visit, posted: dict[str, str]) -> Response:
    ticked = (option for option, _, field in TO_APP if posted.get(field) == "true")
    chosen = tuple(option for option in ticked if offers(visit.provisioning, option))
    changed = replace(visit.provisioning, to_app=chosen)
    with visit.org.store.transaction():
        change_provisioning(visit.org, visit.cause, visit.app, changed)
    visit.provisioning = changed
    return await _back(visit)


async def _back(visit: Visit) -> Response:
    """What the tab shows after Save; after a refused one, quietly what it showed before (OB-414)."""
    return await pane(visit)


async def _verify_on_save(visit: Visit, typed: Provisioning) -> Outcome:
    targets = {"AppInstance": app_entity(visit.app)}
    return await deliver(visit.org, visit.cause, visit.app, verify_on_save, targets, typed, retried=False)


def typed_connection(visit: Visit, posted: dict[str, str]) -> Provisioning | str:
    """The connection as typed into the form, or the text of what is wrong with it."""
    if visit.app["wizard"]:
        return wizard.typed_connection(visit, posted)
    form = form_of(visit)
    values = form.values(posted, editing=is_set_up(visit))
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


def is_set_up(visit: Visit) -> bool:
    """Whether a connection has been saved."""
    return visit.provisioning.auth_scheme is not None


def form_of(visit: Visit) -> ConnectionForm:
    """The connection form of the app's template."""
    return FORMS[visit.template_name or ""]


def fingerprint(posted: dict[str, str]) -> str:
    """What tells one content of the form from another, without keeping its secrets."""
    return hashlib.sha256(json.dumps(sorted(posted.items())).encode()).hexdigest()
