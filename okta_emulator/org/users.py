"""Users and their profiles (OB-080 to OB-083). Error texts that no recording shows are our choice."""

from __future__ import annotations

from okta_emulator.core.body import member, text
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.records import Json, User
from okta_emulator.org import assignments, credentials, group_rules, groups, lifecycle, okta_schema
from okta_emulator.org.events import Cause, NewEvent, user_entity
from okta_emulator.org.state import Org
from okta_emulator.org.user_types import type_named

_TAKEN = "{}: An object with this field already exists in the current organization"
_BLANK = "{}: The field cannot be left blank"
_ALWAYS: Json = {"mobilePhone": None, "secondEmail": None}


def create_user(org: Org, cause: Cause, body: Json, *, activate: bool) -> User:
    """Create a user: STAGED, or else ACTIVE with a password and PROVISIONED without one."""
    user_type = type_named(org, text(member(body, "type"), "id"))
    profile = _ALWAYS | okta_schema.checked_profile(org, user_type["id"], member(body, "profile"), "newUser")
    _require_complete(profile)
    _require_free_login(org, profile["login"])
    given = credentials.credentials_in(member(body, "credentials"))
    now = org.now()
    user: User = {
        "id": org.ids.new("00u"),
        "status": "STAGED",
        "created": now,
        "activated": None,
        "statusChanged": None,
        "lastLogin": None,
        "lastUpdated": now,
        "passwordChanged": now if given.password else None,
        "type_id": user_type["id"],
        "question": given.question,
        "profile": profile,
    }
    if activate:
        user["status"] = "ACTIVE" if given.password else "PROVISIONED"
        user["activated"] = user["statusChanged"] = now
    lifecycle.save(org, user)
    credentials.keep(org, user["id"], given)
    org.store.members.put(org.identity["everyone"], user["id"], {})
    org.events.write(cause, NewEvent("user.lifecycle.create", "Create Okta user", [user_entity(user)]))
    if activate:
        org.events.write(cause, NewEvent("user.lifecycle.activate", "Activate Okta user", [user_entity(user)]))
    group_ids = body.get("groupIds")
    for group_id in group_ids if isinstance(group_ids, list) else ():
        group = org.store.groups.get(str(group_id))
        if group is None:
            raise NotFound(str(group_id), "UserGroup")
        groups.add_member(org, cause, group, user)
    assignments.membership_changed(org, cause, org.identity["everyone"], user["id"])
    group_rules.user_changed(org, cause, user["id"])
    return user


def change_user(org: Org, cause: Cause, user: User, body: Json, *, replace: bool) -> User:
    """Change some attributes of a user, or all of them; apps with Update User Attributes get the new profile."""
    profile = okta_schema.checked_profile(org, type_of(org, user), member(body, "profile"), "updateUser")
    kept = _ALWAYS | {key: user["profile"][key] for key in okta_schema.REQUIRED} if replace else user["profile"]
    profile = {key: value for key, value in (kept | profile).items() if value is not None or key in _ALWAYS}
    _require_complete(profile)
    if profile["login"].casefold() != user["profile"]["login"].casefold():
        _require_free_login(org, profile["login"])
    given = credentials.credentials_in(member(body, "credentials"))
    changed: User = {**user, "profile": profile, "lastUpdated": org.now()}
    if given.password:
        changed["passwordChanged"] = changed["lastUpdated"]
    if given.question:
        changed["question"] = given.question
    lifecycle.save(org, changed)
    credentials.keep(org, user["id"], given)
    org.events.write(
        cause, NewEvent("user.account.update_profile", "Update user profile for Okta", [user_entity(changed)])
    )
    assignments.profile_changed(org, cause, changed)
    if given.password:
        assignments.password_changed(org, cause, changed, given.password)
    group_rules.user_changed(org, cause, user["id"])
    return changed


def remove_user(org: Org, cause: Cause, user: User) -> None:
    """Deactivate an active user, delete a deactivated one; deleting sends nothing to any app."""
    if user["status"] != "DEPROVISIONED":
        lifecycle.step(org, cause, user, "deactivate")
        return
    for group_id, _ in list(org.store.members.to_target(user["id"])):
        org.store.members.delete(group_id, user["id"])
    for role_id, _ in list(org.store.roles.from_source(user["id"])):
        org.store.roles.delete(user["id"], role_id)
    org.store.secrets.delete(user["id"])
    org.store.users.delete(user["id"])
    org.events.write(cause, NewEvent("user.lifecycle.delete.initiated", "Delete Okta user", [user_entity(user)]))


def type_of(org: Org, user: User) -> str:
    """The id of a user's type; an org stored by an earlier version has only the default one."""
    return user.get("type_id") or org.identity["user_type"]


def _require_complete(profile: Json) -> None:
    for key in okta_schema.REQUIRED:
        if not profile.get(key):
            raise ValidationFailed(key, causes=(_BLANK.format(key),))


def _require_free_login(org: Org, login: str) -> None:
    if org.store.users.named(login):
        raise ValidationFailed("login", causes=(_TAKEN.format("login"),))
