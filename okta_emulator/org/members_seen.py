"""The members of each group as an app's SCIM server showed them last, and the groups of each member.

A watchful org asks for them with every write, so it must find them without reading thousands of other groups.
"""

from __future__ import annotations

from collections.abc import Iterable

from okta_emulator.org.state import Org
from okta_emulator.scim_client.reading import encodable


def members_of(org: Org, app_id: str, group_id: str) -> frozenset[str]:
    """The members of a group, as the server's ids; none if it hasn't shown the group."""
    return frozenset(org.store.members_seen.get(app_id, group_id) or ())


def groups_with(org: Org, app_id: str, members: Iterable[str]) -> frozenset[str]:
    """The groups that have one of these members."""
    groups = (org.store.groups_seen.get(app_id, encodable(member)) or () for member in members)
    return frozenset(group_id for listed in groups for group_id in listed)


def note_members(org: Org, app_id: str, group_id: str, members: Iterable[str]) -> None:
    """Note what the server shows of a group."""
    now = frozenset(map(encodable, members))
    for member in members_of(org, app_id, group_id) ^ now:
        others = {*(org.store.groups_seen.get(app_id, member) or ())} - {group_id}
        groups = others | {group_id} if member in now else others
        if groups:
            org.store.groups_seen.put(app_id, member, sorted(groups))
        else:
            org.store.groups_seen.delete(app_id, member)
    org.store.members_seen.put(app_id, group_id, sorted(now))


def forget_group(org: Org, app_id: str, group_id: str) -> None:
    """Forget a group that the server has deleted."""
    note_members(org, app_id, group_id, ())
    org.store.members_seen.delete(app_id, group_id)
