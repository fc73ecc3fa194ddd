"""Silent faults: where a SCIM server's data differs from what Okta expects, and no event reports it.

Okta trusts the 2xx and logs a success. So does the emulator, but it also stores the fault, because no Okta event
reports it. The comparison is strict about what was sent and ignores what the server adds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from okta_emulator.core.records import Json
from okta_emulator.scim_client.comparing import ABSENT, Difference, ValueComparison
from okta_emulator.scim_client.dialect import GROUP_DESCRIPTION_11
from okta_emulator.scim_client.hiding import hide

SeenIn = Literal["response", "read", "search"]

# Attributes that a server doesn't have to return as sent: its own, those that it never shows, and Okta's own extension.
_NOT_COMPARED = frozenset({"id", "meta", "groups", "password", "members", GROUP_DESCRIPTION_11})
_REMOVED_MEMBER = re.compile(r'members\[value eq "(.*)"\]')
_LONGEST_SHOWN = 80
PLACES: Mapping[SeenIn, str] = {"response": "in the response", "read": "when read again", "search": "in the result"}


@dataclass(frozen=True)
class SilentFault:
    """One silent fault.

    Args:
        exchange: the index of the exchange that it is about, in the outcome's exchanges.
        attribute: the SCIM attribute that differs, or "" if the resource as a whole does.
        sent: what was sent.
        found: what the server has instead; None if it has nothing.
        seen_in: the response of the request, a read after it, or the result of a search.
        text: the fault in one line.
    """

    exchange: int
    attribute: str
    sent: Any
    found: Any
    seen_in: SeenIn
    text: str


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
    body: Mapping[str, Any] = field(repr=False)
    status: int | None

    @property
    def names_resource(self) -> bool:
        """Whether the resource can be read."""
        return self.path.count("/") > 1

    @property
    def is_of_user(self) -> bool:
        """Whether it is about a user; else about a group."""
        return self.path.startswith("/Users")

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


@dataclass(frozen=True)
class Members:
    """What a write says about a group's members, as the server's user ids.

    Args:
        present: must be members now.
        absent: must not be members now.
        exact: whether there must be no others.
    """

    present: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    exact: bool = False


@dataclass(frozen=True)
class Expected:
    """The state of a resource after a write.

    Args:
        attributes: SCIM attributes with the values that were sent.
        members: for groups; None if the write says nothing about them.
    """

    attributes: Json
    members: Members | None = None


def expected_after(method: str, body: Mapping[str, Any], kept: frozenset[str] = frozenset()) -> Expected:
    """What a POST, PUT or PATCH makes of a resource.

    Args:
        method: the HTTP method.
        body: the body, in SCIM 2.0 or 1.1.
        kept: members of a group that a PATCH must leave as they are.
    """
    if method == "PATCH" and "Operations" in body:
        return _after_operations(body["Operations"], kept)
    attributes = {key: value for key, value in body.items() if key not in _NOT_COMPARED}
    if method == "PATCH":
        attributes.pop("schemas", None)
    if "members" not in body:
        return Expected(attributes, Members(present=kept) if kept else None)
    return Expected(attributes, _members_of(body, method, kept))


def _after_operations(operations: Sequence[Mapping[str, Any]], kept: frozenset[str]) -> Expected:
    attributes: Json = {}
    present, absent, exact = set(kept), set[str](), False
    for operation in operations:
        path, value = operation.get("path"), operation.get("value")
        if path is None and isinstance(value, dict):
            attributes |= {key: one for key, one in value.items() if key not in _NOT_COMPARED}
            path, value = ("members", value["members"]) if "members" in value else (None, None)
        if path == "members":
            exact = operation["op"] == "replace"
            present = _values(value) if exact else present | _values(value)
        elif path and (removed := _REMOVED_MEMBER.fullmatch(path)):
            absent.add(removed[1])
    says = present or absent or exact
    return Expected(attributes, Members(frozenset(present), frozenset(absent), exact) if says else None)


def _members_of(body: Mapping[str, Any], method: str, kept: frozenset[str]) -> Members:
    """The members of a whole group, or those that a PATCH of SCIM 1.1 changes or replaces (OB-307)."""
    deleted = {str(one["value"]) for one in body["members"] if one.get("operation") == "delete"}
    present = _values(body["members"]) - deleted
    if method != "PATCH" or body.get("meta"):
        return Members(frozenset(present), exact=True)
    return Members(frozenset(present | kept), frozenset(deleted))


def differences(expected: Expected, resource: Mapping[str, Any], *, members_optional: bool) -> Iterator[Difference]:
    """Compare a resource with what was sent.

    Args:
        expected: what was sent.
        resource: what the server shows.
        members_optional: whether a group can be shown without its members, as in the response of a PUT or PATCH
            (OB-314).
    """
    comparison = ValueComparison()
    for name, value in expected.attributes.items():
        yield from comparison.of(name, value, resource.get(name, ABSENT))
    shown = resource.get("members")
    if expected.members is not None and not (shown is None and members_optional):
        yield from _compared_members(expected.members, _listed(shown))


def _compared_members(expected: Members, listed: Sequence[str]) -> Iterator[Difference]:
    shown = set(listed)
    surplus = len(shown) < len(listed) or (expected.exact and shown - expected.present)
    wrong = expected.present - shown or expected.absent & shown or surplus
    if wrong:
        sent = expected.present if expected.present or expected.exact else shown - expected.absent
        yield Difference("members", sorted(sent), sorted(listed))


def _values(members: Any) -> set[str]:
    return set(_listed(members))


def _listed(members: Any) -> list[str]:
    """The ids of members, each as often as it is listed."""
    listed = members if isinstance(members, list) else []
    return [str(one["value"]) for one in listed if isinstance(one, dict) and "value" in one]


def member_ids(group: Mapping[str, Any]) -> frozenset[str]:
    """The ids of the members that a group shows."""
    return frozenset(_listed(group.get("members")))


def hidden(fault: SilentFault, secrets: tuple[str, ...]) -> SilentFault:
    """The fault without secrets, which a server can repeat anywhere."""
    sent, found = json.loads(hide(json.dumps([fault.sent, fault.found]), secrets))
    return replace(fault, sent=sent, found=found, text=hide(fault.text, secrets))


def described(difference: Difference, seen_in: SeenIn) -> str:
    """A difference as text, without the request."""
    if difference.found is None:
        return f"{difference.attribute} is missing {PLACES[seen_in]}; expected {shown(difference.sent)}"
    return f"{difference.attribute} is {shown(difference.found)} {PLACES[seen_in]}, not {shown(difference.sent)}"


def shown(value: Any) -> str:
    """A value in one line of bounded length."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
