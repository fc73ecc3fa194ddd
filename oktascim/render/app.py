"""One app with its provisioning and assignments, as text and as JSON; the shape of the JSON is a contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oktascim.diagnose.event import words_of
from oktascim.okta.apps import App
from oktascim.okta.saml import SamlFacts
from oktascim.plan.outcomes import MemberOutcome, failed_ones, push_outcome, state_counts
from oktascim.redact import redact_body
from oktascim.render.formats import Table, label_of
from oktascim.render.gate import painted
from oktascim.render.layout import Layout
from oktascim.render.outcomes import outcome_rows, outcome_summary
from oktascim.routes.readback import ReadBack
from oktascim.wording import in_words


@dataclass(frozen=True)
class AppView:
    """One app as `app show` shows it.

    Attributes:
        app: a fresh read of it.
        template: the name of its template, or None.
        proof: the read-back of its provisioning.
        users: the assigned users, and the outcomes of their assignments.
        direct_users: how many of them are assigned directly, not through a group.
        groups: how many groups have it.
        pushes: its push mappings as Okta lists them; None if Okta doesn't show them.
        saml: what the service provider needs; None for an app without SAML.
        page: the address of its Provisioning tab in the Admin Console.
        last_event: the newest event of the last seven days that names it, or None.
    """

    app: App
    template: str | None
    proof: ReadBack
    users: tuple[MemberOutcome, ...]
    direct_users: int
    groups: int
    pushes: tuple[Mapping[str, Any], ...] | None
    saml: SamlFacts | None
    page: str = ""
    last_event: Mapping[str, Any] | None = None

    @property
    def outcomes(self) -> tuple[MemberOutcome, ...]:
        """The outcomes of all users and pushed groups."""
        return (*self.users, *map(push_outcome, self.pushes or ()))

    @property
    def push_statuses(self) -> dict[str, int] | None:
        """How many groups are pushed to it, by status; None if Okta doesn't show them."""
        return None if self.pushes is None else dict(Counter(str(one.get("status")) for one in self.pushes))


def app_json(view: AppView) -> dict[str, Any]:
    """The JSON of `app show`; `app` is Okta's response, secrets hidden."""
    return {
        **app_summary(view.app, view.template),
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
        "last_event": _event_facts(view.last_event) if view.last_event else None,
        "page": view.page,
        "app": redact_body(view.app.raw),
    }


def app_table(view: AppView) -> Table:
    """One row per fact."""
    summary, proof = _shown(view.app, view.template), view.proof
    pushed = ", ".join(f"{count} {status}" for status, count in (view.push_statuses or {}).items()) or "none"
    states = f": {outcome_summary(view.users)}" if view.users else ""
    by = f", shown by {in_words(proof.verified_by)}" if proof.verified_by else ""
    rows = [[label_of(key), _text(value)] for key, value in summary.items()]
    rows += [
        ["provisioning", f"{proof.status}{by}"],
        ["base URL", proof.base_url or "Okta doesn't show it"],
        ["to app", _text(sorted(proof.to_app))],
        ["users", f"{len(view.users)} ({view.direct_users} assigned directly){states}"],
        ["groups", str(view.groups)],
        ["push groups", "Okta does not say" if view.pushes is None else pushed],
        *([mark, f"{who}: {said}"] for who, mark, said in outcome_rows(failed_ones(view.outcomes))),
    ]
    return Table(("", view.app.label), rows + _saml_rows(view.saml))


def app_text(view: AppView, layout: Layout) -> list[str]:
    """The facts of `app_table` as a card: what is provisioned, who is in ERROR, the last event, where to look."""
    app, command = view.app, f"oktascim logs --app {view.app.marker or view.app.id}"
    rows = [(label, value or "none") for label, value in app_table(view).rows if label not in {"app id", "label"}]
    more = [("last event", _event(view.last_event)), ("Admin Console", view.page), ("log", command)]
    heading = layout.hanging(f"{app.label}  ", app.id, indent=2)
    return [painted(heading[0], "1"), *heading[1:], *layout.fields([*rows, *more])]


def _event(event: Mapping[str, Any] | None) -> str:
    if event is None:
        return "none in the last 7 days"
    return "  ".join(str(fact) for fact in _event_facts(event).values() if fact)


def _event_facts(event: Mapping[str, Any]) -> dict[str, Any]:
    outcome = event.get("outcome") or {}
    return {
        "published": event.get("published"),
        "event_type": event.get("eventType"),
        "result": outcome.get("result"),
        "reason": words_of(event) or None,
    }


def app_summary(app: App, template: str | None) -> dict[str, Any]:
    """What the JSON of `app show` and `app list` says of every app."""
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
    """The summary for people, with the integration as commands accept it: `owner/name`."""
    facts = app_summary(app, template) | {"integration": app.marker}
    del facts["owner"]
    return facts


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


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")
