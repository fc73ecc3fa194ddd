"""Custom attributes of the app's user, as a spec writes them and as Okta stores them; pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from oktascim.okta.schemas import AppUserSchema
from oktascim.plan.compare import Change
from oktascim.spec.attributes import AppAttribute, AppAttributes, attribute_faults

# Member of the spec to the property's member in Okta's schema; enum_titles and items differ in form.
_MEMBERS = {
    "title": "title",
    "type": "type",
    "description": "description",
    "external_name": "externalName",
    "external_namespace": "externalNamespace",
    "required": "required",
    "mutability": "mutability",
    "scope": "scope",
    "unique": "unique",
    "enum": "enum",
    "format": "format",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}
_AS_NEW = {"mutability": "READ_WRITE", "scope": "NONE", "required": False, "unique": False}
_FIELD = "attributes"


def attribute_changes(wanted: AppAttributes | None, seen: AppUserSchema | None) -> tuple[Change, ...]:
    """The custom attributes that differ: added and removed as a whole, changed by member.

    Args:
        wanted: the spec's `attributes`; with None nothing is compared.
        seen: what the org shows; None for an app that doesn't exist yet, so that everything is added.
    """
    if wanted is None:
        return ()
    custom = seen.custom if seen else {}
    changes: list[Change] = []
    for name, attribute in wanted.custom.items():
        if name in custom:
            changes += _member_changes(name, attribute, custom[name])
        else:
            changes.append(Change(f"{_FIELD}.{name}", None, _in_words(_members_wanted(attribute))))
    return (
        *changes,
        *(Change(f"{_FIELD}.{name}", _in_words(_members_shown(custom[name])), None) for name in surplus(wanted, seen)),
    )


def surplus(wanted: AppAttributes, seen: AppUserSchema | None) -> tuple[str, ...]:
    """The custom attributes that `prune: true` removes."""
    return tuple(name for name in (seen.custom if seen else {}) if wanted.prune and name not in wanted.custom)


def attribute_properties(wanted: AppAttributes, seen: AppUserSchema) -> dict[str, dict[str, Any] | None]:
    """The properties to send: each attribute that differs, with all its members in Okta, and None for one to remove.

    Whether Okta merges the members of an attribute isn't documented, so none is omitted (OB-129).
    """
    sent: dict[str, dict[str, Any] | None] = {}
    for name, attribute in wanted.custom.items():
        present = seen.custom.get(name)
        if present is None or any(_member_changes(name, attribute, present)):
            sent[name] = {**(present or {}), **_written(attribute)}
    return sent | dict.fromkeys(surplus(wanted, seen))


def attributes_of(seen: AppUserSchema) -> tuple[dict[str, AppAttribute], tuple[str, ...]]:
    """The spec's `attributes.custom` for what the org shows, and the names of those that a spec can't express."""
    found: dict[str, AppAttribute] = {}
    for name, described in seen.custom.items():
        members = {key: value for key, value in _members_shown(described).items() if _AS_NEW.get(key) != value}
        try:
            attribute = AppAttribute.model_validate(members)
        except ValidationError:
            continue
        if not list(attribute_faults(AppAttributes(custom={**found, name: attribute}))):
            found[name] = attribute
    return found, tuple(name for name in seen.custom if name not in found)


def _member_changes(name: str, wanted: AppAttribute, present: Mapping[str, Any]) -> Iterator[Change]:
    kept = _members_shown(present)
    for member, value in _members_wanted(wanted).items():
        if kept.get(member, _AS_NEW.get(member)) != value:
            yield Change(f"{_FIELD}.{name}.{member}", kept.get(member), value)


def _members_wanted(attribute: AppAttribute) -> dict[str, Any]:
    """What the spec says about an attribute, with the spec's names and JSON values."""
    members = ((member, getattr(attribute, member)) for member in AppAttribute.model_fields)
    return {
        member: list(value) if isinstance(value, tuple) else value for member, value in members if value is not None
    }


def _members_shown(described: Mapping[str, Any]) -> dict[str, Any]:
    """The same for what Okta shows."""
    found = {member: described[key] for member, key in _MEMBERS.items() if described.get(key) is not None}
    items, titles = described.get("items"), described.get("oneOf")
    if isinstance(items, dict) and items.get("type"):
        found["items"] = items["type"]
    if isinstance(titles, list):
        found["enum_titles"] = [one.get("title") if isinstance(one, dict) else None for one in titles]
    return found


def _written(attribute: AppAttribute) -> dict[str, Any]:
    said = _members_wanted(attribute)
    body = {key: said[member] for member, key in _MEMBERS.items() if member in said}
    if "items" in said:
        body["items"] = {"type": said["items"]}
    if "enum_titles" in said:
        pairs = zip(said["enum"], said["enum_titles"], strict=True)
        body["oneOf"] = [{"const": value, "title": title} for value, title in pairs]
    return body


def _in_words(members: Mapping[str, Any]) -> str:
    """`Badge (string), external_name badge`: title and type, then the other members."""
    rest = {key: value for key, value in members.items() if key not in ("title", "type") and _AS_NEW.get(key) != value}
    shown = [f"{key} {', '.join(map(str, value)) if isinstance(value, list) else value}" for key, value in rest.items()]
    return ", ".join((f"{members.get('title', '')} ({members.get('type', 'string')})", *shown))
