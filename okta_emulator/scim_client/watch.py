"""Watches one operation for silent faults: compares what a server shows after a write with what was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from okta_emulator.core.records import Json
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.hiding import hide, secrets_of
from okta_emulator.scim_client.silent_faults import (
    PLACES,
    Difference,
    SeenIn,
    SilentFault,
    described,
    differences,
    expected_after,
    shown,
)

_GONE = (404, 410)
_OK = range(200, 300)


@dataclass(frozen=True)
class Write:
    """A write that the server accepted.

    Args:
        number: the index of its exchange.
        method: its method.
        path: the path of the resource; the collection's if a created resource has no id.
        body: what was sent.
        status: the status of the response.
    """

    number: int
    method: str
    path: str
    body: Mapping[str, Any]
    status: int | None

    @property
    def names_resource(self) -> bool:
        """Whether the resource can be read."""
        return self.path.count("/") > 1

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


class Watch:
    """The silent faults of one operation.

    Args:
        connection: the app's connection; its secrets never appear in a fault.

    Attributes:
        faults: those found so far.
        kept: the server's ids of members that a PATCH of a group must leave as they are.
    """

    def __init__(self, connection: Connection) -> None:
        self.faults: list[SilentFault] = []
        self.kept: frozenset[str] = frozenset()
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
        if status in _GONE and write.method != "DELETE":
            text = f"{write}: the resource is gone {PLACES['read']} ({status})"
            self._add(write.number, "read", Difference("", None, None), text)
        elif status in _OK and resource is not None and write.method == "DELETE":
            text = f"{write}: the resource is still there {PLACES['read']}"
            self._add(write.number, "read", Difference("", None, None), text)
        elif status in _OK and resource is not None:
            self._compare(write, "read", resource)

    def searched(self, number: int, attribute: str, value: str, resource: Json) -> None:
        """Compare the one result of a search with the searched value, ignoring case.

        Args:
            number: the index of the search's exchange.
            attribute: the attribute of the filter; a path into a complex one is not compared.
            value: the value searched.
            resource: the result.
        """
        found = resource.get(attribute)
        if attribute.isalnum() and not (isinstance(found, str) and found.casefold() == value.casefold()):
            result = shown(found) if found else f"a resource without {attribute}"
            text = f"The search for {attribute} {shown(value)} found {result}"
            self._add(number, "search", Difference(attribute, value, found), text)

    def _compare(self, write: Write, seen_in: SeenIn, resource: Json) -> None:
        known = {fault.attribute for fault in self.faults if fault.exchange == write.number}
        optional = seen_in == "response" and write.method != "POST"
        expected = expected_after(write.method, write.body, self.kept)
        for difference in differences(expected, resource, members_optional=optional):
            if difference.attribute not in known:
                self._add(write.number, seen_in, difference, f"{write}: {described(difference, seen_in)}")
        if resource.get("password") and "password" not in known:
            text = f"{write}: the server shows a password {PLACES[seen_in]}"
            self._add(write.number, seen_in, Difference("password", None, None), text)

    def _add(self, number: int, seen_in: SeenIn, difference: Difference, text: str) -> None:
        sent, found = json.loads(hide(json.dumps([difference.sent, difference.found]), self._secrets))
        self.faults.append(SilentFault(number, difference.attribute, sent, found, seen_in, hide(text, self._secrets)))


def created_path(collection: str, resource_id: str | None) -> str:
    """The path of a created resource; the collection's if the response has no id."""
    return collection if resource_id is None else f"{collection}/{quote(resource_id, safe='', errors='replace')}"
