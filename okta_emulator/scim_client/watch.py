"""Watches one operation for silent faults: compares what a server shows after a write with what was sent.

`watch_reads` reads what was written, `bystander_reads` what the write isn't about. A fault that shows only after the
operation, such as a member that a group loses, is found by org/rechecks.py with the notes of org/watch_notes.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from okta_emulator.core.records import Json
from okta_emulator.scim_client.client import filter_query, id_in
from okta_emulator.scim_client.comparing import Difference
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.hiding import secrets_of
from okta_emulator.scim_client.lists import identifier_of
from okta_emulator.scim_client.outcome import GONE
from okta_emulator.scim_client.silent_faults import (
    PLACES,
    Expected,
    Members,
    SeenIn,
    SilentFault,
    Write,
    described,
    differences,
    expected_after,
    hidden,
    member_ids,
    shown,
)

_OK = range(200, 300)
_SHOWN_IDS = 3
_MOST_IDS = 100
NAMES = {"/Users": "userName", "/Groups": "displayName"}
"""The attribute that names the resources of a list."""


class Name(NamedTuple):
    """The attribute that names a resource, and its value."""

    attribute: str
    value: str

    @classmethod
    def of(cls, collection: str, value: str) -> Name:
        """The name of a resource in `/Users` or `/Groups`."""
        return cls(NAMES[collection], value)

    def query(self, connection: Connection) -> str:
        """The query of the search for it, as Okta looks it up."""
        key = connection.unique_identifier if self.attribute == "userName" else self.attribute
        return filter_query(key, self.value, plus=connection.switches.filter_spaces == "plus")

    def is_of(self, resource: Mapping[str, Any]) -> bool:
        """Whether a resource has this name, ignoring case."""
        found = resource.get(self.attribute)
        return isinstance(found, str) and found.casefold() == self.value.casefold()


class Watch:
    """The silent faults of one operation.

    Args:
        connection: the app's connection; its secrets never appear in a fault.

    Attributes:
        faults: those found so far.
        writes: the writes that the server accepted.
        members: the members of each group that was shown, as the server's ids, by the group's path.
        active: whether each written user is active, by the user's path.
        kept: the server's ids of members that the group must have now; a PATCH must leave them as they are.
        earlier: the server's ids of resources that once had the name of the one to create.
        echoed_name: the `name.formatted` that the server showed before a PUT, which sends it back (OB-277). It isn't
            Okta's, and a server can derive another one from the new names.
    """

    def __init__(self, connection: Connection) -> None:
        self.faults: list[SilentFault] = []
        self.writes: list[Write] = []
        self.members: dict[str, frozenset[str]] = {}
        self.active: dict[str, bool] = {}
        self.kept: frozenset[str] = frozenset()
        self.earlier: frozenset[str] = frozenset()
        self.echoed_name: Any = None
        self._secrets = secrets_of(connection)

    def responded(self, write: Write, resource: Json | None) -> None:
        """Compare the response of a write; a response without a resource proves nothing."""
        if write.method != "DELETE" and resource is not None:
            self._compare(write, "response", resource)

    def read(self, write: Write, status: int | None, resource: Json | None) -> None:
        """Compare a read after a write; a read that failed or was rejected, except with 404, proves nothing.

        Args:
            write: the write.
            status: the status of the read.
            resource: what it shows, or None.
        """
        if status in GONE and write.method != "DELETE":
            text = f"{write}: the resource is gone {PLACES['read']} ({status})"
            self._add(write.number, "read", Difference("", None, None), text)
        elif status in _OK and resource is not None and write.method == "DELETE":
            text = f"{write}: the resource is still there {PLACES['read']}"
            self._add(write.number, "read", Difference("", None, None), text)
        elif status in _OK and resource is not None:
            self._compare(write, "read", resource)
            self._note_members(write.path, resource)
            if write.is_of_user and isinstance(resource.get("active"), bool):
                self.active[write.path] = resource["active"]

    def ended(self, write: Write) -> None:
        """Note an accepted write, and the members that the group has after it; the next write must leave them."""
        self.writes.append(write)
        members = self._expected(write).members
        if members is not None:
            self.kept = members.present - members.absent

    def read_before(self, number: int, path: str, resource: Json) -> None:
        """Compare a group that is read before a write with the members that it must have.

        Args:
            number: the index of the read's exchange.
            path: the path of the group.
            resource: what the server shows.
        """
        self._note_members(path, resource)
        kept = Expected({}, Members(present=self.kept) if self.kept else None)
        for difference in differences(kept, resource, members_optional=False):
            self._add(number, "read", difference, f"GET {path} 200: {described(difference, 'read')}")

    def named_alike(self, write: Write, name: Name, others: Collection[str]) -> None:
        """Note other resources with the name of a created one; there are none in a list of no ids."""
        if others:
            kind = write.path.split("/")[1][:-1].lower()
            named = f"{name.attribute} {shown(name.value)}"
            text = f"{write}: the server has another {kind} with {named}: {some(sorted(others))}"
            self._add(write.number, "read", Difference(name.attribute, name.value, sorted(others)[:_MOST_IDS]), text)

    def found_after(self, write: Write, name: Name, times: int) -> None:
        """Compare how often the search for a created resource lists it with the one time that Okta needs."""
        if times != 1:
            found = "doesn't find it" if times == 0 else f"lists it {times} times"
            text = f"{write}: a search for {name.attribute} {shown(name.value)} {found}"
            self._add(write.number, "search", Difference(name.attribute, name.value, times), text)

    def faults_with_owner(self, owner: str) -> tuple[SilentFault, ...]:
        """The faults, and that the account which was created or linked last is another user's."""
        write = self.writes[-1]
        text = f"{write}: this is already the account of {shown(owner)}"
        self._add(write.number, "response", Difference("id", None, None), text)
        return tuple(self.faults)

    def listed(self, number: int, path: str, resources: Sequence[Json]) -> None:
        """Look for duplicates in a whole list.

        Args:
            number: the index of the exchange with its last page.
            path: the path of the list, `/Users` or `/Groups`.
            resources: what it lists; those without an id or a name don't count.
        """
        kind, attribute = path[1:].lower(), NAMES[path]
        times, ids, spelled = Counter[str](), defaultdict[str, set[str]](set), dict[str, str]()
        for resource in resources:
            own, name = identifier_of(resource), resource.get(attribute)
            if own is not None and isinstance(name, str):
                times[own] += 1
                ids[name.casefold()].add(own)
                spelled.setdefault(name.casefold(), name)
        repeated = sorted(one for one, count in times.items() if count > 1)
        if repeated:
            text = f"GET {path} 200: lists {some(repeated)} more than once"
            self._add(number, "search", Difference("id", None, repeated[:_MOST_IDS]), text)
        shared = {name: sorted(owners) for name, owners in ids.items() if len(owners) > 1}
        if shared:
            folded, owners = min(shared.items())
            name = spelled[folded]
            more = f" ({len(shared)} such names)" if len(shared) > 1 else ""
            text = f"GET {path} 200: the {kind} {some(owners)} have the same {attribute} {shown(name)}{more}"
            self._add(number, "search", Difference(attribute, name, owners[:_MOST_IDS]), text)

    def changed_other(self, write: Write, path: str, changes: Iterable[Difference]) -> None:
        """Note what is different in a resource that the write isn't about."""
        for difference in changes:
            text = f"{write}: {_other(path)} has changed too: {described(difference, 'read')}"
            self._add(write.number, "read", difference, text)

    def lost_other(self, write: Write, path: str, status: int) -> None:
        """Note that a resource is gone that the write isn't about."""
        text = f"{write}: {_other(path)} is gone too ({status})"
        self._add(write.number, "read", Difference("", None, None), text)

    def searched(self, number: int, attribute: str, value: str, resource: Json) -> None:
        """Compare the one result of a search with the searched value, ignoring case.

        Args:
            number: the index of the search's exchange.
            attribute: the attribute of the filter; a path into a complex one is not compared.
            value: the value searched.
            resource: the result.
        """
        found = resource.get(attribute)
        if attribute.isalnum() and not Name(attribute, value).is_of(resource):
            result = shown(found) if found else f"a resource without {attribute}"
            text = f"The search for {attribute} {shown(value)} found {result}"
            self._add(number, "search", Difference(attribute, value, found), text)

    def _note_members(self, path: str, resource: Json) -> None:
        if path.startswith("/Groups/") and "members" in resource:
            self.members[path] = member_ids(resource)

    def _expected(self, write: Write) -> Expected:
        """What the write makes of its resource; members that a user has are the server's own, sent back in a PUT."""
        body = {key: value for key, value in write.body.items() if not (write.is_of_user and key == "members")}
        return expected_after(write.method, body, self.kept)

    def _compare(self, write: Write, seen_in: SeenIn, resource: Json) -> None:
        known = {fault.attribute for fault in self.faults if fault.exchange == write.number}
        optional = seen_in == "response" and write.method != "POST"
        expected = self._expected(write)
        for difference in differences(expected, resource, members_optional=optional):
            is_echo = difference.attribute == "name.formatted" and difference.sent == self.echoed_name
            if difference.attribute not in known and not is_echo:
                self._add(write.number, seen_in, difference, f"{write}: {described(difference, seen_in)}")
        if resource.get("password") and "password" not in known:
            text = f"{write}: the server shows a password {PLACES[seen_in]}"
            self._add(write.number, seen_in, Difference("password", None, None), text)

    def _add(self, number: int, seen_in: SeenIn, difference: Difference, text: str) -> None:
        fault = SilentFault(number, difference.attribute, difference.sent, difference.found, seen_in, text)
        self.faults.append(hidden(fault, self._secrets))


def _other(path: str) -> str:
    """A resource as text, such as `the user "7"`."""
    return f"the {path.split('/')[1][:-1].lower()} {shown(id_in(path))}"


def some(ids: Sequence[str]) -> str:
    """The first ids of a list, and the number of the others."""
    more = f" and {len(ids) - _SHOWN_IDS} more" if len(ids) > _SHOWN_IDS else ""
    return ", ".join(shown(one) for one in ids[:_SHOWN_IDS]) + more


def created_path(collection: str, resource_id: str | None) -> str:
    """The path of a created resource; the collection's if the response has no id."""
    return collection if resource_id is None else f"{collection}/{quote(resource_id, safe='', errors='replace')}"
