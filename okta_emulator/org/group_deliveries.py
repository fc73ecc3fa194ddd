"""Background jobs that bring pushed groups on an app's SCIM server in line (OB-300 to OB-310, OB-313)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from okta_emulator.core.clock import bare_seconds
from okta_emulator.core.records import App, Group, PushMapping
from okta_emulator.org import server_ids
from okta_emulator.org.deliveries import Operation, Targets, deliver
from okta_emulator.org.events import Cause, app_entity, group_entity
from okta_emulator.org.provisioning import delivers, provisioning_of, supports
from okta_emulator.org.state import Org
from okta_emulator.scim_client import groups
from okta_emulator.scim_client.connection import Member
from okta_emulator.scim_client.outcome import Outcome

_Pushed = dict[str, list[str]]


@dataclass(frozen=True)
class SyncGroup:
    """Bring a pushed group on the SCIM server in line with its source: its existence, its name, its members."""

    cause: Cause
    app_id: str
    mapping_id: str

    async def run(self, org: Org) -> None:
        """Send what differs and write the outcome to the mapping."""
        app, mapping = org.store.apps.get(self.app_id), org.store.push_mappings.get(self.mapping_id)
        if app is None or mapping is None or mapping["status"] != "ACTIVE" or not _pushes_groups(org, app):
            return
        source = org.store.groups.get(mapping["sourceGroupId"])
        if source is None:
            return
        members = _members(org, self.app_id, source["id"])
        earlier = server_ids.known(org, self.app_id, "Groups", mapping["target_name"])
        operation = _operation(mapping, source, members, earlier)
        settle = partial(self._settle, org, app, mapping, members)
        if operation is None:
            settle(Outcome(ok=True, external_id=mapping["external_id"]))
            return
        targets = _targets(org, app, mapping, source)
        outcome = await deliver(org, self.cause, app, operation, targets, settle=settle)
        if self._is_orphaned(org, mapping):
            delete_pushed_group(org, self.cause, app, {**mapping, "external_id": outcome.external_id})

    def _is_orphaned(self, org: Org, sent: PushMapping) -> bool:
        """Whether the mapping was deleted with its target while the group was being created."""
        gone = org.store.push_mappings.get(self.mapping_id) is None and not org.store.groups.get(sent["targetGroupId"])
        return gone and sent["external_id"] is None

    def _settle(self, org: Org, app: App, sent: PushMapping, members: _Pushed, outcome: Outcome) -> None:
        """Write an outcome to the mapping, if it still exists; a group that was never created has the status ERROR."""
        mapping = org.store.push_mappings.get(self.mapping_id)
        if mapping is None:
            return
        if app["wizard"]:  # who was unassigned meanwhile is forgotten already (OB-317)
            members = {key: value for key, value in members.items() if org.store.app_users.get(self.app_id, key)}
        mapping["lastPush"] = bare_seconds(org.clock.now())
        mapping["errorSummary"] = None if outcome.ok else outcome.error
        if outcome.ok:
            mapping["pushed"] = members
            mapping["pushed_name"] = sent["target_name"]
            mapping["external_id"] = outcome.external_id
            server_ids.note(org, self.app_id, "Groups", sent["target_name"], outcome.external_id)
        elif sent["external_id"] is None:
            mapping["status"] = "ERROR"
        org.store.push_mappings.put(self.mapping_id, mapping, name=self.app_id)


@dataclass(frozen=True)
class DeletePushedGroup:
    """Delete a group on the SCIM server that is no longer pushed."""

    cause: Cause
    app_id: str
    external_id: str
    name: str
    targets: Targets

    async def run(self, org: Org) -> None:
        """Send it, unless groups are no longer pushed to the app."""
        app = org.store.apps.get(self.app_id)
        if app is not None and _pushes_groups(org, app):
            operation = partial(groups.delete_group, external_id=self.external_id, name=self.name)
            await deliver(org, self.cause, app, operation, self.targets)


def sync_groups_of(org: Org, cause: Cause, app_id: str, user_id: str) -> None:
    """Sync the app's pushed groups that this user is a member of."""
    for mapping in org.store.push_mappings.named(app_id):
        if org.store.members.get(mapping["sourceGroupId"], user_id) is not None:
            org.jobs.submit(SyncGroup(cause, app_id, mapping["id"]))


def forget_member(org: Org, app_id: str, user_id: str) -> None:
    """Forget a member who is unassigned from a wizard-made app: the user is sent again if reassigned (OB-317)."""
    for mapping in org.store.push_mappings.named(app_id):
        if mapping["pushed"].pop(user_id, None) is not None:
            org.store.push_mappings.put(mapping["id"], mapping, name=app_id)


def sync_pushed_group(org: Org, cause: Cause, group_id: str) -> None:
    """Sync a group in every app that it is pushed to."""
    for mapping_id, mapping in org.store.push_mappings.each():
        if mapping["sourceGroupId"] == group_id:
            org.jobs.submit(SyncGroup(cause, mapping["app_id"], mapping_id))


def delete_pushed_group(org: Org, cause: Cause, app: App, mapping: PushMapping) -> None:
    """Delete the group of an ended mapping in the background, if the server has it."""
    external_id = mapping["external_id"]
    if external_id is not None:
        targets = _targets(org, app, mapping, org.store.groups.get(mapping["sourceGroupId"]))
        org.jobs.submit(DeletePushedGroup(cause, app["id"], external_id, mapping["target_name"], targets))


def _pushes_groups(org: Org, app: App) -> bool:
    return delivers(org, app) and supports(provisioning_of(org, app["id"]), "push_groups")


def _members(org: Org, app_id: str, group_id: str) -> _Pushed:
    """The members that are provisioned in the app (OB-300): by Okta user id, the server's id and the user name."""
    members: _Pushed = {}
    for user_id, _ in org.store.members.from_source(group_id):
        app_user = org.store.app_users.get(app_id, user_id)
        if app_user is not None and app_user["externalId"] is not None:
            members[user_id] = [app_user["externalId"], app_user["credentials"]["userName"]]
    return members


def _operation(mapping: PushMapping, source: Group, members: _Pushed, earlier: frozenset[str]) -> Operation | None:
    """The operation that brings the group in line, or None if it already is."""
    external_id, pushed, name = mapping["external_id"], mapping["pushed"], mapping["target_name"]
    if external_id is None:
        description = source["profile"].get("description")
        create = partial(groups.create_or_link_group, name=name, members=_sent(members), description=description)
        return partial(create, earlier=earlier)
    added = _sent({key: value for key, value in members.items() if key not in pushed})
    removed = _sent({key: value for key, value in pushed.items() if key not in members})
    if added or removed:
        kept = _sent({key: value for key, value in members.items() if key in pushed})
        change = partial(groups.change_members, external_id=external_id, name=name)
        return partial(change, added=added, removed=removed, kept=kept)
    if name != mapping["pushed_name"]:
        return partial(groups.rename_group, external_id=external_id, name=name, kept=_sent(members))
    return None


def _sent(members: _Pushed) -> list[Member]:
    return [Member(value, display) for value, display in members.values()]


def _targets(org: Org, app: App, mapping: PushMapping, source: Group | None) -> Targets:
    target = org.store.groups.get(mapping["targetGroupId"])
    targets = {"AppInstance": app_entity(app)}
    targets |= {"AppGroup": group_entity(target)} if target else {}
    return targets | ({"UserGroup": group_entity(source)} if source else {})
