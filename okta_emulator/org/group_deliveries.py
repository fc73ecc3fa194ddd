"""Background jobs that bring pushed groups on an app's SCIM server in line (OB-300 to OB-310, OB-313)."""

from __future__ import annotations

import httpx

from okta_emulator.core.clock import bare_seconds
from okta_emulator.core.store import Record
from okta_emulator.org.deliveries import Operation, Targets, deliver
from okta_emulator.org.events import Cause, app_entity, group_entity
from okta_emulator.org.provisioning import delivers, provisioning_of, supports
from okta_emulator.org.state import Org
from okta_emulator.scim_client import groups
from okta_emulator.scim_client.connection import Connection, Member
from okta_emulator.scim_client.outcome import Outcome


def sync_groups_of(org: Org, cause: Cause, app_id: str, user_id: str) -> None:
    """Bring the app's pushed groups that hold this user in line."""
    for mapping in org.store.push_mappings.named(app_id):
        if org.store.members.get(mapping["sourceGroupId"], user_id) is not None:
            sync_group(org, cause, app_id, mapping["id"])


def sync_pushed_group(org: Org, cause: Cause, group_id: str) -> None:
    """Bring a group in line wherever it is pushed."""
    for mapping_id, mapping in org.store.push_mappings.each():
        if mapping["sourceGroupId"] == group_id:
            sync_group(org, cause, mapping["app_id"], mapping_id)


def sync_group(org: Org, cause: Cause, app_id: str, mapping_id: str) -> None:
    """Bring a pushed group on the SCIM server in line with its source: there, named so, with these members."""

    async def job() -> None:
        app, mapping = org.store.apps.get(app_id), org.store.push_mappings.get(mapping_id)
        if app is None or mapping is None or mapping["status"] != "ACTIVE" or not _pushes_groups(org, app):
            return
        source = org.store.groups.get(mapping["sourceGroupId"])
        if source is None:
            return
        members = _members(org, app_id, source["id"])
        name = mapping["target_name"]
        operation = _group_operation(mapping, name, members)
        targets = _group_targets(org, app, mapping, source)
        outcome = (
            await deliver(org, cause, app, operation, targets) if operation else Outcome(True, mapping["external_id"])
        )
        current = org.store.push_mappings.get(mapping_id)
        if current is None:
            return
        with org.store.transaction():
            done = {"pushed": members, "pushed_name": name, "external_id": outcome.external_id}
            failed = {"status": "ERROR"} if mapping["external_id"] is None else {}
            pushed = {"lastPush": bare_seconds(org.clock.now()), "errorSummary": None if outcome.ok else outcome.error}
            changed = current | (done if outcome.ok else failed) | pushed
            org.store.push_mappings.put(mapping_id, changed, name=app_id)

    org.jobs.submit(app_id, job)


def delete_pushed_group(org: Org, cause: Cause, app: Record, mapping: Record) -> None:
    """Delete a group on the SCIM server that is no longer pushed."""
    if mapping["external_id"] is None:
        return
    source = org.store.groups.get(mapping["sourceGroupId"])
    targets = _group_targets(org, app, mapping, source)

    async def operation(connection: Connection, http: httpx.AsyncClient) -> Outcome:
        return await groups.delete_group(connection, mapping["external_id"], mapping["target_name"], http)

    async def job() -> None:
        current = org.store.apps.get(app["id"])
        if current is not None and _pushes_groups(org, current):
            await deliver(org, cause, current, operation, targets)

    org.jobs.submit(app["id"], job)


def _pushes_groups(org: Org, app: Record) -> bool:
    return delivers(org, app) and supports(provisioning_of(org, app["id"]), "push_groups")


def _members(org: Org, app_id: str, group_id: str) -> Record:
    """Okta user id to (the server's id, user name) of the members that are provisioned in the app (OB-300)."""
    found: Record = {}
    for user_id, _ in org.store.members.from_source(group_id):
        assignment = org.store.app_users.get(app_id, user_id)
        if assignment is not None and assignment["externalId"] is not None:
            found[user_id] = [assignment["externalId"], assignment["credentials"]["userName"]]
    return found


def _group_operation(mapping: Record, name: str, members: Record) -> Operation | None:
    """What brings the group in line, or None when it is."""
    external_id, pushed = mapping["external_id"], mapping["pushed"]
    if external_id is None:
        return lambda connection, http: groups.create_or_link_group(connection, name, _sent(members), http)
    added = _sent({key: value for key, value in members.items() if key not in pushed})
    removed = _sent({key: value for key, value in pushed.items() if key not in members})
    if added or removed:
        return lambda connection, http: groups.change_members(connection, external_id, name, added, removed, http)
    if name != mapping["pushed_name"]:
        return lambda connection, http: groups.rename_group(connection, external_id, name, http)
    return None


def _sent(members: Record) -> list[Member]:
    return [Member(value, display) for value, display in members.values()]


def _group_targets(org: Org, app: Record, mapping: Record, source: Record | None) -> Targets:
    target = org.store.groups.get(mapping["targetGroupId"])
    found = {"AppInstance": app_entity(app)}
    found |= {"AppGroup": group_entity(target)} if target else {}
    return found | ({"UserGroup": group_entity(source)} if source else {})
