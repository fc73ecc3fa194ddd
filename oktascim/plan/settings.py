"""Import settings and profile mappings, as a spec writes them and as Okta stores them; pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from oktascim.plan.compare import Change
from oktascim.spec.provisioning import ImportSchedule, Provisioning, ToOkta

# Field of the spec to its place in the INBOUND_PROVISIONING capabilities (recorded names, OB-059).
_RULES = {
    "exact_match": "exactMatchCriteria",
    "allow_partial_match": "allowPartialMatch",
    "auto_confirm_exact_match": "autoConfirmExactMatch",
    "auto_confirm_partial_match": "autoConfirmPartialMatch",
    "auto_confirm_new_users": "autoConfirmNewUsers",
    "auto_activate_new_users": "autoActivateNewUsers",
}
_RULES_PLACE = ("importRules", "userCreateAndMatch")
_SETTINGS = "importSettings"
_SCHEDULES = {"full_import": "fullImport", "incremental_import": "incrementalImport"}


def import_changes(wanted: ToOkta, capabilities: Mapping[str, Any] | None) -> tuple[Change, ...]:
    """The differences between the wanted import settings and what the feature shows.

    Args:
        wanted: the spec's `to_okta`.
        capabilities: of INBOUND_PROVISIONING; None if the org doesn't show them, so that everything is a change.
    """
    changes = []
    for field, path, value in _import_fields(wanted):
        seen = _at(capabilities, path)
        if not _same(seen, value):
            changes.append(Change(f"to_okta.{field}", seen, value))
    return tuple(changes)


def import_capabilities(wanted: ToOkta) -> dict[str, Any]:
    """The body that sets exactly what the spec contains."""
    body: dict[str, Any] = {}
    for _, path, value in _import_fields(wanted):
        place = body
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = value
    if wanted.full_import or wanted.incremental_import:
        body[_SETTINGS]["schedule"]["status"] = "ENABLED"
    return body


def import_settings_of(capabilities: Mapping[str, Any]) -> dict[str, Any]:
    """The spec's `to_okta` for what INBOUND_PROVISIONING shows.

    It omits an idle schedule, the user name format EMAIL (Okta's default), and rules that match by user name without
    any automatic action, as in a new app (our choice: Okta documents no defaults for them).
    """
    found: dict[str, Any] = {}
    username = _at(capabilities, (_SETTINGS, "username")) or {}
    if username.get("userNameFormat") == "CUSTOM" and username.get("userNameExpression"):
        found |= {"username_format": "CUSTOM", "username_expression": username["userNameExpression"]}
    schedule = _at(capabilities, (_SETTINGS, "schedule")) or {}
    for field, name in _SCHEDULES.items():
        if schedule.get("status") == "ENABLED" and schedule.get(name):
            found[field] = {
                "expression": schedule[name]["expression"],
                "timezone": _member(schedule[name], "timezone") or "UTC",
            }
    rules = _at(capabilities, _RULES_PLACE) or {}
    matching = {field: rules[name] for field, name in _RULES.items() if rules.get(name) is not None}
    as_new = {field: "USERNAME" if field == "exact_match" else False for field in matching}
    return found if matching == as_new else found | {"matching": matching}


def mapping_changes(wanted: Provisioning, mapping: Mapping[str, Any] | None) -> tuple[Change, ...]:
    """The lines of the profile mapping that differ."""
    properties = (mapping or {}).get("properties") or {}
    return tuple(
        Change(f"mappings.{target}", _line(properties.get(target)), _line(line))
        for target, line in mapping_properties(wanted).items()
        if not _same(properties.get(target), line)
    )


def mapping_properties(wanted: Provisioning) -> dict[str, dict[str, str]]:
    """The wanted lines in Okta's format."""
    return {
        target: {"expression": line.expression, "pushStatus": "PUSH" if line.push else "DONT_PUSH"}
        for target, line in (wanted.mappings or {}).items()
    }


def _import_fields(wanted: ToOkta) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    if wanted.username_format:
        yield "username_format", (_SETTINGS, "username", "userNameFormat"), wanted.username_format
    if wanted.username_expression:
        yield "username_expression", (_SETTINGS, "username", "userNameExpression"), wanted.username_expression
    for field, name in _SCHEDULES.items():
        schedule = getattr(wanted, field)
        if schedule:
            yield field, (_SETTINGS, "schedule", name), _schedule(schedule)
    for field, name in _RULES.items():
        value = getattr(wanted.matching, field, None)
        if value is not None:
            yield f"matching.{field}", (*_RULES_PLACE, name), value


def _schedule(schedule: ImportSchedule) -> dict[str, str]:
    return {"expression": schedule.expression, "timezone": schedule.timezone}


def _at(value: Mapping[str, Any] | None, path: tuple[str, ...]) -> Any:
    found: Any = value
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _same(seen: Any, wanted: Any) -> bool:
    """Whether two values are equal; Okta may add its own members to an object."""
    if isinstance(wanted, Mapping):
        return isinstance(seen, Mapping) and all(_same(_member(seen, key), value) for key, value in wanted.items())
    return bool(seen == wanted)


def _member(seen: Mapping[str, Any], key: str) -> Any:
    """A member of Okta's object; Okta spells the time zone of a schedule in two ways (OB-060)."""
    return seen.get(key, seen.get("timeZone") if key == "timezone" else None)


def _line(properties: Mapping[str, str] | None) -> str | None:
    return f"{properties.get('expression')} ({properties.get('pushStatus')})" if properties else None
