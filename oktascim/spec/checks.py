"""Checks beyond the shape of a spec: whether its values fit together, the template and Okta.

A finding is (path below the integration, message). Faults stop the run; doubts are warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from oktascim.catalog import find_template
from oktascim.spec.attributes import AppAttributes, attribute_faults, clashing, unknown_target
from oktascim.spec.base_url import NO_URL, base_url_faults, has_doubtful_path, https_faults, url_parts
from oktascim.spec.models import Integration
from oktascim.spec.problem import KeyPath, alternatives
from oktascim.spec.provisioning import Credentials, Provisioning, SecretRef, ToOkta
from oktascim.spec.to_app import GUESSED, OFFERED_BY
from oktascim.template import Template

Remark = tuple[KeyPath, str]

_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_WIZARD_ONLY = ("unique_identifier", "supported_actions")


def spec_faults(integration: Integration) -> Iterator[Remark]:
    """What makes an integration unusable.

    Base URL rules with a source are Okta's; the others (no user info, query or fragment, no trailing slash, no /Users
    at the end) are our choice, because such a URL is always a mistake.
    """
    template = find_template(integration.template)
    if _CONTROL.search(integration.label):
        yield ("label",), "must be one line, without control characters"
    yield from _sign_on(integration, template)
    yield from _assignments(integration)
    if integration.provisioning:
        for path, message in _provisioning(integration.provisioning, template):
            yield ("provisioning", *path), message


def doubts(integration: Integration) -> Iterator[Remark]:
    """What is allowed but probably a mistake."""
    provisioning = integration.provisioning
    if provisioning is None:
        return
    if has_doubtful_path(provisioning.base_url):
        message = "Okta's guide advises against '_' in a SCIM base URL; whether Okta rejects it in the path isn't known"
        yield ("provisioning", "base_url"), message
    pushed = integration.assignments.push_groups if integration.assignments else None
    if provisioning.import_groups is False and pushed:
        yield ("provisioning", "import_groups"), "groups are pushed to this app, so the server needs a working /Groups "
        "anyway"
    template = find_template(integration.template)
    for path, message in _doubtful_attributes(provisioning, template):
        yield ("provisioning", *path), message
    if template.kind == "wizard":
        yield from _doubtful_actions(provisioning, groups_are_pushed=bool(pushed))


def _doubtful_attributes(provisioning: Provisioning, template: Template) -> Iterator[Remark]:
    """Mappings to unknown attributes, and custom attributes that the template seems to have already."""
    attributes = provisioning.attributes or AppAttributes(custom={})
    for name, base in clashing(attributes, template.attributes):
        yield ("attributes", "custom", name), f"apps of this template already have '{base}'; Okta rejects a duplicate"
    known = (*template.attributes, *attributes.custom)
    for target in provisioning.mappings or {}:
        if target not in known:
            yield ("mappings", target), unknown_target(target, known)


def _doubtful_actions(provisioning: Provisioning, *, groups_are_pushed: bool) -> Iterator[Remark]:
    """Supported actions that may not offer the wanted options of a wizard-made app (OB-422)."""
    actions, path = provisioning.supported_actions, ("provisioning", "supported_actions")
    if actions is None:
        if provisioning.to_app:
            yield path, "is missing; the actions ticked in Okta decide which to_app options it offers"
        return
    if groups_are_pushed and "push_groups" not in actions:
        yield path, "groups are pushed to this app, but push_groups isn't listed"
    for index, option in enumerate(provisioning.to_app or ()):
        if option in GUESSED and OFFERED_BY[option] not in actions:
            message = f"the supported action for '{option}' isn't documented; {OFFERED_BY[option]} is the likely one"
            yield ("provisioning", "to_app", index), message


def _sign_on(integration: Integration, template: Template) -> Iterator[Remark]:
    sign_on = integration.sign_on
    if sign_on.mode not in template.sign_on:
        fitting = alternatives(template.sign_on)
        yield ("sign_on", "mode"), f"'{sign_on.mode}' isn't available in the template {template.name}; use {fitting}"
        return
    values = sign_on.model_dump(exclude={"mode"})
    for key, value in values.items():
        if value is None and template.kind == "wizard":
            yield ("sign_on", key), f"is missing; a wizard-made app ({template.name}) needs it"
        elif value is not None and key.endswith("_url"):
            yield from ((("sign_on", key), message) for message in _web_address(value))


def _provisioning(provisioning: Provisioning, template: Template) -> Iterator[Remark]:
    for message in base_url_problems(provisioning.base_url, template):
        yield ("base_url",), message
    yield from _credentials(provisioning.credentials, template)
    if template.kind != "wizard":
        for key in _WIZARD_ONLY:
            if getattr(provisioning, key) is not None:
                yield (key,), "only custom-saml and custom-swa have this; in the other templates, Okta sets it"
    else:
        yield from _not_offered(provisioning)
    if provisioning.attributes:
        yield from ((("attributes", *path), message) for path, message in attribute_faults(provisioning.attributes))
    for key in ("to_app", "supported_actions"):
        yield from (((key, *path), message) for path, message in _repeated(getattr(provisioning, key)))
    if provisioning.to_okta:
        yield from _to_okta(provisioning.to_okta)


def _not_offered(provisioning: Provisioning) -> Iterator[Remark]:
    """To App options that Okta won't show, because the action that offers them isn't supported.

    The ticked actions decide what To App offers (OB-422). The names in the test's dialog tell which action offers which
    option (OB-255).
    """
    actions = provisioning.supported_actions
    for index, option in enumerate(provisioning.to_app or ()):
        if option not in GUESSED and actions is not None and OFFERED_BY[option] not in actions:
            yield ("to_app", index), f"Okta offers '{option}' only if supported_actions includes {OFFERED_BY[option]}"


def _credentials(credentials: Credentials, template: Template) -> Iterator[Remark]:
    given = {key: value for key, value in credentials if key != "mode" and value is not None}
    schemes = tuple(option.scheme for option in template.authentications)
    if credentials.mode is not None and (template.kind != "wizard" or credentials.mode not in schemes):
        yield ("credentials", "mode"), "only custom-saml and custom-swa have this; otherwise the template sets it"
        return
    needed = template.authentication(credentials.mode, given).fields
    for field in needed:
        if field not in given:
            yield ("credentials", field), f"is missing; {template.name} needs {alternatives(needed, last='and')}"
    for key, value in given.items():
        if key not in needed:
            message = f"isn't a credential of {template.name}, which needs {alternatives(needed, last='and')}"
            yield ("credentials", key), message
        if isinstance(value, SecretRef):
            yield from _reference(value, ("credentials", key))
        elif key.endswith("_endpoint"):
            yield from ((("credentials", key), message) for message in map(str, https_faults(url_parts(value))))


def _reference(reference: SecretRef, path: KeyPath) -> Iterator[Remark]:
    for way, where in reference:
        if where is not None and (not where.strip() or _CONTROL.search(where)):
            yield (*path, way), "must be one line of text"
            return
    if reference.env is not None and not _ENVIRONMENT_NAME.fullmatch(reference.env):
        message = "isn't the name of an environment variable (letters, digits and _, no digit first)"
        yield (*path, "env"), message


def _to_okta(to_okta: ToOkta) -> Iterator[Remark]:
    custom = to_okta.username_format == "CUSTOM"
    if custom and to_okta.username_expression is None:
        yield ("to_okta", "username_expression"), "is missing; username_format CUSTOM needs it"
    if not custom and to_okta.username_expression is not None:
        yield ("to_okta", "username_expression"), "has an effect only with username_format: CUSTOM"


def _assignments(integration: Integration) -> Iterator[Remark]:
    if integration.assignments is None:
        return
    for index, rule in enumerate(integration.assignments.group_rules or ()):
        if not rule.groups:
            yield ("assignments", "group_rules", index, "groups"), "must have at least one group"
    for key, entries in integration.assignments:
        if key == "group_rules":
            entries = tuple(rule.name for rule in entries or ())
        folded = [entry.casefold() for entry in entries or ()] if key == "users" else entries
        yield from ((("assignments", key, *path), message) for path, message in _repeated(folded))


def _repeated(entries: Sequence[str] | None) -> Iterator[Remark]:
    places: dict[str, int] = {}
    for index, entry in enumerate(entries or ()):
        first = places.setdefault(entry, index)
        if first < index:
            yield (index,), f"duplicate of entry {first + 1} of the list"


def base_url_problems(url: str, template: Template) -> Iterator[str]:
    """Describe what is wrong with a SCIM base URL for an app with this template."""
    yield from (str(fault) for fault in base_url_faults(url) if fault.everywhere or template.kind == "catalog")


def _web_address(url: str) -> Iterator[str]:
    parts = url_parts(url)
    if parts is None:
        yield NO_URL
    elif parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", url):
        yield "must be a URL that starts with https://"
