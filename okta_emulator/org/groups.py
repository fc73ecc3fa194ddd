"""Groups and their members (OB-084). Error texts that no recording shows are our choice."""

from __future__ import annotations

from okta_emulator.core.body import member, text
from okta_emulator.core.errors import ValidationFailed
from okta_emulator.core.records import Group, Json, User
from okta_emulator.org import assignments, push_mappings
from okta_emulator.org.events import Cause, NewEvent, group_entity, user_entity
from okta_emulator.org.new_group import new_group
from okta_emulator.org.okta_schema import checked_group_profile
from okta_emulator.org.state import Org


def create_group(org: Org, cause: Cause, body: Json) -> Group:
    """Create an Okta group."""
    profile = _group_profile(org, body, None)
    group = new_group(org, profile)
    org.store.groups.put(group["id"], group, name=profile["name"])
    org.events.write(cause, NewEvent("group.lifecycle.create", "Create Okta group", [group_entity(group)]))
    return group


def rename_group(org: Org, cause: Cause, group: Group, body: Json) -> Group:
    """Replace the profile of a group; a new name is pushed too."""
    require_okta_group(group)
    changed: Group = {**group, "profile": _group_profile(org, body, group), "lastUpdated": org.now()}
    org.store.groups.put(group["id"], changed, name=changed["profile"]["name"])
    if changed["profile"]["name"] != group["profile"]["name"]:
        push_mappings.source_renamed(org, cause, changed)
    return changed


def delete_group(org: Org, cause: Cause, group: Group) -> None:
    """Delete an Okta group; users who have apps through it lose them in the background."""
    require_okta_group(group)
    users = [user_id for user_id, _ in org.store.members.from_source(group["id"])]
    apps = [app_id for app_id, _ in org.store.app_groups.to_target(group["id"])]
    for user_id in users:
        org.store.members.delete(group["id"], user_id)
    for app_id in apps:
        org.store.app_groups.delete(app_id, group["id"])
    for role_id, _ in list(org.store.roles.from_source(group["id"])):
        org.store.roles.delete(group["id"], role_id)
    org.store.groups.delete(group["id"])
    org.events.write(cause, NewEvent("group.lifecycle.delete", "Delete Okta group", [group_entity(group)]))
    for app_id in apps:
        for user_id in users:
            org.jobs.submit(assignments.ReconcileAssignment(cause, app_id, user_id))


def add_member(org: Org, cause: Cause, group: Group, user: User) -> None:
    """Add a user to a group."""
    require_okta_group(group)
    present = org.store.members.get(group["id"], user["id"])
    org.store.members.put(group["id"], user["id"], {})
    if present is None:
        _members_changed(org, cause, group, user, "add", "Add user to group membership")


def remove_member(org: Org, cause: Cause, group: Group, user: User) -> None:
    """Remove a user from a group."""
    require_okta_group(group)
    if org.store.members.get(group["id"], user["id"]) is not None:
        _take_out(org, cause, group, user)


def add_by_rule(org: Org, cause: Cause, group: Group, user: User, rule_id: str) -> None:
    """Add a user to a group for a rule; a member that an administrator added isn't attributed to the rule."""
    present = org.store.members.get(group["id"], user["id"])
    if present is None:
        org.store.members.put(group["id"], user["id"], {"rules": [rule_id]})
        _members_changed(org, cause, group, user, "add", "Add user to group membership")
    elif rule_id not in present.get("rules", [rule_id]):
        org.store.members.put(group["id"], user["id"], {"rules": [*present["rules"], rule_id]})


def withdraw_rule(org: Org, cause: Cause, group: Group, user: User, rule_id: str) -> None:
    """Remove a user from a group unless another rule or an administrator added them."""
    present = org.store.members.get(group["id"], user["id"])
    rules = present.get("rules", []) if present else []
    if rules == [rule_id]:
        _take_out(org, cause, group, user)
    elif rule_id in rules:
        org.store.members.put(group["id"], user["id"], {"rules": [one for one in rules if one != rule_id]})


def _take_out(org: Org, cause: Cause, group: Group, user: User) -> None:
    org.store.members.delete(group["id"], user["id"])
    _members_changed(org, cause, group, user, "remove", "Remove user from group membership")


def _members_changed(org: Org, cause: Cause, group: Group, user: User, verb: str, message: str) -> None:
    changed: Group = {**group, "lastMembershipUpdated": org.now()}
    org.store.groups.put(group["id"], changed, name=group["profile"]["name"])
    org.events.write(
        cause, NewEvent(f"group.user_membership.{verb}", message, [user_entity(user), group_entity(group)])
    )
    assignments.membership_changed(org, cause, group["id"], user["id"])


def require_okta_group(group: Group) -> None:
    """Reject groups of apps and Everyone, which the API can't change."""
    if group["type"] != "OKTA_GROUP":
        raise ValidationFailed("type", causes=(f"A group of type {group['type']} cannot be changed.",))


def _group_profile(org: Org, body: Json, present: Group | None) -> Json:
    given = member(body, "profile")
    name = text(given, "name")
    if not name:
        raise ValidationFailed("name", causes=("name: The field cannot be left blank",))
    others = [group for group in org.store.groups.named(name) if group["type"] != "APP_GROUP" and group != present]
    if others:
        raise ValidationFailed(
            "name", causes=("name: An object with this field already exists in the current organization",)
        )
    return {"name": name, "description": text(given, "description")} | checked_group_profile(org, given)
