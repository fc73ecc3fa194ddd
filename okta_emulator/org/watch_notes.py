"""What a watchful org notes about its SCIM servers, to read it again once an app's jobs are done (rechecks.py).

A write can also change what it isn't about: other groups lose members, or a creation that failed for Okta takes effect
later. The response and a read of the written resource don't show that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from urllib.parse import unquote

from okta_emulator.core.records import App, TouchedGroup, UncertainCreation
from okta_emulator.org.members_seen import forget_group, groups_with, members_of, note_members
from okta_emulator.org.server_ids import Collection, named_key
from okta_emulator.org.state import Org
from okta_emulator.scim_client.outcome import Outcome
from okta_emulator.scim_client.silent_faults import Write


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
        _touch(org, app_id, write, numbers[write.number], _members_about(org, app_id, write, outcome))
    for path, members in outcome.members.items():
        note_members(org, app_id, _id_in(path), members)
    for write in outcome.writes:
        if write.method == "DELETE":
            forget_group(org, app_id, _id_in(write.path))
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
    seen = (store.members_seen, store.groups_seen, store.touched_groups)
    for links in (store.server_ids, store.account_owners, *seen, store.uncertain):
        links.delete_source(app_id)


def _members_about(org: Org, app_id: str, write: Write, outcome: Outcome) -> frozenset[str]:
    """The users that a write is about: one, or a group's members before and after it."""
    if write.is_of_user:
        return frozenset([_id_in(write.path)])
    return members_of(org, app_id, _id_in(write.path)) | outcome.members.get(write.path, frozenset())


def _touch(org: Org, app_id: str, write: Write, number: int, about: frozenset[str]) -> None:
    """Note the other groups that had the users that a write is about."""
    written = _id_in(write.path)
    for group_id in groups_with(org, app_id, about):
        if write.is_of_user or group_id != written:
            member = written if write.is_of_user else ""
            touched: TouchedGroup = {"group": group_id, "member": member, "exchange": number, "text": str(write)}
            org.store.touched_groups.put(app_id, f"{group_id} {member}", touched)


def _id_in(path: str) -> str:
    return unquote(path.rpartition("/")[2])
