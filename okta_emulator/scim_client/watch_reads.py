"""The reads of a watchful org after a write: Okta doesn't send them, and they are marked as watches."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from okta_emulator.scim_client.client import Reply, filter_query, send
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.lists import NotAList, PagingNotInteger, Resource, identifier_of, page_of, resource_in
from okta_emulator.scim_client.outcome import Exchange
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.watch import NAMES, Name, Watch, Write, created_path


async def look_after(write: Write, watch: Watch, connection: Connection, http: Http) -> list[Exchange]:
    """Read what an accepted write was about, and after a creation what else has its name.

    Args:
        write: the write; its path is that of a resource.
        watch: where the silent faults go.
        connection: the app's connection.
        http: what sends the reads.

    Returns:
        The exchanges.
    """
    exchanges: list[Exchange] = []

    async def read(path: str, query: str = "") -> Reply:
        reply = await send(connection, http, "GET", path, query=query)
        exchanges.append(replace(reply.exchange, watch=True))
        return reply

    seen = await read(write.path)
    watch.read(write, seen.status, resource_in(seen))
    if write.method != "POST":
        return exchanges
    collection, _, own = write.path.rpartition("/")
    own, attribute = unquote(own), NAMES[collection]
    name = Name(attribute, str(write.body.get(attribute)))
    key = attribute if collection == "/Groups" else connection.unique_identifier
    plus = connection.switches.filter_spaces == "plus"
    listed = _listed(await read(collection, filter_query(key, name.value, plus=plus)))
    if listed is not None:
        watch.found_after(write, name, sum(identifier_of(one) == own for one in listed))
    others = {found for one in listed or () if name.is_of(one) and (found := identifier_of(one)) not in (None, own)}
    for earlier in sorted(watch.earlier - others - {own}):
        reply = await read(created_path(collection, earlier))
        if reply.ok and name.is_of(resource_in(reply) or {}):
            others.add(earlier)
    watch.named_alike(write, name, others)
    return exchanges


def _listed(reply: Reply) -> tuple[Resource, ...] | None:
    """The resources of a list, or None if the server rejected the search or returned something else."""
    try:
        return page_of(reply.text or "").resources if reply.ok else None
    except (NotAList, PagingNotInteger):
        return None
