"""Makes a spec from an existing app: what the org shows becomes values, what it doesn't show becomes comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from oktascim.errors import OktascimError, UsageProblem
from oktascim.okta.apps import App
from oktascim.plan.attributes import attributes_of
from oktascim.plan.export_source import ExportSource
from oktascim.plan.kind import sign_on_mode_of
from oktascim.plan.settings import import_settings_of
from oktascim.routes.readback import TO_APP_FEATURES, judge
from oktascim.spec.models import Integration
from oktascim.template import Template

UNKNOWN_BASE_URL = "https://fill-in.invalid/scim/v2"
# SCIM's name of an attribute to Okta's, where they differ: attributes of Okta's own SCIM app (OB-123, OB-124).
_OKTA_NAMES = {
    "givenName": "firstName",
    "familyName": "lastName",
    "userName": "login",
    "locality": "city",
    "region": "state",
    "postalCode": "zipCode",
    "country": "countryCode",
    "formatted": "postalAddress",
    "managerValue": "managerId",
    "managerDisplayName": "manager",
}


@dataclass(frozen=True)
class Export:
    """A spec's integration, the comments for its keys, and notes for the user."""

    integration: Integration
    comments: Mapping[str, str]
    notes: tuple[str, ...]


def export(source: ExportSource, name: str, base_url: str | None = None) -> Export:
    """The integration that describes the app as it is; a pure function.

    Args:
        source: what the org shows.
        name: the integration's name: the app's marker, or one made of the label.
        base_url: the SCIM base URL, if the user gives it; Okta doesn't show it for the template apps.
    """
    provisioned = judge(source.app, source.connection).status == "ENABLED"
    values = {
        "name": name,
        "label": source.app.label,
        "template": source.template.name,
        "visibility": _visibility(source.app) or None,
        "sign_on": _sign_on(source.app, source.template),
        "provisioning": _provisioning(source, name, base_url) if provisioned else None,
        "assignments": _assignments(source),
    }
    integration = _checked(source.app, {key: value for key, value in values.items() if value is not None})
    notes = (*_notes(source, provisioned), *source.notes)
    return Export(integration, dict(_comments(source, integration, notes)), notes)


def _checked(app: App, values: dict[str, Any]) -> Integration:
    try:
        return Integration.model_validate(values).owned_by(app.owner)
    except ValidationError as error:
        places = (".".join(map(str, problem["loc"])) for problem in error.errors())
        raise OktascimError(
            f"{app.label} has settings that a spec can't express.", why=f"They would be at {', '.join(places)}."
        ) from None


def _visibility(app: App) -> dict[str, bool]:
    hidden = {"web": app.at("visibility.hide.web"), "mobile": app.at("visibility.hide.iOS")}
    shown = {name: not value for name, value in hidden.items() if value is not None}
    auto_login = app.at("visibility.autoSubmitToolbar")
    return shown if auto_login is None else shown | {"auto_login": auto_login}


def _sign_on(app: App, template: Template) -> dict[str, str]:
    mode = sign_on_mode_of(app, template)
    if not mode:
        raise UsageProblem(
            f"{app.label} signs on with {app.sign_on_mode}, a mode that a spec can't express for {template.name}."
        )
    places = template.sign_on["saml" if mode == "saml" else "swa"]
    found = {"mode": mode}
    for field in ("acs_url", "audience", "login_url"):
        value = next((value for place in getattr(places, field) if (value := app.at(place.path))), None)
        if value:
            found[field] = value
    return found


def _provisioning(source: ExportSource, name: str, base_url: str | None) -> dict[str, Any]:
    proof = judge(source.app, source.connection)
    found: dict[str, Any] = {
        "base_url": base_url or proof.base_url or UNKNOWN_BASE_URL,
        "credentials": _credentials(source.template, name),
        "to_app": [option for option in TO_APP_FEATURES if option in proof.to_app],
    }
    to_okta = import_settings_of(source.inbound) if source.inbound else {}
    if to_okta:
        found["to_okta"] = to_okta
    custom, _ = attributes_of(source.schema)
    if custom:
        found["attributes"] = {"custom": custom}
    lines = {target: line for target, line in _lines(source.mapping) if not _is_plain(target, line)}
    if lines:
        found["mappings"] = lines
    return found


def _credentials(template: Template, name: str) -> dict[str, Any]:
    """References instead of the secrets; for a wizard-made app, the mode that needs the fewest values (our choice)."""
    wizard = template.kind == "wizard"
    fields = template.authentication("header" if wizard else None).fields
    references = {str(field): {"env": variable_for(name, field)} for field in fields}
    return {"mode": "header", **references} if wizard else {**references}


def variable_for(name: str, field: str) -> str:
    """The environment variable to suggest for a secret: `acme-crm` and `token` make `ACME_CRM_TOKEN`."""
    variable = f"{name}_{field}".upper().replace("-", "_")
    return f"SCIM_{variable}" if variable[0].isdigit() else variable


def _lines(mapping: Mapping[str, Any] | None) -> Iterator[tuple[str, dict[str, Any]]]:
    for target, line in ((mapping or {}).get("properties") or {}).items():
        if line.get("expression"):
            yield target, {"expression": line["expression"], "push": line.get("pushStatus") == "PUSH"}


def _is_plain(target: str, line: Mapping[str, Any]) -> bool:
    """Whether the line may be a catalogue default: the Okta attribute with the same meaning, pushed (our choice)."""
    return bool(line["push"]) and line["expression"] == f"user.{_OKTA_NAMES.get(target, target)}"


def _assignments(source: ExportSource) -> dict[str, tuple[str, ...]] | None:
    found = {"users": source.users, "groups": source.groups, "push_groups": source.push_groups}
    return {key: entries for key, entries in found.items() if entries} or None


def _notes(source: ExportSource, provisioned: bool) -> Iterator[str]:
    app = source.app
    if app.marker is None:
        yield f"{app.label} doesn't have oktascim's marker. `apply --adopt` takes it over; `apply` alone doesn't."
    if app.status != "ACTIVE":
        yield f"The app is {app.status}; apply activates it."
    if not provisioned:
        yield "Okta shows no provisioning for this app, so the spec has none."
        return
    yield "Okta never shows credentials; the spec says where to find them instead: set those variables."
    if source.connection.base_url is None:
        yield "Okta doesn't show this app's base URL; fill it in, or give --base-url."
    yield "Okta doesn't show whether groups are imported; import_groups is omitted."
    if source.template.kind == "wizard":
        yield "Okta doesn't show authentication mode, unique identifier and supported actions of a wizard-made app."
    _, unsaid = attributes_of(source.schema)
    if unsaid:
        yield f"A spec can't express these custom attributes, which are omitted: {', '.join(unsaid)}."
    if source.inbound is None:
        yield "Okta's features API doesn't show this app's import settings; to_okta is omitted."


def _comments(source: ExportSource, integration: Integration, notes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    at = "integrations[0]"
    yield "", f"Exported from the app {source.app.id}.\n" + "\n".join(notes)
    if integration.provisioning is None:
        return
    if integration.provisioning.base_url == UNKNOWN_BASE_URL:
        yield f"{at}.provisioning.base_url", "Okta doesn't show it: fill it in."
    guess = " The mode is a guess: basic, header or oauth2?" if source.template.kind == "wizard" else ""
    words = f"References, not secrets: set these variables, or use a different reference.{guess}"
    yield f"{at}.provisioning.credentials", words
