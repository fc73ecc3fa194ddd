"""The reads of a watchful org after a write: the resource, and after a creation what else has its name."""

from __future__ import annotations

from okta_emulator.scim_client.client import Reply, id_in
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.lists import NotAList, PagingNotInteger, Resource, identifier_of, page_of, resource_in
from okta_emulator.scim_client.outcome import Exchange
from okta_emulator.scim_client.own_reads import OwnReads
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.silent_faults import Write
from okta_emulator.scim_client.watch import NAMES, Name, Watch, created_path


async def look_after(write: Write, watch: Watch, connection: Connection, http: Http) -> list[Exchange]:
    """Read what an accepted write was about, and after a creation what else has its name.

    A read without a response is the last one: each waits as long as Okta does, and the app's other jobs wait too.

    Args:
        write: the write; its path is that of a resource.
        watch: where the silent faults go.
        connection: the app's connection.
        http: what sends the reads.

    Returns:
        The exchanges.
    """
    reads = OwnReads(connection, http)
    seen = await reads.read(write.path)
    watch.read(write, seen.status, resource_in(seen))
    if write.method != "POST" or seen.status is None:
        return reads.exchanges
    collection, own = write.path.rpartition("/")[0], id_in(write.path)
    name = Name.of(collection, str(write.body.get(NAMES[collection])))
    found_by_name = await reads.read(collection, name.query(connection))
    if found_by_name.status is None:
        return reads.exchanges
    listed = listed_in(found_by_name)
    if listed is not None:
        watch.found_after(write, name, sum(identifier_of(one) == own for one in listed))
    others = {found for one in listed or () if name.is_of(one) and (found := identifier_of(one)) not in (None, own)}
    for earlier in sorted(watch.earlier - others - {own}):
        reply = await reads.read(created_path(collection, earlier))
        if reply.status is None:
            break
        if reply.ok and name.is_of(resource_in(reply) or {}):
            others.add(earlier)
    watch.named_alike(write, name, others)
    return reads.exchanges


def listed_in(reply: Reply) -> tuple[Resource, ...] | None:
    """The resources of a list, or None if the server rejected the search or returned something else."""
    try:
        return page_of(reply.text or "").resources if reply.ok else None
    except (NotAList, PagingNotInteger):
        return None
