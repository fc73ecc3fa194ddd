"""Group rules: their lifecycle, and how they move users in and out of groups in the background (OB-620 to OB-626).

A rule is evaluated for all users when it is activated, and for one user when their profile or status changes. A user
who was added to a group only by rules is removed from it when none of them matches; deactivating a rule
doesn't change any members.
"""

from __future__ import annotations

from dataclasses import dataclass

from okta_emulator.core.body import member, text
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.records import GroupRule, Json, RuleConditions, User
from okta_emulator.org import groups
from okta_emulator.org.events import Cause, NewEvent, entity
from okta_emulator.org.expression import BadExpression, Subject
from okta_emulator.org.rule_expression import check_condition, matches
from okta_emulator.org.state import Org

EXPRESSION_TYPE = "urn:okta:expression:1.0"
_LONGEST_NAME = 50


@dataclass(frozen=True)
class ApplyRules:
    """Evaluate active rules: all of them for one user, or one of them for all users."""

    cause: Cause
    rule_id: str | None = None
    user_id: str | None = None

    @property
    def app_id(self) -> str:
        """The rules' own queue: rules don't affect an app until they have changed groups."""
        return "group rules"

    async def run(self, org: Org) -> None:
        """Add the affected users to groups, and remove them."""
        with org.store.transaction():
            cause = self.cause.as_job(org.ids)
            for rule in self._rules(org):
                for user in self._users(org):
                    _apply(org, cause, rule, user)

    def _rules(self, org: Org) -> list[GroupRule]:
        rules = [rule for _, rule in org.store.group_rules.each() if self.rule_id in (None, rule["id"])]
        return [rule for rule in rules if rule["status"] == "ACTIVE"]

    def _users(self, org: Org) -> list[User]:
        if self.user_id is None:
            return [user for _, user in org.store.users.each()]
        user = org.store.users.get(self.user_id)
        return [user] if user else []


def create(org: Org, body: Json) -> GroupRule:
    """Create a rule, which is inactive until it is activated."""
    now = org.now()
    rule: GroupRule = {
        "id": org.ids.new("0pr"),
        "status": "INACTIVE",
        "created": now,
        "lastUpdated": now,
        "name": _name(org, body, None),
        "group_ids": _group_ids(org, body),
        **_conditions(body),
    }
    org.store.group_rules.put(rule["id"], rule)
    return rule


def replace(org: Org, present: GroupRule, body: Json) -> GroupRule:
    """Replace the name and conditions of an inactive rule; its groups stay, as Okta documents.

    Raises:
        ValidationFailed: the rule is active, or the body isn't a rule; the texts are our choice.
    """
    if present["status"] == "ACTIVE":
        raise ValidationFailed("status", causes=("Only an inactive rule can be changed.",))
    changed: GroupRule = {
        **present,
        "lastUpdated": org.now(),
        "name": _name(org, body, present),
        **_conditions(body),
    }
    org.store.group_rules.put(changed["id"], changed)
    return changed


def switch(org: Org, cause: Cause, rule: GroupRule, *, active: bool) -> None:
    """Activate a rule, which is then evaluated for all users in the background, or deactivate it.

    Raises:
        ValidationFailed: its groups were deleted; the text is our choice.
    """
    if rule["status"] == "INVALID":
        if active:
            raise ValidationFailed("status", causes=("The rule's groups were deleted.",))
        return
    changed: GroupRule = {**rule, "status": "ACTIVE" if active else "INACTIVE"}
    org.store.group_rules.put(rule["id"], changed)
    verb, message = ("trigger", "Trigger group rule") if active else ("deactivated", "Deactivate group rule")
    _write(org, cause, changed, verb, message)
    if active:
        org.jobs.submit(ApplyRules(cause, rule_id=rule["id"]))


def delete(org: Org, cause: Cause, rule: GroupRule, *, remove_users: bool) -> None:
    """Delete a rule; its members stay in the groups unless they are to be removed (OB-625)."""
    org.store.group_rules.delete(rule["id"])
    for group_id in rule["group_ids"]:
        group = org.store.groups.get(group_id)
        members = list(org.store.members.from_source(group_id)) if group else []
        for user_id, membership in members:
            user = org.store.users.get(user_id)
            if group is None or user is None or rule["id"] not in membership.get("rules", ()):
                continue
            if remove_users:
                groups.withdraw_rule(org, cause, group, user, rule["id"])
            else:
                org.store.members.put(group_id, user_id, {})


def user_changed(org: Org, cause: Cause, user_id: str) -> None:
    """Evaluate the active rules for a user in the background, if there are any."""
    if any(rule["status"] == "ACTIVE" for _, rule in org.store.group_rules.each()):
        org.jobs.submit(ApplyRules(cause, user_id=user_id))


def group_deleted(org: Org, cause: Cause, group_id: str) -> None:
    """Remove a deleted group from the rules that add users to it; a rule without groups is INVALID (OB-627)."""
    for _, rule in list(org.store.group_rules.each()):
        if group_id not in rule["group_ids"]:
            continue
        left = [one for one in rule["group_ids"] if one != group_id]
        changed: GroupRule = {**rule, "group_ids": left, "status": rule["status"] if left else "INVALID"}
        org.store.group_rules.put(rule["id"], changed)
        if not left:
            _write(org, cause, changed, "invalidate", "Invalidate group rule")


def exclude(org: Org, cause: Cause, group_id: str, user_id: str) -> None:
    """Exclude a user from the rules that added them to a group, because an administrator removed them (OB-626)."""
    membership = org.store.members.get(group_id, user_id)
    for rule_id in membership.get("rules", ()) if membership else ():
        rule = org.store.group_rules.get(rule_id)
        if rule is not None and user_id not in rule["excluded_users"]:
            changed: GroupRule = {**rule, "excluded_users": [*rule["excluded_users"], user_id]}
            org.store.group_rules.put(rule_id, changed)
            _write(org, cause, changed, "add_exclusion", "Add user to group rule exclusion")


def _apply(org: Org, cause: Cause, rule: GroupRule, user: User) -> None:
    wanted = user["status"] != "DEPROVISIONED" and _matches(org, rule, user)
    for group_id in rule["group_ids"]:
        group = org.store.groups.get(group_id)
        if group is not None and wanted:
            groups.add_by_rule(org, cause, group, user, rule["id"])
        elif group is not None:
            groups.withdraw_rule(org, cause, group, user, rule["id"])


def _matches(org: Org, rule: GroupRule, user: User) -> bool:
    found = [(group_id, org.store.groups.get(group_id)) for group_id, _ in org.store.members.to_target(user["id"])]
    if user["id"] in rule["excluded_users"] or any(group_id in rule["excluded_groups"] for group_id, _ in found):
        return False
    named = tuple((group_id, group["profile"]["name"]) for group_id, group in found if group is not None)
    return matches(rule["expression"], Subject(user["profile"], named))


def _conditions(body: Json) -> RuleConditions:
    conditions = member(body, "conditions")
    people = member(conditions, "people")
    given = member(conditions, "expression")
    expression = text(given, "value") or ""
    try:
        check_condition(expression)
    except BadExpression as error:
        raise ValidationFailed("conditions", causes=(f"expression: {error}",)) from None
    return {
        "expression": expression,
        "excluded_users": _texts(member(people, "users"), "exclude"),
        "excluded_groups": _texts(member(people, "groups"), "exclude"),
    }


def _name(org: Org, body: Json, present: GroupRule | None) -> str:
    name = text(body, "name")
    if not name or len(name) > _LONGEST_NAME:
        raise ValidationFailed("name", causes=(f"name: must have 1 to {_LONGEST_NAME} characters",))
    if any(rule["name"] == name and rule != present for _, rule in org.store.group_rules.each()):
        raise ValidationFailed("name", causes=("name: A group rule with this name already exists",))
    return name


def _group_ids(org: Org, body: Json) -> list[str]:
    group_ids = _texts(member(member(body, "actions"), "assignUserToGroups"), "groupIds")
    if not group_ids:
        raise ValidationFailed("groupIds", causes=("groupIds: The field cannot be left blank",))
    for group_id in group_ids:
        group = org.store.groups.get(group_id)
        if group is None:
            raise NotFound(group_id, "UserGroup")
        groups.require_okta_group(group)
    return group_ids


def _texts(body: Json, key: str) -> list[str]:
    given = body.get(key) or []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise ValidationFailed(key, causes=(f"{key}: must be a list of ids",))
    return given


def _write(org: Org, cause: Cause, rule: GroupRule, verb: str, message: str) -> None:
    target = entity("GroupRule", rule["id"], "unknown", rule["name"])
    org.events.write(cause, NewEvent(f"group.user_membership.rule.{verb}", message, [target]))
