"""Group push: mappings from Okta groups to groups of an app (OB-110 to OB-117, OB-300, OB-308).

Without provisioning a mapping can be made and nothing is pushed: recorded for an app with `features: []`. Our choice:
the same holds for a wizard-made app that does not support Push Groups, switching a mapping on pushes what has changed
since, and a paused mapping stays as it is on the server.
"""

from __future__ import annotations

from okta_emulator.core.clock import bare_seconds
from okta_emulator.core.errors import NotFound, ValidationFailed
from okta_emulator.core.store import Record
from okta_emulator.org import group_deliveries
from okta_emulator.org.events import Cause, app_entity, group_entity
from okta_emulator.org.state import Org

_STATUSES = ("ACTIVE", "INACTIVE")


def create(
    org: Org, cause: Cause, app: Record, source: Record, status: str | None, target_id: str | None, name: str | None
) -> Record:
    """Push a group of Okta to a group of the app, by its id or under a name; the texts of refusals are our choice."""
    if (target_id is None) == (name is None):
        raise ValidationFailed("targetGroupId", causes=("Give either targetGroupId or targetGroupName.",))
    if any(one["sourceGroupId"] == source["id"] for one in org.store.push_mappings.named(app["id"])):
        raise ValidationFailed("sourceGroupId", causes=("The source group already has a mapping for this app.",))
    target = _target(org, app, target_id, name)
    now = bare_seconds(org.clock.now())
    mapping: Record = {
        "id": org.ids.new("gPm"),
        "app_id": app["id"],
        "created": now,
        "lastUpdated": now,
        "lastPush": None,
        "errorSummary": None,
        "sourceGroupId": source["id"],
        "status": _status(status or "ACTIVE"),
        "targetGroupId": target["id"],
        "target_name": target["profile"]["name"],
        "external_id": None,
        "pushed": {},
        "pushed_name": None,
    }
    _save(org, mapping)
    event_type = "application.provision.group_push.mapping.created"
    _write(org, cause, event_type, "Create a group push mapping", app, source, target)
    group_deliveries.sync_group(org, cause, app["id"], mapping["id"])
    return mapping


def switch(org: Org, cause: Cause, app: Record, mapping: Record, status: str | None) -> Record:
    """Pause a mapping, or switch it on again."""
    changed = mapping | {"status": _status(status), "lastUpdated": bare_seconds(org.clock.now())}
    _save(org, changed)
    verb = "activate" if status == "ACTIVE" else "deactivate"
    event_type = f"application.provision.group_push.{verb}_mapping"
    source, target = (org.store.groups.get(mapping[key]) for key in ("sourceGroupId", "targetGroupId"))
    _write(org, cause, event_type, f"Group push {verb}d mapping", app, source, target)
    group_deliveries.sync_group(org, cause, app["id"], mapping["id"])
    return changed


def delete(org: Org, cause: Cause, app: Record, mapping: Record, *, delete_target: bool) -> None:
    """End a mapping; it must be inactive or in error. The text of the refusal is our choice."""
    if mapping["status"] == "ACTIVE":
        raise ValidationFailed("status", causes=("The mapping must be inactive before it can be deleted.",))
    org.store.push_mappings.delete(mapping["id"])
    source, target = (org.store.groups.get(mapping[key]) for key in ("sourceGroupId", "targetGroupId"))
    event_type = "application.provision.group_push.removed"
    _write(org, cause, event_type, "Group push removed mapping", app, source, target)
    if delete_target:
        group_deliveries.delete_pushed_group(org, cause, app, mapping)
        if target is not None:
            org.store.groups.delete(target["id"])


def source_renamed(org: Org, cause: Cause, source: Record) -> None:
    """Rename the app's groups after their source, as the setting for it does by default."""
    for _, mapping in list(org.store.push_mappings.each()):
        if mapping["sourceGroupId"] == source["id"]:
            _save(org, mapping | {"target_name": source["profile"]["name"]})
            group_deliveries.sync_group(org, cause, mapping["app_id"], mapping["id"])


def _target(org: Org, app: Record, target_id: str | None, name: str | None) -> Record:
    """The app's group: the one of that id, the one of that name, or a new one."""
    if target_id is not None:
        found = org.store.groups.get(target_id)
        if found is None or found.get("app_id") != app["id"]:
            raise NotFound(target_id, "UserGroup")
        return found
    assert name is not None
    for group in org.store.groups.named(name):
        if group.get("app_id") == app["id"]:
            return group
    now = org.now()
    group = {
        "id": org.ids.new("00g"),
        "created": now,
        "lastUpdated": now,
        "lastMembershipUpdated": now,
        "type": "APP_GROUP",
        "app_id": app["id"],
        "profile": {"name": name, "description": None},
    }
    org.store.groups.put(group["id"], group, name=name)
    return group


def _status(value: str | None) -> str:
    if value not in _STATUSES:
        raise ValidationFailed("status", causes=(f"status: must be one of {', '.join(_STATUSES)}",))
    return value


def _save(org: Org, mapping: Record) -> None:
    org.store.push_mappings.put(mapping["id"], mapping, name=mapping["app_id"])


def _write(
    org: Org, cause: Cause, event_type: str, message: str, app: Record, source: Record | None, target: Record | None
) -> None:
    groups = [group_entity(group) for group in (target, source) if group is not None]
    org.events.write(cause, event_type, message, [*groups, app_entity(app)])
