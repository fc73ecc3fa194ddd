"""Group push: mappings from Okta groups to groups of an app (OB-110 to OB-117, OB-300, OB-308).

Without provisioning, a mapping can be created but nothing is pushed: recorded for an app with `features: []`. Our
choice: the same applies to a wizard-made app that does not support Push Groups, activating a mapping pushes what has
changed since, and a paused mapping stays as it is on the server.
"""

from __future__ import annotations

from typing import cast, get_args

from okta_emulator.core.clock import bare_seconds
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.records import App, Group, MappingStatus, PushMapping
from okta_emulator.org.events import Cause, NewEvent, app_entity, group_entity
from okta_emulator.org.group_deliveries import SyncGroup, delete_pushed_group
from okta_emulator.org.new_group import new_app_group
from okta_emulator.org.state import Org

_EVENTS = "application.provision.group_push"


def create(
    org: Org, cause: Cause, app: App, source: Group, status: str | None, target_id: str | None, name: str | None
) -> PushMapping:
    """Push an Okta group to a group in the app, given by its id or a name; the texts of errors are our choice."""
    if (target_id is None) == (name is None):
        raise ValidationFailed("targetGroupId", causes=("Give either targetGroupId or targetGroupName.",))
    if any(mapping["sourceGroupId"] == source["id"] for mapping in org.store.push_mappings.named(app["id"])):
        raise ValidationFailed("sourceGroupId", causes=("The source group already has a mapping for this app.",))
    target = _target(org, app, target_id, name)
    now = bare_seconds(org.clock.now())
    mapping: PushMapping = {
        "id": org.ids.new("gPm"),
        "app_id": app["id"],
        "created": now,
        "lastUpdated": now,
        "lastPush": None,
        "sourceGroupId": source["id"],
        "status": _status(status or "ACTIVE"),
        "targetGroupId": target["id"],
        "target_name": target["profile"]["name"],
        "external_id": None,
        "pushed": {},
        "pushed_name": None,
        "errorSummary": None,
    }
    _save(org, mapping)
    targets = [group_entity(target), group_entity(source), app_entity(app)]
    org.events.write(cause, NewEvent(f"{_EVENTS}.mapping.created", "Create a group push mapping", targets))
    org.jobs.submit(SyncGroup(cause, app["id"], mapping["id"]))
    return mapping


def switch(org: Org, cause: Cause, app: App, mapping: PushMapping, status: str | None) -> PushMapping:
    """Pause a mapping, or reactivate it."""
    changed: PushMapping = {**mapping, "status": _status(status), "lastUpdated": bare_seconds(org.clock.now())}
    _save(org, changed)
    verb = "activate" if status == "ACTIVE" else "deactivate"
    targets = [*map(group_entity, _groups(org, mapping)), app_entity(app)]
    org.events.write(cause, NewEvent(f"{_EVENTS}.{verb}_mapping", f"Group push {verb}d mapping", targets))
    org.jobs.submit(SyncGroup(cause, app["id"], mapping["id"]))
    return changed


def delete(org: Org, cause: Cause, app: App, mapping: PushMapping, *, delete_target: bool) -> None:
    """End a mapping; it must be inactive or in error. The text of the error is our choice."""
    if mapping["status"] == "ACTIVE":
        raise ValidationFailed("status", causes=("The mapping must be inactive before it can be deleted.",))
    org.store.push_mappings.delete(mapping["id"])
    targets = [*map(group_entity, _groups(org, mapping)), app_entity(app)]
    org.events.write(cause, NewEvent(f"{_EVENTS}.removed", "Group push removed mapping", targets))
    if delete_target:
        delete_pushed_group(org, cause, app, mapping)
        org.store.groups.delete(mapping["targetGroupId"])


def source_renamed(org: Org, cause: Cause, source: Group) -> None:
    """Rename the app's groups after their source, as the setting for it does by default."""
    for _, mapping in list(org.store.push_mappings.each()):
        if mapping["sourceGroupId"] == source["id"]:
            _save(org, {**mapping, "target_name": source["profile"]["name"]})
            org.jobs.submit(SyncGroup(cause, mapping["app_id"], mapping["id"]))


def _target(org: Org, app: App, target_id: str | None, name: str | None) -> Group:
    """The app's group: the one with that id, the one with that name, or a new one."""
    if target_id is not None:
        target = org.store.groups.get(target_id)
        if target is None or target.get("app_id") != app["id"]:
            raise NotFound(target_id, "UserGroup")
        return target
    assert name is not None
    for group in org.store.groups.named(name):
        if group.get("app_id") == app["id"]:
            return group
    created = new_app_group(org, app, name)
    org.store.groups.put(created["id"], created, name=name)
    return created


def _groups(org: Org, mapping: PushMapping) -> list[Group]:
    """The mapping's target and source, as far as they exist."""
    groups = (org.store.groups.get(group_id) for group_id in (mapping["targetGroupId"], mapping["sourceGroupId"]))
    return [group for group in groups if group is not None]


def _status(value: str | None) -> MappingStatus:
    for status in get_args(MappingStatus):
        if value == status:
            return cast("MappingStatus", status)
    raise ValidationFailed("status", causes=(f"status: must be one of {', '.join(get_args(MappingStatus))}",))


def _save(org: Org, mapping: PushMapping) -> None:
    org.store.push_mappings.put(mapping["id"], mapping, name=mapping["app_id"])
