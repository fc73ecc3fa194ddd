"""Users and groups (OB-080 to OB-084). Error texts that no recording shows are our choice."""

from __future__ import annotations

from okta_emulator.core.body import member, text
from okta_emulator.core.errors import NotFound, ValidationFailed, WrongUserStatus
from okta_emulator.core.records import Group, Json, User, UserStatus
from okta_emulator.org import assignments, push_mappings
from okta_emulator.org.events import Cause, NewEvent, group_entity, user_entity
from okta_emulator.org.schema import OKTA_ATTRIBUTES
from okta_emulator.org.state import Org

_REQUIRED = ("login", "email", "firstName", "lastName")
_TAKEN = "{}: An object with this field already exists in the current organization"
_BLANK = "{}: The field cannot be left blank"
_ALWAYS: Json = {"mobilePhone": None, "secondEmail": None}
# The lifecycle by operation: the statuses it starts from, the status it leads to, the verb of its event.
_STEPS: dict[str, tuple[tuple[UserStatus, ...], UserStatus, str]] = {
    "activate": (("STAGED", "DEPROVISIONED"), "ACTIVE", "activate"),
    "deactivate": (("STAGED", "PROVISIONED", "ACTIVE", "SUSPENDED"), "DEPROVISIONED", "deactivate"),
    "reactivate": (("PROVISIONED", "RECOVERY"), "PROVISIONED", "reactivate"),
    "suspend": (("ACTIVE",), "SUSPENDED", "suspend"),
    "unsuspend": (("SUSPENDED",), "ACTIVE", "unsuspend"),
}


def create_user(org: Org, cause: Cause, body: Json, *, activate: bool) -> User:
    """Create a user: STAGED, or ACTIVE with a password and PROVISIONED without one."""
    profile = _ALWAYS | _profile(member(body, "profile"), "newUser")
    for key in _REQUIRED:
        if not profile.get(key):
            raise ValidationFailed(key, causes=(_BLANK.format(key),))
    _require_free_login(org, profile["login"])
    now = org.now()
    has_password = bool(text(member(member(body, "credentials"), "password"), "value"))
    user: User = {
        "id": org.ids.new("00u"),
        "status": "STAGED",
        "created": now,
        "activated": None,
        "statusChanged": None,
        "lastLogin": None,
        "lastUpdated": now,
        "passwordChanged": now if has_password else None,
        "profile": profile,
    }
    if activate:
        user["status"] = "ACTIVE" if has_password else "PROVISIONED"
        user["activated"] = user["statusChanged"] = now
    _save_user(org, user)
    org.store.members.put(org.identity["everyone"], user["id"], {})
    org.events.write(cause, NewEvent("user.lifecycle.create", "Create Okta user", [user_entity(user)]))
    if activate:
        org.events.write(cause, NewEvent("user.lifecycle.activate", "Activate Okta user", [user_entity(user)]))
    group_ids = body.get("groupIds")
    for group_id in group_ids if isinstance(group_ids, list) else ():
        group = org.store.groups.get(str(group_id))
        if group is None:
            raise NotFound(str(group_id), "UserGroup")
        add_member(org, cause, group, user)
    assignments.membership_changed(org, cause, org.identity["everyone"], user["id"])
    return user


def change_profile(org: Org, cause: Cause, user: User, body: Json, *, replace: bool) -> User:
    """Change some attributes of a user, or all of them; apps with Update User Attributes get the new profile."""
    given = _profile(member(body, "profile"), "updateUser")
    kept = _ALWAYS | {key: user["profile"][key] for key in _REQUIRED} if replace else user["profile"]
    profile = {key: value for key, value in (kept | given).items() if value is not None or key in _ALWAYS}
    for key in _REQUIRED:
        if not profile.get(key):
            raise ValidationFailed(key, causes=(_BLANK.format(key),))
    if profile["login"].casefold() != user["profile"]["login"].casefold():
        _require_free_login(org, profile["login"])
    changed: User = {**user, "profile": profile, "lastUpdated": org.now()}
    password = text(member(member(body, "credentials"), "password"), "value")
    if password:
        changed["passwordChanged"] = changed["lastUpdated"]
    _save_user(org, changed)
    org.events.write(
        cause, NewEvent("user.account.update_profile", "Update user profile for Okta", [user_entity(changed)])
    )
    assignments.profile_changed(org, cause, changed)
    if password:
        assignments.password_changed(org, cause, changed, password)
    return changed


def step(org: Org, cause: Cause, user: User, operation: str) -> User:
    """Run a lifecycle operation: activate, deactivate, reactivate, suspend or unsuspend."""
    allowed, status, verb = _STEPS[operation]
    if user["status"] not in allowed:
        raise WrongUserStatus
    if operation == "activate" and user["passwordChanged"] is None:
        status = "PROVISIONED"
    now = org.now()
    changed: User = {**user, "status": status, "statusChanged": now, "lastUpdated": now}
    if operation == "activate":
        changed["activated"] = now
    _save_user(org, changed)
    org.events.write(
        cause, NewEvent(f"user.lifecycle.{verb}", f"{verb.capitalize()} Okta user", [user_entity(changed)])
    )
    if operation == "activate":
        assignments.user_activated(org, cause, changed)
    if operation == "deactivate":
        assignments.user_deactivated(org, cause, changed)
    return changed


def remove_user(org: Org, cause: Cause, user: User) -> None:
    """Deactivate an active user, delete a deactivated one; deleting sends nothing to any app."""
    if user["status"] != "DEPROVISIONED":
        step(org, cause, user, "deactivate")
        return
    for group_id, _ in list(org.store.members.to_target(user["id"])):
        org.store.members.delete(group_id, user["id"])
    org.store.users.delete(user["id"])
    org.events.write(cause, NewEvent("user.lifecycle.delete.initiated", "Delete Okta user", [user_entity(user)]))


def create_group(org: Org, cause: Cause, body: Json) -> Group:
    """Create an Okta group."""
    profile = _group_profile(org, body, None)
    now = org.now()
    group: Group = {
        "id": org.ids.new("00g"),
        "created": now,
        "lastUpdated": now,
        "lastMembershipUpdated": now,
        "type": "OKTA_GROUP",
        "profile": profile,
    }
    org.store.groups.put(group["id"], group, name=profile["name"])
    org.events.write(cause, NewEvent("group.lifecycle.create", "Create Okta group", [group_entity(group)]))
    return group


def rename_group(org: Org, cause: Cause, group: Group, body: Json) -> Group:
    """Replace the profile of a group; a new name is pushed too."""
    _require_okta_group(group)
    changed: Group = {**group, "profile": _group_profile(org, body, group), "lastUpdated": org.now()}
    org.store.groups.put(group["id"], changed, name=changed["profile"]["name"])
    if changed["profile"]["name"] != group["profile"]["name"]:
        push_mappings.source_renamed(org, cause, changed)
    return changed


def delete_group(org: Org, cause: Cause, group: Group) -> None:
    """Delete an Okta group; users who have apps through it lose them in the background."""
    _require_okta_group(group)
    users = [user_id for user_id, _ in org.store.members.from_source(group["id"])]
    apps = [app_id for app_id, _ in org.store.app_groups.to_target(group["id"])]
    for user_id in users:
        org.store.members.delete(group["id"], user_id)
    for app_id in apps:
        org.store.app_groups.delete(app_id, group["id"])
    org.store.groups.delete(group["id"])
    org.events.write(cause, NewEvent("group.lifecycle.delete", "Delete Okta group", [group_entity(group)]))
    for app_id in apps:
        for user_id in users:
            org.jobs.submit(assignments.ReconcileAssignment(cause, app_id, user_id))


def add_member(org: Org, cause: Cause, group: Group, user: User) -> None:
    """Add a user to a group."""
    _require_okta_group(group)
    if org.store.members.get(group["id"], user["id"]) is None:
        org.store.members.put(group["id"], user["id"], {})
        _members_changed(org, cause, group, user, "add", "Add user to group membership")


def remove_member(org: Org, cause: Cause, group: Group, user: User) -> None:
    """Remove a user from a group."""
    _require_okta_group(group)
    if org.store.members.get(group["id"], user["id"]) is not None:
        org.store.members.delete(group["id"], user["id"])
        _members_changed(org, cause, group, user, "remove", "Remove user from group membership")


def _members_changed(org: Org, cause: Cause, group: Group, user: User, verb: str, message: str) -> None:
    changed: Group = {**group, "lastMembershipUpdated": org.now()}
    org.store.groups.put(group["id"], changed, name=group["profile"]["name"])
    org.events.write(
        cause, NewEvent(f"group.user_membership.{verb}", message, [user_entity(user), group_entity(group)])
    )
    assignments.membership_changed(org, cause, group["id"], user["id"])


def _save_user(org: Org, user: User) -> None:
    org.store.users.put(user["id"], user, name=user["profile"]["login"])


def _profile(given: Json, what: str) -> Json:
    for key in given:
        if key not in OKTA_ATTRIBUTES:
            raise ValidationFailed(what, causes=(f"Property name '{key}' is not defined in profile",))
    return {key: value if value is None else str(value) for key, value in given.items()}


def _require_free_login(org: Org, login: str) -> None:
    if org.store.users.named(login):
        raise ValidationFailed("login", causes=(_TAKEN.format("login"),))


def _require_okta_group(group: Group) -> None:
    """Refuse groups of apps and Everyone, which the API can't change."""
    if group["type"] != "OKTA_GROUP":
        raise ValidationFailed("type", causes=(f"A group of type {group['type']} cannot be changed.",))


def _group_profile(org: Org, body: Json, present: Group | None) -> Json:
    given = member(body, "profile")
    name = text(given, "name")
    if not name:
        raise ValidationFailed("name", causes=(_BLANK.format("name"),))
    others = [group for group in org.store.groups.named(name) if group["type"] != "APP_GROUP" and group != present]
    if others:
        raise ValidationFailed("name", causes=(_TAKEN.format("name"),))
    return {"name": name, "description": text(given, "description")} | {
        key: value for key, value in given.items() if key not in ("name", "description")
    }
