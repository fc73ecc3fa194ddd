"""Who is assigned to an app, and what that sets going (OB-086 to OB-095, OB-270 to OB-285).

An assignment of scope USER is a person's own; one of scope GROUP comes from the groups of the app and goes with them.
Groups work in the background, each app in its own order.
"""

from __future__ import annotations

from okta_emulator.core.store import Record
from okta_emulator.org import group_deliveries, user_deliveries
from okta_emulator.org.events import Cause, app_entity, app_user_entity, group_entity, user_entity
from okta_emulator.org.provisioning import delivers, provisioning_of
from okta_emulator.org.state import Org

_GONE = ("DEPROVISIONED",)
_NOT_YET = ("STAGED",)


def assign_user(
    org: Org, cause: Cause, app: Record, user: Record, *, scope: str, user_name: str | None, profile: Record
) -> Record:
    """Assign a user, or change the assignment that is there (that a second POST does this is our choice).

    Args:
        org: the org.
        cause: who assigns.
        app: the app.
        user: the user.
        scope: USER or GROUP.
        user_name: the user name in the app; None means the Okta login.
        profile: attributes of the app user that are set by hand.

    Returns:
        The assignment. With provisioning on it is STAGED until the SCIM server has the user.
    """
    present = org.store.app_users.get(app["id"], user["id"])
    if present is not None:
        return change_assignment(org, cause, app, user, present | {"scope": scope}, user_name, profile)
    now = org.now()
    provisioned = delivers(org, app) and bool(provisioning_of(org, app["id"]).to_app)
    assignment: Record = {
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
    org.store.app_users.put(app["id"], user["id"], assignment)
    _write(org, cause, "add", "Add user to application membership", app, user, assignment)
    if provisioned and user["status"] not in _NOT_YET:
        user_deliveries.provision_user(org, cause, app["id"], user["id"])
    return assignment


def change_assignment(
    org: Org, cause: Cause, app: Record, user: Record, assignment: Record, user_name: str | None, profile: Record
) -> Record:
    """Change the user name or attributes of an assignment, and push them to the SCIM server."""
    name = user_name or assignment["credentials"]["userName"]
    merged = {key: value for key, value in (assignment["profile"] | profile).items() if value is not None}
    changed = assignment | {"credentials": {"userName": name}, "profile": merged, "lastUpdated": org.now()}
    org.store.app_users.put(app["id"], user["id"], changed)
    if name != assignment["credentials"]["userName"]:
        _write(org, cause, "change_username", "Change users application username", app, user, changed)
    user_deliveries.push_profile(org, cause, app["id"], user["id"])
    return changed


def unassign_user(org: Org, cause: Cause, app: Record, user: Record, assignment: Record) -> None:
    """End an assignment; the account on the SCIM server is deactivated where that is on."""
    org.store.app_users.delete(app["id"], user["id"])
    _write(org, cause, "remove", "Remove users application membership", app, user, assignment)
    user_deliveries.deactivate_user(org, cause, app, user, assignment)
    group_deliveries.sync_groups_of(org, cause, app["id"], user["id"])


def assign_group(
    org: Org, cause: Cause, app: Record, group: Record, *, priority: int | None, profile: Record
) -> Record:
    """Assign a group, or change its assignment; its members follow in the background."""
    present = org.store.app_groups.get(app["id"], group["id"])
    if priority is None:
        taken = [one["priority"] for _, one in org.store.app_groups.from_source(app["id"])]
        priority = present["priority"] if present else max(taken, default=-1) + 1
    assignment = {"id": group["id"], "lastUpdated": org.now(), "priority": priority, "profile": profile}
    org.store.app_groups.put(app["id"], group["id"], assignment)
    if present is None:
        targets = [group_entity(group), app_entity(app)]
        message = "Add assigned application to group"
        org.events.write(cause, "group.application_assignment.add", message, targets)
    for user_id, _ in org.store.members.from_source(group["id"]):
        reconcile_later(org, cause, app["id"], user_id)
    return assignment


def unassign_group(org: Org, cause: Cause, app: Record, group: Record) -> None:
    """Take a group off an app; people who are assigned through nothing else follow in the background."""
    org.store.app_groups.delete(app["id"], group["id"])
    targets = [group_entity(group), app_entity(app)]
    org.events.write(cause, "group.application_assignment.remove", "Remove assigned application from group", targets)
    for user_id, _ in org.store.members.from_source(group["id"]):
        reconcile_later(org, cause, app["id"], user_id)


def membership_changed(org: Org, cause: Cause, group_id: str, user_id: str) -> None:
    """Follow a change of a group's members: in the apps of the group, and where the group is pushed."""
    for app_id, _ in org.store.app_groups.to_target(group_id):
        reconcile_later(org, cause, app_id, user_id)
    group_deliveries.sync_pushed_group(org, cause, group_id)


def user_left(org: Org, cause: Cause, user: Record) -> None:
    """Take a deactivated user off every app."""
    for app_id, assignment in list(org.store.app_users.to_target(user["id"])):
        app = org.store.apps.get(app_id)
        if app is not None:
            unassign_user(org, cause, app, user, assignment)


def user_came(org: Org, cause: Cause, user: Record) -> None:
    """Provision a user who became active: own assignments that wait, and those through groups."""
    for app_id, assignment in list(org.store.app_users.to_target(user["id"])):
        if assignment["status"] == "STAGED":
            user_deliveries.provision_user(org, cause, app_id, user["id"])
    for group_id, _ in org.store.members.to_target(user["id"]):
        for app_id, _ in org.store.app_groups.to_target(group_id):
            reconcile_later(org, cause, app_id, user["id"])


def profile_changed(org: Org, cause: Cause, user: Record) -> None:
    """Push a changed Okta profile to every app that has the user."""
    for app_id, _ in org.store.app_users.to_target(user["id"]):
        user_deliveries.push_profile(org, cause, app_id, user["id"])


def password_changed(org: Org, cause: Cause, user: Record, password: str) -> None:
    """Push a new password to every app that synchronises it (that seed RANDOM does so too is our choice)."""
    for app_id, _ in org.store.app_users.to_target(user["id"]):
        user_deliveries.push_password(org, cause, app_id, user["id"], password)


def reconcile_later(org: Org, cause: Cause, app_id: str, user_id: str) -> None:
    """Bring one person's assignment through groups in line with the groups, in the background."""

    async def job() -> None:
        with org.store.transaction():
            _reconcile(org, cause.as_job(org.ids), app_id, user_id)

    org.jobs.submit(app_id, job)


def _reconcile(org: Org, cause: Cause, app_id: str, user_id: str) -> None:
    app, user = org.store.apps.get(app_id), org.store.users.get(user_id)
    if app is None or user is None:
        return
    assignment = org.store.app_users.get(app_id, user_id)
    groups = (group_id for group_id, _ in org.store.members.to_target(user_id))
    wanted = user["status"] not in _GONE and any(org.store.app_groups.get(app_id, group) for group in groups)
    if wanted and assignment is None:
        assign_user(org, cause, app, user, scope="GROUP", user_name=None, profile={})
    elif not wanted and assignment is not None and assignment["scope"] == "GROUP":
        unassign_user(org, cause, app, user, assignment)


def _write(org: Org, cause: Cause, what: str, message: str, app: Record, user: Record, assignment: Record) -> None:
    targets = [app_user_entity(assignment, user), app_entity(app), user_entity(user)]
    org.events.write(cause, f"application.user_membership.{what}", message, targets)
