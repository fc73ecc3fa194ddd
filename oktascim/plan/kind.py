"""Which template an existing app was made from."""

from __future__ import annotations

from oktascim.catalog import load_templates
from oktascim.errors import UsageProblem
from oktascim.okta import apps
from oktascim.okta.apps import App
from oktascim.okta.client import Okta
from oktascim.template import Template

NO_API = (
    "It is another app of Okta's catalogue, or a private app of the Okta Integration Wizard: no API is documented that "
    "sets their SCIM connection."
)
"""Why an app without a template can't be set up (OB-428, OB-429)."""
BY_HAND = (
    "use the app's Provisioning tab in the Admin Console. The SCIM settings of a private app belong to its "
    "integration: edit it in the Okta Integration Wizard, then redeploy it, which updates every instance."
)
"""Where a person sets such an app up."""


def kind_of(app: App) -> Template | None:
    """The template, as far as the app alone shows it; a pure function.

    A catalogue app has the key of its template as its name. A wizard-made app has a name that Okta generated and a link
    named after it (OB-012).
    """
    for template in load_templates().values():
        if template.kind == "catalog" and template.catalog_key == app.name:
            return template
    for template in load_templates().values():
        if template.kind == "wizard" and _is_wizard_made(app, template):
            return template
    return None


def no_template(app: App, advice: str) -> UsageProblem:
    """The refusal of a command that needs the template of an app that has none (OB-428, OB-429).

    Args:
        app: the app.
        advice: what to do in any case.
    """
    what = f"{app.label} ({app.name}) has no known template."
    if not app.features:
        return UsageProblem(what, fix=advice)
    return UsageProblem(
        what,
        why=f"{NO_API} `app`, `logs`, `connection show` and `verify` work with them.",
        fix=f"{advice} Otherwise, {BY_HAND}",
    )


async def find_kind(okta: Okta, app: App) -> Template | None:
    """The template, with a look-up in the org's catalogue for keys that aren't built in."""
    known = kind_of(app)
    if known:
        return known
    for template in load_templates().values():
        if template.kind == "catalog" and await apps.catalog_key(okta, template.display_name) == app.name:
            return template
    return None


def sign_on_mode_of(app: App, template: Template) -> str:
    """The sign-on mode as the spec writes it, or "" if the template has none that Okta returns as this."""
    return next((name for name, mode in template.sign_on.items() if app.sign_on_mode in mode.echoes), "")


def _is_wizard_made(app: App, template: Template) -> bool:
    links = app.at("visibility.appLinks") or {}
    return template.app_link.replace("{key}", app.name) in links and bool(sign_on_mode_of(app, template))
