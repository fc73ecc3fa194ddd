"""Group rules: conditions on Okta's users that put them into groups (OB-620 to OB-623)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from oktascim.okta.client import Okta

_PATH = "/api/v1/groups/rules"
_EXPRESSION = "urn:okta:expression:1.0"


@dataclass(frozen=True)
class OrgGroupRule:
    """A group rule as Okta returned it."""

    raw: dict[str, Any] = field(repr=False)
    id: str
    name: str
    status: str
    expression: str
    groups: frozenset[str]


async def rules_named(okta: Okta, name: str) -> list[OrgGroupRule]:
    """The rules with exactly this name; `search` finds parts of names as well."""
    found = await okta.collect(_PATH, {"search": name, "limit": 200})
    return [rule for rule in map(_rule_from, found) if rule.name == name]


async def create_rule(okta: Okta, name: str, expression: str, groups: Sequence[str]) -> OrgGroupRule:
    """Create a rule, which is inactive."""
    body = {
        "type": "group_rule",
        "name": name,
        "conditions": {"expression": {"value": expression, "type": _EXPRESSION}},
        "actions": {"assignUserToGroups": {"groupIds": list(groups)}},
    }
    return _rule_from(await okta.post(_PATH, body))


async def set_expression(okta: Okta, rule: OrgGroupRule, expression: str) -> None:
    """Replace the expression of an inactive rule; exceptions and groups stay."""
    conditions = {**(rule.raw.get("conditions") or {}), "expression": {"value": expression, "type": _EXPRESSION}}
    body = {key: rule.raw[key] for key in ("type", "name", "actions") if key in rule.raw}
    await okta.put(f"{_PATH}/{rule.id}", {**body, "conditions": conditions})


async def switch_rule(okta: Okta, rule_id: str, *, active: bool) -> None:
    """Activate or deactivate a rule; its members stay in the groups."""
    await okta.post(f"{_PATH}/{rule_id}/lifecycle/{'activate' if active else 'deactivate'}")


def _rule_from(raw: dict[str, Any]) -> OrgGroupRule:
    conditions, actions = raw.get("conditions") or {}, raw.get("actions") or {}
    return OrgGroupRule(
        raw=raw,
        id=raw["id"],
        name=raw["name"],
        status=raw["status"],
        expression=(conditions.get("expression") or {}).get("value") or "",
        groups=frozenset((actions.get("assignUserToGroups") or {}).get("groupIds") or ()),
    )
