"""The reads of a watchful org once an app's jobs are done: groups, and searches for names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from okta_emulator.scim_client.client import resource_path
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.lists import identifier_of, resource_in
from okta_emulator.scim_client.outcome import GONE, Outcome
from okta_emulator.scim_client.own_reads import OwnReads, hasty
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.silent_faults import member_ids
from okta_emulator.scim_client.watch import Name
from okta_emulator.scim_client.watch_reads import listed_in

Search = tuple[str, str]
"""A collection, and the userName or displayName that is searched for in it."""


@dataclass(frozen=True)
class Reread(Outcome):
    """What the reads show, and what every outcome has.

    Args:
        groups: for each group that could be read, by the server's id of it, the index of the exchange and the
            members; None if it is gone.
        named: for each search that was answered, the index of the exchange and the ids of what has the name.
    """

    groups: Mapping[str, tuple[int, frozenset[str] | None]] = field(default_factory=dict)
    named: Mapping[Search, tuple[int, Sequence[str]]] = field(default_factory=dict)


async def read_again(
    connection: Connection, http: Http, *, group_ids: Sequence[str], searches: Sequence[Search]
) -> Reread:
    """Read groups and search for names, until the server doesn't respond.

    Args:
        connection: the app's connection.
        http: what sends the reads.
        group_ids: the server's ids of the groups.
        searches: the searches.
    """
    reads = OwnReads(hasty(connection), http)
    groups: dict[str, tuple[int, frozenset[str] | None]] = {}
    named: dict[Search, tuple[int, Sequence[str]]] = {}
    for group_id in group_ids:
        reply = await reads.read(resource_path("Groups", group_id))
        if reply.status in GONE:
            groups[group_id] = len(reads.exchanges) - 1, None
        elif reply.ok and (group := resource_in(reply)) is not None:
            groups[group_id] = len(reads.exchanges) - 1, member_ids(group)
        elif reply.status is None:
            return Reread(ok=True, exchanges=tuple(reads.exchanges), groups=groups)
    for collection, value in searches:
        name = Name.of(collection, value)
        reply = await reads.read(collection, name.query(connection))
        if (listed := listed_in(reply)) is not None:
            ids = [identifier_of(one) or "no id" for one in listed if name.is_of(one)]
            named[collection, value] = len(reads.exchanges) - 1, ids
        elif reply.status is None:
            break
    return Reread(ok=True, exchanges=tuple(reads.exchanges), groups=groups, named=named)
