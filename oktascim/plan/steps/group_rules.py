"""The step for group rules: create, change and activate those that the spec names; it removes none."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from oktascim.errors import NotTaken, OktascimError
from oktascim.okta import group_rules
from oktascim.okta.client import Okta
from oktascim.okta.group_rules import OrgGroupRule
from oktascim.plan.compare import Change
from oktascim.plan.snapshot import Directory
from oktascim.plan.steps.base import Step, StepContext
from oktascim.spec.models import GroupRule

_ACTIVE = "ACTIVE"


def rule_changes(wanted: GroupRule, seen: OrgGroupRule | None) -> tuple[Change, ...]:
    """The differences of a rule; not its groups, because a rule with other groups blocks the plan."""
    field = f"assignments.group_rules.{wanted.name}"
    if seen is None:
        return (Change(field, None, f"{wanted.expression} → {', '.join(wanted.groups)}"),)
    changes = []
    if seen.expression != wanted.expression:
        changes.append(Change(f"{field}.expression", seen.expression, wanted.expression))
    if seen.status != _ACTIVE:
        changes.append(Change(f"{field}.status", seen.status, _ACTIVE))
    return tuple(changes)


def rule_troubles(wanted: Iterable[GroupRule], found: Directory, twins: Container[str]) -> Iterator[str]:
    """Why the rules can't be applied: Okta doesn't change the groups of a rule (OB-623), or two share a name."""
    for rule in wanted:
        if rule.name in twins:
            yield f"several group rules are called {rule.name}"
        seen = found.rules.get(rule.name)
        if seen and seen.groups != {found.groups.get(word) for word in rule.groups}:
            yield (
                f"the group rule {rule.name} fills other groups, which Okta can't change; delete it or use another name"
            )


@dataclass(frozen=True)
class SetGroupRules(Step):
    """Create, change and activate group rules.

    Attributes:
        rules: those that differ.
        groups: the ids of their groups, by their name in the spec.
    """

    rules: tuple[GroupRule, ...]
    groups: Mapping[str, str]
    kind: ClassVar[str] = "group_rules"
    after_provisioning: ClassVar[bool] = True

    def describe(self) -> str:
        """What it will do."""
        return f"Set the group rules {', '.join(rule.name for rule in self.rules)}"

    async def do(self, context: StepContext) -> None:
        """Send what differs; another integration of this run may have set the same rule in the meantime."""
        async with context.shared:
            for wanted in self.rules:
                await self._set(context.okta, wanted)

    async def _set(self, okta: Okta, wanted: GroupRule) -> None:
        """Create or change one rule and activate it; only an inactive rule can be changed (OB-623)."""
        seen = await _rule(okta, wanted.name)
        if seen is None:
            groups = [self.groups[word] for word in wanted.groups]
            seen = await group_rules.create_rule(okta, wanted.name, wanted.expression, groups)
        elif seen.expression != wanted.expression:
            if seen.status == _ACTIVE:
                await group_rules.switch_rule(okta, seen.id, active=False)
            await group_rules.set_expression(okta, seen, wanted.expression)
        elif seen.status == _ACTIVE:
            return
        await group_rules.switch_rule(okta, seen.id, active=True)

    async def verify(self, context: StepContext) -> str:
        """Read the rules again."""
        for wanted in self.rules:
            seen = await _rule(context.okta, wanted.name)
            left = rule_changes(wanted, seen)
            if left or seen is None or seen.groups != {self.groups[word] for word in wanted.groups}:
                raise NotTaken(f"Okta didn't keep the group rule {wanted.name}.")
        return "GET /api/v1/groups/rules shows them active"


async def _rule(okta: Okta, name: str) -> OrgGroupRule | None:
    found = await group_rules.rules_named(okta, name)
    if len(found) > 1:
        raise OktascimError(f"{len(found)} group rules are called {name}.", fix="Rename or delete all but one.")
    return found[0] if found else None
