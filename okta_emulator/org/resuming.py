"""Does what a killed org had accepted and not done yet, as far as its data show it (our choice).

Jobs are in memory. What they were to do shows in assignments that are still staged, in groups whose members aren't
assigned yet, in group pushes, and in ended assignments. It doesn't show for changed profiles and passwords and for
deleted groups: their jobs are lost.
"""

from __future__ import annotations

from okta_emulator.core.ids import request_id
from okta_emulator.org.assignments import ReconcileAssignment
from okta_emulator.org.events import Cause
from okta_emulator.org.group_deliveries import SyncGroup
from okta_emulator.org.provisioning import delivers
from okta_emulator.org.state import Org
from okta_emulator.org.user_deliveries import ProvisionUser, deactivate_user


def resume(org: Org) -> None:
    """Submit the jobs of a stopped org again; one that has nothing to do sends nothing."""
    cause = org.cause(request_id())
    for app_id, app in org.store.apps.each():
        _reconcile(org, cause, app_id)
        if delivers(org, app):
            for user_id, app_user in org.store.app_users.from_source(app_id):
                user = org.store.users.get(user_id)
                waits = app_user["status"] == "STAGED" and app_user["syncState"] != "ERROR"
                if waits and user is not None and user["status"] != "STAGED":
                    org.jobs.submit(ProvisionUser(cause, app_id, user_id))
            for _, ended in org.store.ended.from_source(app_id):
                deactivate_user(org, cause, app, ended["user"], ended["app_user"])
            for mapping in org.store.push_mappings.named(app_id):
                org.jobs.submit(SyncGroup(cause, app_id, mapping["id"]))


def _reconcile(org: Org, cause: Cause, app_id: str) -> None:
    """Let assignments follow the app's groups."""
    assigned = {user_id: app_user["scope"] for user_id, app_user in org.store.app_users.from_source(app_id)}
    through_groups = {
        user_id
        for group_id, _ in org.store.app_groups.from_source(app_id)
        for user_id, _ in org.store.members.from_source(group_id)
    }
    ended = {user_id for user_id, scope in assigned.items() if scope == "GROUP"} - through_groups
    for user_id in sorted((through_groups - assigned.keys()) | ended):
        org.jobs.submit(ReconcileAssignment(cause, app_id, user_id))
