"""What a live org shows of one app, refusals included; reads only."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from oktascim.errors import UsageProblem
from oktascim.okta.apps import App
from oktascim.okta.client import Okta, Query
from oktascim.okta.errors import OktaError, OktaRefusedIdentity
from oktascim.okta.mappings import get_mapping_to_app
from oktascim.okta.saml import SamlFacts, get_saml_facts
from oktascim.okta.schemas import AppUserSchema, get_app_user_schema
from oktascim.plan.kind import find_kind
from oktascim.template import Template

T = TypeVar("T")


@dataclass(frozen=True)
class Refusal:
    """Okta's response to a read that it refused; its texts may name people, so only known sentences are kept."""

    status: int
    code: str
    known_cause: str

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.status}", self.code, self.known_cause) if part)


@dataclass(frozen=True)
class Observed:
    """What the org returns for one app; a Refusal replaces each read that Okta refused.

    Attributes:
        app: the app.
        template: its template.
        connection: the raw response of connections/default.
        features: the raw response of the features API.
        entry: the catalogue entry with the template's display name, or None.
        mapping: the profile mapping to the app, or None.
        schema: the schema of the app's user.
        saml: None for an app without SAML.
    """

    app: App
    template: Template
    connection: Mapping[str, Any] | Refusal
    features: list[Any] | Refusal
    entry: Mapping[str, Any] | Refusal | None
    mapping: Mapping[str, Any] | Refusal | None
    schema: AppUserSchema | Refusal
    saml: SamlFacts | Refusal | None


async def observe(okta: Okta, app: App) -> Observed:
    """Send every read about an app.

    Raises:
        UsageProblem: no template describes the app.
    """
    template = await find_kind(okta, app)
    if template is None:
        raise UsageProblem(
            f"{app.label} ({app.name}) has no known template, so there is no assumption to test.",
            fix="Use an app created from a template in `oktascim template list`.",
        )
    base = f"/api/v1/apps/{app.id}"
    query: Query = {"q": template.display_name, "limit": 20}
    return Observed(
        app=app,
        template=template,
        connection=await _or_refusal(okta.get(f"{base}/connections/default")) or {},
        features=await _or_refusal(okta.get(f"{base}/features")),
        entry=_entry(await _or_refusal(okta.get("/api/v1/catalog/apps", query)), template),
        mapping=await _or_refusal(get_mapping_to_app(okta, app.id)),
        schema=await _or_refusal(get_app_user_schema(okta, app.id)),
        saml=await _or_refusal(get_saml_facts(okta, app)),
    )


async def _or_refusal(read: Awaitable[T]) -> T | Refusal:
    """The response, or what may be kept of a refusal. A refused token ends the run, a missing role doesn't."""
    try:
        return await read
    except OktaError as error:
        if isinstance(error, OktaRefusedIdentity) and error.status != 403:
            raise
        known = next((cause for cause in error.causes if cause.startswith("Provisioning is not")), "")
        return Refusal(error.status, error.code, known)


def _entry(entries: Any, template: Template) -> Mapping[str, Any] | Refusal | None:
    if isinstance(entries, Refusal):
        return entries
    return next((one for one in entries if one.get("displayName") == template.display_name), None)
