"""An app and what surrounds it, for people and as JSON; the JSON's shape is a contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oktascim.okta.apps import App
from oktascim.okta.saml import SamlFacts
from oktascim.plan.kind import kind_of
from oktascim.plan.membership import Membership
from oktascim.plan.outcomes import MemberOutcome, failed_ones, push_outcome, state_counts
from oktascim.redact import redact_body
from oktascim.render.outcomes import outcome_rows, outcome_summary
from oktascim.render.streams import Table
from oktascim.routes.readback import ReadBack


@dataclass(frozen=True)
class AppView:
    """One app as `app show` shows it.

    Attributes:
        app: a fresh read of it.
        template: the name of its template, or None.
        proof: what the org says of its provisioning.
        users: those who have it, and what became of their accounts.
        direct_users: how many of them are assigned directly, not through a group.
        groups: how many groups have it.
        pushes: its push mappings as Okta lists them; None where Okta does not say.
        saml: what the other side needs; None for an app without SAML.
    """

    app: App
    template: str | None
    proof: ReadBack
    users: tuple[MemberOutcome, ...]
    direct_users: int
    groups: int
    pushes: tuple[Mapping[str, Any], ...] | None
    saml: SamlFacts | None

    @property
    def outcomes(self) -> tuple[MemberOutcome, ...]:
        """What became of all people and pushed groups."""
        return (*self.users, *map(push_outcome, self.pushes or ()))

    @property
    def push_statuses(self) -> dict[str, int] | None:
        """By status how many groups are pushed to it; None where Okta does not say."""
        return None if self.pushes is None else dict(Counter(str(one.get("status")) for one in self.pushes))


def app_json(view: AppView) -> dict[str, Any]:
    """The JSON of `app show`; `app` is what Okta answered, secrets hidden."""
    return {
        **_summary(view.app, view.template),
        "provisioning": {
            "status": view.proof.status,
            "verified_by": list(view.proof.verified_by),
            "base_url": view.proof.base_url,
            "to_app": sorted(view.proof.to_app),
        },
        "assignments": {
            "users": len(view.users),
            "direct_users": view.direct_users,
            "user_states": state_counts(view.users),
            "groups": view.groups,
            "push_groups": view.push_statuses,
            "errors": [one.to_json() for one in failed_ones(view.outcomes)],
        },
        "saml": view.saml.to_json() if view.saml else None,
        "app": redact_body(view.app.raw),
    }


def app_table(view: AppView) -> Table:
    """One row a fact."""
    summary, proof = _shown(view.app, view.template), view.proof
    pushed = ", ".join(f"{count} {status}" for status, count in (view.push_statuses or {}).items()) or "none"
    states = f": {outcome_summary(view.users)}" if view.users else ""
    by = f", shown by {' and '.join(proof.verified_by)}" if proof.verified_by else ""
    rows = [[key.replace("_", " "), _text(value)] for key, value in summary.items()]
    rows += [
        ["provisioning", f"{proof.status}{by}"],
        ["base URL", proof.base_url or "Okta does not show it"],
        ["to app", _text(sorted(proof.to_app))],
        ["users", f"{len(view.users)}, {view.direct_users} assigned directly{states}"],
        ["groups", str(view.groups)],
        ["push groups", "Okta does not say" if view.pushes is None else pushed],
        *([mark, f"{who}: {said}"] for who, mark, said in outcome_rows(failed_ones(view.outcomes))),
    ]
    return Table(("", view.app.label), rows + _saml_rows(view.saml))


def app_list_json(found: Sequence[App]) -> list[dict[str, Any]]:
    """The JSON of `app list`."""
    return [_summary(app, _template_name(app)) for app in found]


def app_list_table(found: Sequence[App]) -> Table:
    """One row an app."""
    rows = [[_text(value) for value in _shown(app, _template_name(app)).values()] for app in found]
    columns = ("id", "label", "integration", "template", "kind", "status", "sign-on", "features")
    return Table(columns, rows, empty="This org has no apps.")


def membership_json(app: App, memberships: Sequence[Membership], outcomes: Sequence[MemberOutcome]) -> dict[str, Any]:
    """The JSON of `app assign`, `app unassign` and `app push-group`."""
    return {
        "app_id": app.id,
        "label": app.label,
        "results": [one.to_json() for one in memberships],
        "outcomes": [one.to_json() for one in outcomes],
    }


def membership_table(memberships: Sequence[Membership], outcomes: Sequence[MemberOutcome]) -> Table:
    """One row a change, then one row for what became of each person and group."""
    rows = [
        [one.kind.replace("_", " "), one.target.word, "FAILED" if one.error else "ok", _said(one)]
        for one in memberships
    ]
    rows += [["outcome", *row] for row in outcome_rows(outcomes)]
    return Table(("kind", "name", "state", "evidence"), rows)


def _summary(app: App, template: str | None) -> dict[str, Any]:
    return {
        "app_id": app.id,
        "label": app.label,
        "integration": app.integration,
        "owner": app.owner,
        "template": template,
        "kind": app.name,
        "status": app.status,
        "sign_on_mode": app.sign_on_mode,
        "features": sorted(app.features),
    }


def _shown(app: App, template: str | None) -> dict[str, Any]:
    """The summary for people, with the integration as a command takes it: `owner/name`."""
    facts = _summary(app, template) | {"integration": app.marker}
    del facts["owner"]
    return facts


def _template_name(app: App) -> str | None:
    template = kind_of(app)
    return template.name if template else None


def _saml_rows(saml: SamlFacts | None) -> list[list[str]]:
    if saml is None:
        return []
    rows = [["SAML metadata", saml.metadata_url], ["entity id", saml.entity_id]]
    rows += [[f"SSO URL {binding}", url] for binding, url in saml.sso_urls.items()]
    for one in saml.certificates:
        rows += [
            ["certificate", one.subject or "subject not readable"],
            ["fingerprint SHA-256", one.sha256],
            ["expires", one.expires or "Okta does not list it"],
        ]
    return rows


def _said(one: Membership) -> str:
    return one.error.what if one.error else one.evidence or ""


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")
