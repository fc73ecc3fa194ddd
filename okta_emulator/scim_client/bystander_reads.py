"""What a write changes beyond its own resource: a watchful org reads a few others before and after the write.

Okta doesn't read them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from okta_emulator.core.records import Json
from okta_emulator.scim_client.client import id_in
from okta_emulator.scim_client.comparing import ABSENT, Difference, ValueComparison
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.lists import resource_in
from okta_emulator.scim_client.outcome import GONE, Exchange
from okta_emulator.scim_client.own_reads import OwnReads, hasty
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.silent_faults import Write, member_ids
from okta_emulator.scim_client.watch import Watch

_OF_SERVER = frozenset({"id", "meta", "schemas", "groups", "roles", "entitlements", "password", "members"})
"""Attributes that a server can derive from others, such as the groups of a user."""


class BystanderReads:
    """The reads of one operation.

    Args:
        connection: the app's connection.
        http: what sends the reads.
    """

    def __init__(self, connection: Connection, http: Http) -> None:
        self._connection, self._http = hasty(connection), http
        self._shown: dict[str, Json] = {}
        self._chosen: list[str] = []

    async def before(self, method: str, path: str, body: Mapping[str, Any]) -> list[Exchange]:
        """Read what a write must leave as it is, unless this operation has read it already.

        Args:
            method: the method of the write.
            path: its path.
            body: its body.

        Returns:
            The exchanges.
        """
        reads = OwnReads(self._connection, self._http)
        known = self._connection.bystanders
        self._chosen = known.of(path, f"{method} {_active_in(body)}") if known else []
        for one in [path for path in self._chosen if path not in self._shown]:
            reply = await reads.read(one)
            if reply.status is None:
                self._chosen = []
                break
            if reply.ok and (resource := resource_in(reply)) is not None:
                self._shown[one] = resource
        return reads.exchanges

    async def after(self, write: Write, watch: Watch) -> list[Exchange]:
        """Read it again after the write, and compare.

        Args:
            write: the write.
            watch: where the silent faults go.

        Returns:
            The exchanges.
        """
        reads = OwnReads(self._connection, self._http)
        about = _users_about(write, watch)
        for path in [one for one in self._chosen if one in self._shown and one != write.path]:
            reply, before = await reads.read(path), self._shown[path]
            if reply.status is None:
                break
            after = resource_in(reply) if reply.ok else None
            is_reported_later = bool(member_ids(before) & about)  # rechecks.py reads the groups of these users
            if reply.status in GONE and not is_reported_later:
                del self._shown[path]
                watch.lost_other(write, path, reply.status)
            elif after is not None:
                self._shown[path] = after
                watch.changed_other(write, path, _changes(before, after, with_members=not is_reported_later))
        return reads.exchanges


def _active_in(body: Mapping[str, Any]) -> Any:
    """What a write makes of `active`: a deactivation is another form of PATCH or PUT than a reactivation."""
    values = [body, *(one.get("value") for one in body.get("Operations", ()))]
    return next((value["active"] for value in values if isinstance(value, dict) and "active" in value), None)


def _users_about(write: Write, watch: Watch) -> frozenset[str]:
    """The server's ids of the users that a write is about: one, or a group's members."""
    if write.is_of_user:
        return frozenset([id_in(write.path)])
    return watch.members.get(write.path, frozenset()) | watch.kept


def _changes(before: Json, after: Json, *, with_members: bool) -> Iterator[Difference]:
    """What is different in a resource that nothing was sent for."""
    comparison = ValueComparison()
    for name in (name for name in before if name not in _OF_SERVER):
        yield from comparison.of(name, before[name], after.get(name, ABSENT))
    had, has = member_ids(before), member_ids(after)
    if with_members and had != has:
        yield Difference("members", sorted(had), sorted(has))
