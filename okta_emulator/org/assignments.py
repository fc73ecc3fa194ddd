"""App assignments and their consequences (OB-086 to OB-095, OB-270 to OB-285).

An assignment of scope USER is direct; one of scope GROUP comes from the app's groups and ends with them. Group
assignments take effect in the background, in order within each app.
"""

from __future__ import annotations

from dataclasses import dataclass

from okta_emulator.core.records import App, AppUser, Group, GroupAssignment, Json, Scope, User
from okta_emulator.org import tasks
from okta_emulator.org.events import Cause, NewEvent, app_entity, app_user_entity, group_entity, user_entity
from okta_emulator.org.group_deliveries import forget_member, sync_groups_of, sync_pushed_group
from okta_emulator.org.provisioning import delivers, provisioning_of
from okta_emulator.org.state import Org
from okta_emulator.org.user_deliveries import ProvisionUser, PushPassword, PushProfile, deactivate_user


@dataclass(frozen=True)
class ReconcileAssignment:
    """Make a user's assignment through groups match the app's groups."""

    cause: Cause
    app_id: str
    user_id: str

    async def run(self, org: Org) -> None:
        """Assign the user, end the assignment, or do nothing."""
        with org.store.transaction():
            self._reconcile(org, self.cause.as_job(org.ids))

    def _reconcile(self, org: Org, cause: Cause) -> None:
        app, user = org.store.apps.get(self.app_id), org.store.users.get(self.user_id)
        if app is None or user is None:
            return
        app_user = org.store.app_users.get(self.app_id, self.user_id)
        groups = (group_id for group_id, _ in org.store.members.to_target(self.user_id))
        through_group = any(org.store.app_groups.get(self.app_id, group_id) for group_id in groups)
        wanted = user["status"] != "DEPROVISIONED" and through_group
        if wanted and app_user is None:
            assign_user(org, cause, app, user, scope="GROUP", user_name=None, profile={})
        elif not wanted and app_user is not None and app_user["scope"] == "GROUP":
            unassign_user(org, cause, app, user, app_user)


def assign_user(
    org: Org, cause: Cause, app: App, user: User, *, scope: Scope, user_name: str | None, profile: Json
) -> AppUser:
    """Assign a user, or change the assignment if there is one (that a second POST does this is our choice).

    Args:
        org: the org.
        cause: who assigns.
        app: the app.
        user: the user.
        scope: USER or GROUP.
        user_name: the user name in the app; None means the Okta login.
        profile: attributes of the app user that are set manually.

    Returns:
        The assignment. With provisioning on, it is STAGED until the SCIM server has the user.
    """
    present = org.store.app_users.get(app["id"], user["id"])
    if present is not None:
        return change_assignment(org, cause, app, user, {**present, "scope": scope}, user_name, profile)
    now = org.now()
    provisioned = delivers(org, app) and bool(provisioning_of(org, app["id"]).to_app)
    app_user: AppUser = {
        "id": user["id"],
        "app_user_id": org.ids.new("0ua"),
        "externalId": None,
        "created": now,
        "lastUpdated": now,
        "scope": scope,
        "status": "STAGED" if provisioned else "ACTIVE",
        "statusChanged": now,
        "syncState": "DISABLED",
        "lastSync": None,
        "credentials": {"userName": user_name or user["profile"]["login"]},
        "profile": profile,
    }
    org.store.app_users.put(app["id"], user["id"], app_user)
    _write(org, cause, "add", "Add user to application membership", app, user, app_user)
    if provisioned and user["status"] != "STAGED":
        org.jobs.submit(ProvisionUser(cause, app["id"], user["id"]))
    return app_user


def change_assignment(
    org: Org, cause: Cause, app: App, user: User, app_user: AppUser, user_name: str | None, profile: Json
) -> AppUser:
    """Change the user name or attributes of an assignment, and push them to the SCIM server."""
    name = user_name or app_user["credentials"]["userName"]
    merged = {key: value for key, value in (app_user["profile"] | profile).items() if value is not None}
    changed: AppUser = {**app_user, "credentials": {"userName": name}, "profile": merged, "lastUpdated": org.now()}
    org.store.app_users.put(app["id"], user["id"], changed)
    if name != app_user["credentials"]["userName"]:
        _write(org, cause, "change_username", "Change users application username", app, user, changed)
    org.jobs.submit(PushProfile(cause, app["id"], user["id"]))
    return changed


def unassign_user(org: Org, cause: Cause, app: App, user: User, app_user: AppUser) -> None:
    """End an assignment; the account on the SCIM server is deactivated if Deactivate Users is on."""
    org.store.app_users.delete(app["id"], user["id"])
    tasks.forget(org, app["id"], user["id"])
    _write(org, cause, "remove", "Remove users application membership", app, user, app_user)
    deactivate_user(org, cause, app, user, app_user)
    if app["wizard"]:
        forget_member(org, app["id"], user["id"])
    else:
        sync_groups_of(org, cause, app["id"], user["id"])


def assign_group(
    org: Org, cause: Cause, app: App, group: Group, *, priority: int | None, profile: Json
) -> GroupAssignment:
    """Assign a group, or change its assignment; its members follow in the background."""
    present = org.store.app_groups.get(app["id"], group["id"])
    if priority is None:
        taken = [assignment["priority"] for _, assignment in org.store.app_groups.from_source(app["id"])]
        priority = present["priority"] if present else max(taken, default=-1) + 1
    assigned: GroupAssignment = {
        "id": group["id"],
        "lastUpdated": org.now(),
        "priority": priority,
        "profile": profile,
    }
    org.store.app_groups.put(app["id"], group["id"], assigned)
    if present is None:
        targets = [group_entity(group), app_entity(app)]
        message = "Add assigned application to group"
        org.events.write(cause, NewEvent("group.application_assignment.add", message, targets))
    _reconcile_members(org, cause, app["id"], group["id"])
    return assigned


def unassign_group(org: Org, cause: Cause, app: App, group: Group) -> None:
    """Unassign a group from an app; users who aren't assigned through another group follow in the background."""
    org.store.app_groups.delete(app["id"], group["id"])
    targets = [group_entity(group), app_entity(app)]
    message = "Remove assigned application from group"
    org.events.write(cause, NewEvent("group.application_assignment.remove", message, targets))
    _reconcile_members(org, cause, app["id"], group["id"])


def membership_changed(org: Org, cause: Cause, group_id: str, user_id: str) -> None:
    """Apply a change in a group's members to the apps that the group is assigned or pushed to."""
    for app_id, _ in org.store.app_groups.to_target(group_id):
        org.jobs.submit(ReconcileAssignment(cause, app_id, user_id))
    sync_pushed_group(org, cause, group_id)


def user_deactivated(org: Org, cause: Cause, user: User) -> None:
    """End all assignments of a deactivated user."""
    for app_id, app_user in list(org.store.app_users.to_target(user["id"])):
        app = org.store.apps.get(app_id)
        if app is not None:
            unassign_user(org, cause, app, user, app_user)


def user_activated(org: Org, cause: Cause, user: User) -> None:
    """Provision an activated user: staged direct assignments, and those through groups."""
    for app_id, app_user in list(org.store.app_users.to_target(user["id"])):
        if app_user["status"] == "STAGED":
            org.jobs.submit(ProvisionUser(cause, app_id, user["id"]))
    for group_id, _ in org.store.members.to_target(user["id"]):
        for app_id, _ in org.store.app_groups.to_target(group_id):
            org.jobs.submit(ReconcileAssignment(cause, app_id, user["id"]))


def profile_changed(org: Org, cause: Cause, user: User) -> None:
    """Push a changed Okta profile to every app that the user is assigned to."""
    for app_id, _ in org.store.app_users.to_target(user["id"]):
        org.jobs.submit(PushProfile(cause, app_id, user["id"]))


def password_changed(org: Org, cause: Cause, user: User, password: str) -> None:
    """Push a new password to every app that synchronizes it (including seed RANDOM, by our choice)."""
    for app_id, _ in org.store.app_users.to_target(user["id"]):
        org.jobs.submit(PushPassword(cause, app_id, user["id"], password))


def _reconcile_members(org: Org, cause: Cause, app_id: str, group_id: str) -> None:
    for user_id, _ in org.store.members.from_source(group_id):
        org.jobs.submit(ReconcileAssignment(cause, app_id, user_id))


def _write(org: Org, cause: Cause, verb: str, message: str, app: App, user: User, app_user: AppUser) -> None:
    targets = [app_user_entity(app_user, user), app_entity(app), user_entity(user)]
    org.events.write(cause, NewEvent(f"application.user_membership.{verb}", message, targets))
