"""Compares an app in Okta with a spec: pure functions that know which values Okta stores differently.

Each `AppField` says where a field of the spec is in the app object and how Okta returns it. The same table is used to
find differences, to write them, and to check what Okta stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from oktascim.okta.apps import App, note_with_marker
from oktascim.spec.models import Integration
from oktascim.template import SettingsPath, Template


@dataclass(frozen=True)
class Change:
    """One field that differs from the spec."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class AppField:
    """A field of the spec and where Okta stores it.

    Attributes:
        field: the name in the spec, such as `visibility.web`.
        wanted: the desired value, as the spec writes it.
        paths: dotted places in the app object, best first.
        value: what is written there.
        inverted: whether Okta stores the opposite (the spec says shown, Okta says hidden).
        echoes: values that Okta may return instead and that mean the same.
    """

    field: str
    wanted: Any
    paths: tuple[str, ...]
    value: Any
    inverted: bool = False
    echoes: tuple[Any, ...] = ()

    def actual(self, app: App) -> Any:
        """The app's value, as the spec writes it."""
        kept = app.at(self.path_in(app))
        return not kept if self.inverted else kept

    def holds(self, app: App) -> bool:
        """Whether the app already has the desired value, in any of its places."""
        values = [app.at(path) for path in self.paths]
        if self.field == "sign_on.mode":
            return app.sign_on_mode in self.echoes
        if self.inverted:
            return bool(values[0]) == bool(self.value)
        return self.value in values

    def path_in(self, app: App) -> str:
        """The first place that this app has; Okta lists every key of a catalogue app (OB-014)."""
        for path in self.paths:
            parent, _, key = path.rpartition(".")
            holder = app.at(parent) if parent else app.raw
            if isinstance(holder, dict) and key in holder:
                return path
        return self.paths[0]


def app_fields(one: Integration, template: Template) -> Iterator[AppField]:
    """Every field of the app object that the spec sets."""
    yield AppField("label", one.label, ("label",), one.label)
    if one.visibility:
        shown = {"web": "visibility.hide.web", "mobile": "visibility.hide.iOS"}
        for name, path in shown.items():
            wanted = getattr(one.visibility, name)
            if wanted is not None:
                yield AppField(f"visibility.{name}", wanted, (path,), not wanted, inverted=True)
        if one.visibility.auto_login is not None:
            auto = one.visibility.auto_login
            yield AppField("visibility.auto_login", auto, ("visibility.autoSubmitToolbar",), auto)
    mode = template.sign_on[one.sign_on.mode]
    yield AppField("sign_on.mode", one.sign_on.mode, ("signOnMode",), mode.sent, echoes=mode.echoes)
    for name in ("acs_url", "audience", "login_url"):
        wanted, places = getattr(one.sign_on, name, None), getattr(mode, name)
        if wanted is not None and places:
            yield AppField(f"sign_on.{name}", wanted, _paths(places), wanted)


def app_changes(one: Integration, template: Template, app: App) -> tuple[Change, ...]:
    """The fields of the app object that differ from the spec, with old and new value as the spec writes them."""
    changes = [
        Change(field.field, _shown(field, app, template), field.wanted)
        for field in app_fields(one, template)
        if not field.holds(app)
    ]
    if app.marker == one.name and one.owner:
        changes.append(Change("owner", None, one.owner))
    elif app.marker != one.key:
        changes.append(Change("marker", app.marker, one.key))
    return tuple(changes)


def creation_body(one: Integration, template: Template, key: str | None) -> dict[str, Any]:
    """The body that creates the app (OB-006); it contains only what Okta stores.

    Args:
        one: the integration.
        template: its template.
        key: the template's key in the org's catalogue; None for a wizard-made app, which Okta names itself.
    """
    body: dict[str, Any] = {"name": key} if key else {}
    for field in app_fields(one, template):
        _put(body, field.paths[0], field.value)
    _put(body, "settings.notes.admin", note_with_marker("", one.key))
    if template.kind == "wizard" and one.sign_on.mode == "saml":
        _complete_custom_saml(body["settings"].setdefault("signOn", {}))
    return body


def merged_body(one: Integration, template: Template, app: App) -> dict[str, Any]:
    """The body that replaces the app: everything it has, with only the differing fields changed.

    The sign-on mode is always written as the spec has it, never as Okta returned it: Okta accepts AUTO_LOGIN for an app
    that reads BROWSER_PLUGIN (recorded, OB-028); whether it accepts the values it returns is unknown.
    """
    body = app.writable() | {"signOnMode": template.sign_on[one.sign_on.mode].sent}
    for field in app_fields(one, template):
        if not field.holds(app):
            _put(body, field.path_in(app), field.value)
    if app.marker != one.key:
        _put(body, "settings.notes.admin", note_with_marker(app.admin_note, one.key))
    return body


def _complete_custom_saml(sign_on: dict[str, Any]) -> None:
    """What a custom SAML app needs besides its two URLs (required by the OpenAPI description; our choice of values)."""
    acs_url, audience = sign_on.get("ssoAcsUrl"), sign_on.get("audience")
    sign_on |= {
        "recipient": acs_url,
        "destination": acs_url,
        "audience": audience,
        "idpIssuer": "http://www.okta.com/${org.externalKey}",
        "subjectNameIdTemplate": "${user.userName}",
        "subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        "responseSigned": True,
        "assertionSigned": True,
        "signatureAlgorithm": "RSA_SHA256",
        "digestAlgorithm": "SHA256",
        "honorForceAuthn": True,
        "authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        "requestCompressed": False,
        "allowMultipleAcsEndpoints": False,
        "attributeStatements": [],
    }


def _shown(field: AppField, app: App, template: Template) -> Any:
    if field.field != "sign_on.mode":
        return field.actual(app)
    modes = [name for name, mode in template.sign_on.items() if app.sign_on_mode in mode.echoes]
    return modes[0] if modes else app.sign_on_mode


def _paths(places: Sequence[SettingsPath]) -> tuple[str, ...]:
    return tuple(place.path for place in places)


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *parents, key = path.split(".")
    for parent in parents:
        if not isinstance(body.get(parent), dict):
            body[parent] = {}
        body = body[parent]
    body[key] = value
