"""What a watchful org notes about its SCIM servers, to see what a write changes beyond its own resource.

Around the next write, the org reads what it wrote to last (scim_client/bystanders.py). Once an app's jobs are done, it
reads the groups that can have lost members, and searches for creations that failed for Okta and took effect later
(rechecks.py). The response and a read of the written resource don't show that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from okta_emulator.core.records import App, TouchedGroup, UncertainCreation
from okta_emulator.org.members_seen import forget_group, groups_with, members_of, note_members
from okta_emulator.org.server_ids import Collection, named_key
from okta_emulator.org.state import Org
from okta_emulator.scim_client.bystanders import BYSTANDER_KINDS, BystanderKind, Bystanders
from okta_emulator.scim_client.client import id_in
from okta_emulator.scim_client.outcome import Outcome
from okta_emulator.scim_client.silent_faults import Write

_MOST_BYSTANDERS = 2  # of a kind, so that there is one that the next write isn't about


def note(org: Org, app: App, outcome: Outcome, numbers: Sequence[int]) -> None:
    """Note what an outcome leaves to be read again.

    Args:
        org: the org.
        app: the app.
        outcome: the end of an operation.
        numbers: the numbers of its exchanges.
    """
    app_id = app["id"]
    if org.store.apps.get(app_id) is None:  # deleted meanwhile
        return
    for write in outcome.writes:
        _touch(org, app_id, write, numbers[write.number], _users_about(org, app_id, write, outcome))
    for path, members in outcome.members.items():
        note_members(org, app_id, id_in(path), members)
    for write in outcome.writes:
        if write.method == "DELETE":
            forget_group(org, app_id, id_in(write.path))
        _note_bystander(org, app_id, write, outcome)
    if (failed := outcome.uncertain) is not None:
        uncertain: UncertainCreation = {
            "exchange": numbers[failed.exchange],
            "collection": failed.collection,
            "value": failed.value,
            "text": failed.text,
            "looked": False,
        }
        org.store.uncertain.put(app_id, named_key(cast("Collection", failed.collection[1:]), failed.value), uncertain)


def forget(org: Org, app_id: str) -> None:
    """Delete all notes about an app's server."""
    store = org.store
    for delete in (
        store.server_ids.delete_source,
        store.account_owners.delete_source,
        store.members_seen.delete_source,
        store.groups_seen.delete_source,
        store.bystanders.delete_source,
        store.touched_groups.delete_source,
        store.uncertain.delete_source,
    ):
        delete(app_id)
    org.looks.pop(app_id, None)


def bystanders_of(org: Org, app: App) -> Bystanders | None:
    """What the next write to an app's server must leave as it is, if the org watches its SCIM servers."""
    if not org.settings.watchful:
        return None
    paths = {kind: org.store.bystanders.get(app["id"], kind) or [] for kind in BYSTANDER_KINDS}
    return Bystanders(paths, org.looks[app["id"]])


def _note_bystander(org: Org, app_id: str, write: Write, outcome: Outcome) -> None:
    """Note the resource of a write among the last of its kind: the next write to another one must not change it.

    One that the server shows late, or not as sent, would change on its own.
    """
    if not write.names_resource:
        return
    is_late = any(fault.exchange == write.number and fault.seen_in == "read" for fault in outcome.silent_faults)
    kind = _kind_of(write, outcome)
    for one in BYSTANDER_KINDS:
        known = org.store.bystanders.get(app_id, one) or []
        paths = [path for path in known if path != write.path]
        if one == kind and write.method != "DELETE" and not is_late:
            paths = [write.path, *paths][:_MOST_BYSTANDERS]
        if paths != known:
            org.store.bystanders.put(app_id, one, paths)


def _kind_of(write: Write, outcome: Outcome) -> BystanderKind | None:
    """The kind of a written resource; None for a user whose status wasn't read."""
    if not write.is_of_user:
        return "groups"
    is_active = outcome.active.get(write.path)
    if is_active is None:
        return None
    return "active" if is_active else "inactive"


def _users_about(org: Org, app_id: str, write: Write, outcome: Outcome) -> frozenset[str]:
    """The server's ids of the users that a write is about: one, or a group's members before and after it."""
    if write.is_of_user:
        return frozenset([id_in(write.path)])
    return members_of(org, app_id, id_in(write.path)) | outcome.members.get(write.path, frozenset())


def _touch(org: Org, app_id: str, write: Write, number: int, about: frozenset[str]) -> None:
    """Note the other groups that had the users that a write is about."""
    written = id_in(write.path)
    for group_id in groups_with(org, app_id, about):
        if write.is_of_user or group_id != written:
            member = written if write.is_of_user else ""
            touched: TouchedGroup = {"group": group_id, "member": member, "exchange": number, "text": str(write)}
            org.store.touched_groups.put(app_id, f"{group_id} {member}", touched)
