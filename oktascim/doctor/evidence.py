"""Evidence from a live org: which assumptions of the template data hold there. Reads only.

Okta doesn't document what it returns for its SCIM template apps, so the template data holds assumptions. Each
assumption that a read can settle is compared with what this org returns, and names the statements of
docs/okta-behaviour that it settles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from oktascim.doctor.observed import Observed, Refusal
from oktascim.plan.kind import sign_on_mode_of
from oktascim.template import SignOnMode, Template

EvidenceVerdict = Literal["held", "not_held", "learned", "unanswered"]

# By question (without the path that it may name), the statements of docs/okta-behaviour that its answer settles.
_SETTLES: dict[str, tuple[str, ...]] = {
    "sign_on_mode": ("OB-011",),
    "app_link": ("OB-013",),
    "visibility.hide.web": ("OB-021",),
    "visibility.hide.iOS": ("OB-021",),
    "visibility.autoSubmitToolbar": ("OB-021",),
    "marker_in_admin_note": ("OB-023",),
    "settings.app": ("OB-014", "OB-016"),
    "acs_url": ("OB-016",),
    "audience": ("OB-016",),
    "login_url": ("OB-016",),
    "connection": ("OB-052", "OB-053"),
    "features_api": ("OB-052",),
    "features_follow_provisioning": ("OB-065",),
    "catalog_signOnModes": ("OB-036",),
    "catalog_features": ("OB-036",),
    "profile_mapping": ("OB-125",),
    "attributes": ("OB-125",),
    "saml_sso_url": ("OB-216",),
}
_CATALOG_KEY = {"scim2-header": "OB-001", "scim2-oauth": "OB-002", "scim2-basic": "OB-002"}


@dataclass(frozen=True)
class Observation:
    """One assumption and its outcome.

    Attributes:
        question: what was checked, a stable key.
        assumed: what the template data or the code assumes, or "nothing".
        grade: how reliable the assumption was.
        seen: what the org returns.
        verdict: `learned` if nothing was assumed; `unanswered` if a read can't tell.
        call: the read that shows it.
        settles: the statements of docs/okta-behaviour that it settles.
    """

    question: str
    assumed: str
    grade: str
    seen: str
    verdict: EvidenceVerdict
    call: str
    settles: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The finding's JSON."""
        return asdict(self) | {"settles": list(self.settles)}


def assess(observed: Observed) -> list[Observation]:
    """Compare every assumption with what was read; a pure function."""
    findings = (
        *_of_the_app(observed),
        *_of_settings(observed),
        *_of_provisioning(observed),
        *_of_the_catalogue(observed),
        *_of_surroundings(observed),
    )
    return [replace(finding, settles=_settles(finding.question, observed.template)) for finding in findings]


def _settles(question: str, template: Template) -> tuple[str, ...]:
    if question == "catalog_key":
        return (_CATALOG_KEY.get(template.name, "OB-004"),)
    return _SETTLES[question.partition(" at ")[0]]


def _of_the_app(observed: Observed) -> Iterator[Observation]:
    app, template = observed.app, observed.template
    call = "GET /api/v1/apps/{id}"
    echoes = [str(echo or "null") for mode in template.sign_on.values() for echo in mode.echoes]
    mode = app.sign_on_mode or "null"
    yield _observation(
        "sign_on_mode", f"one of {', '.join(echoes)}", "medium", mode, bool(sign_on_mode_of(app, template)), call
    )
    key = template.app_link.replace("{key}", app.name)
    links = sorted(app.at("visibility.appLinks") or {})
    yield _observation("app_link", template.app_link, "low", _listed(links), key in links, call)
    for path in ("visibility.hide.web", "visibility.hide.iOS", "visibility.autoSubmitToolbar"):
        seen = type(app.at(path)).__name__
        yield _observation(path, "bool", "high", seen, seen == "bool", call)
    note = f"a note of {len(app.admin_note)} characters"
    if app.marker:
        yield _observation("marker_in_admin_note", "Okta keeps it", "high", f"{note}, the marker in it", True, call)
    else:
        yield Observation("marker_in_admin_note", "Okta keeps it", "high", f"{note}, no marker yet", "unanswered", call)


def _of_settings(observed: Observed) -> Iterator[Observation]:
    app, call = observed.app, "GET /api/v1/apps/{id}"
    kept = app.at("settings.app")
    yield Observation("settings.app", "nothing", "unknown", _listed(sorted(kept or {})), "learned", call)
    mode = observed.template.sign_on.get("saml" if sign_on_mode_of(app, observed.template) == "saml" else "swa")
    for field, place in _places(mode):
        parent, _, key = place.path.rpartition(".")
        holder = app.at(parent)
        there = isinstance(holder, dict) and key in holder
        seen = "the key is there" if there else "no such key"
        yield _observation(f"{field} at {place.path}", "Okta has this key", place.grade, seen, there, call)


def _of_provisioning(observed: Observed) -> Iterator[Observation]:
    yield _features_observation(observed)
    call = "GET /api/v1/apps/{id}/connections/default"
    assumed = "the API doesn't manage this app: UNKNOWN"
    connection = observed.connection
    if isinstance(connection, Refusal):
        yield Observation("connection", assumed, "low", str(connection), "unanswered", call)
    else:
        scheme = connection.get("authScheme") or (connection.get("profile") or {}).get("authScheme") or "none"
        seen = f"status {connection.get('status')}, authScheme {scheme}, members {_listed(sorted(connection))}"
        yield _observation("connection", assumed, "low", seen, connection.get("status") == "UNKNOWN", call)
    call = "GET /api/v1/apps/{id}/features"
    if isinstance(observed.features, Refusal):
        refused = observed.features.known_cause != ""
        yield _observation("features_api", "it rejects this app", "unknown", str(observed.features), refused, call)
    else:
        named = _listed([str(one.get("name")) for one in observed.features if isinstance(one, dict)])
        yield _observation("features_api", "it rejects this app", "unknown", f"it lists {named}", False, call)


def _features_observation(observed: Observed) -> Observation:
    """Whether the `features` array follows the connection; its content if the connection's status is unknown."""
    features, connection = sorted(observed.app.features), observed.connection
    status = None if isinstance(connection, Refusal) else connection.get("status")
    seen = _listed(features) if features else "empty"
    verdict: EvidenceVerdict = "learned"
    if status in {"ENABLED", "DISABLED"}:
        seen += f", and the connection is {status}"
        verdict = "held" if bool(features) == (status == "ENABLED") else "not_held"
    elif not features:
        seen, verdict = "empty; repeat when provisioning is on", "unanswered"
    call = "GET /api/v1/apps/{id}"
    return Observation("features_follow_provisioning", "it lists what is on", "medium", seen, verdict, call)


def _of_the_catalogue(observed: Observed) -> Iterator[Observation]:
    template, entry, call = observed.template, observed.entry, "GET /api/v1/catalog/apps"
    if template.kind == "wizard":
        return
    key = template.catalog_key or "nothing"
    if isinstance(entry, Refusal):
        yield Observation("catalog_key", key, template.catalog_key_grade, str(entry), "unanswered", call)
        return
    if entry is None:
        seen = f"no entry is named '{template.display_name}'"
        yield Observation("catalog_key", key, template.catalog_key_grade, seen, "not_held", call)
        return
    seen = str(entry.get("name"))
    if template.catalog_key is None:
        yield Observation("catalog_key", key, template.catalog_key_grade, seen, "learned", call)
    else:
        yield _observation("catalog_key", key, template.catalog_key_grade, seen, seen == template.catalog_key, call)
    for member in ("signOnModes", "features"):
        shown = _listed(sorted(map(str, entry.get(member) or ())))
        yield Observation(f"catalog_{member}", "nothing", "unknown", shown, "learned", call)


def _of_surroundings(observed: Observed) -> Iterator[Observation]:
    call, assumed = "GET /api/v1/mappings?targetId={id}", "there is one, and it pushes"
    mapping = observed.mapping
    if isinstance(mapping, Refusal):
        yield Observation("profile_mapping", assumed, "medium", str(mapping), "unanswered", call)
    else:
        lines = list(((mapping or {}).get("properties") or {}).values())
        pushed = sum(line.get("pushStatus") == "PUSH" for line in lines)
        seen = f"{len(lines)} lines, {pushed} of them PUSH" if mapping else "none"
        yield _observation("profile_mapping", assumed, "medium", seen, pushed > 0, call)
    yield _attributes_observation(observed)
    call, assumed = "GET /api/v1/apps/{id}/sso/saml/metadata", "…/app/{key}/{external id}/sso/saml"
    if isinstance(observed.saml, Refusal):
        yield Observation("saml_sso_url", assumed, "medium", str(observed.saml), "unanswered", call)
    elif observed.saml:
        urls = observed.saml.sso_urls
        fits = all(f"/app/{observed.app.name}/" in url and url.endswith("/sso/saml") for url in urls.values())
        seen = f"{_listed(sorted(urls))}, {'of this form' if fits else 'of another form'}"
        yield _observation("saml_sso_url", assumed, "medium", seen, fits, call)


def _attributes_observation(observed: Observed) -> Observation:
    """Whether the app's user has the template's base attributes; custom ones stay out, since they may name people."""
    call, schema = "GET /api/v1/meta/schemas/apps/{id}/default", observed.schema
    assumed = f"{len(observed.template.attributes)} base attributes, those of a SCIM app"
    if isinstance(schema, Refusal):
        return Observation("attributes", assumed, "low", str(schema), "unanswered", call)
    known = frozenset(observed.template.attributes)
    missing, more = sorted(known - schema.base), sorted(schema.base - known)
    seen = f"{len(schema.base)}; missing: {_listed(missing)}; others: {_listed(more)}"
    return _observation("attributes", assumed, "low", seen, not missing and not more, call)


def _places(mode: SignOnMode | None) -> Iterator[tuple[str, Any]]:
    for field in ("acs_url", "audience", "login_url"):
        yield from ((field, place) for place in (getattr(mode, field) if mode else ()))


def _observation(question: str, assumed: str, grade: str, seen: str, held: bool, call: str) -> Observation:
    return Observation(question, assumed, grade, seen, "held" if held else "not_held", call)


def _listed(words: list[str]) -> str:
    return ", ".join(words) or "none"
