"""Two users and a group that no check writes to: every write to something else must leave them as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oktascim.check.expect import differences
from oktascim.check.failure import CheckFailure
from oktascim.check.given import NotRun, group_path, make_given, user_path
from oktascim.check.lab import Lab
from oktascim.check.model import BystanderKind
from oktascim.check.sent import Sent
from oktascim.scim.objects import member_ids

_USERS: Mapping[str, Any] = {"other": "user", "idle": {"user": {"active": False}}}
_GIVEN: Mapping[str, Mapping[str, Any]] = {
    "users": _USERS,
    "users and groups": {"other": "user", "club": {"group": ["other"]}, "idle": _USERS["idle"]},
}
"""The inactive user is created last: nothing that is created here can reactivate them."""
_NOT_COMPARED = frozenset({"schemas", "groups", "password"})


@dataclass(frozen=True)
class Bystander:
    """A user or a group.

    Attributes:
        path: its path on the server.
        names: the attributes that are compared, those that its POST has sent.
        shown: what the server showed for them after the creation; the members of a group by their ids.
    """

    path: str
    names: tuple[str, ...]
    shown: Mapping[str, Any]

    def is_unchanged(self, read: Sent) -> bool:
        """Whether it is as it was."""
        return read.ok and not self.changes(read)

    def changes(self, read: Sent) -> list[str]:
        """What is different, as sentences."""
        return list(differences(_compared(read.json, self.names), self.shown))


@dataclass(frozen=True)
class Bystanders:
    """Those of a check, and their variables: `other`, an active user, `idle`, an inactive one, and `club`, a group."""

    variables: Mapping[str, Any]
    all: tuple[Bystander, ...]


async def bystanders_of(lab: Lab, kind: BystanderKind) -> Bystanders:
    """Those that the checks of a run share; new ones if an earlier check has changed them. Raises NotRun."""
    known: Bystanders | None = lab.shared.get(kind)
    if known is None or await harm_to(lab, known, "an earlier check"):
        known = lab.shared[kind] = await _created(lab, _GIVEN[kind])
    return known


async def harm_to(lab: Lab, bystanders: Bystanders, write: str) -> CheckFailure | None:
    """What is different in one of them, or None.

    Args:
        lab: the server.
        bystanders: what must be as it was.
        write: the request before, such as `PATCH /Users/7`.
    """
    for one in bystanders.all:
        read = await lab.settled(one.path, one.is_unchanged)
        if not read.ok:
            return CheckFailure(f"After {write}, GET {one.path} returned {read.status_text}.", read)
        if wrong := one.changes(read):
            return CheckFailure(f"{write} also changed {one.path}: {' '.join(wrong)}", read)
    return None


async def _created(lab: Lab, given: Mapping[str, Any]) -> Bystanders:
    variables = await make_given(lab, given)
    users = [name for name in given if name != "club"]
    found = [await _read(lab, user_path(variables, name), variables[f"{name}.body"]) for name in users]
    if "club" in given:
        body = {"displayName": variables["club.displayName"], "members": [variables["other.member"]]}
        found.append(await _read(lab, group_path(variables, "club"), body))
    return Bystanders(variables, tuple(found))


async def _read(lab: Lab, path: str, body: Mapping[str, Any]) -> Bystander:
    """What the server shows for a new resource, which it may show late."""
    names = tuple(name for name in body if name not in _NOT_COMPARED)
    sent = Bystander(path, names, _compared(body, names))
    read = await lab.settled(path, sent.is_unchanged)
    if not read.ok or not isinstance(read.json, dict):
        raise NotRun(f"GET of a new resource returned {read.status_text}.")
    return Bystander(path, names, _compared(read.json, names))


def _compared(resource: Any, names: tuple[str, ...]) -> dict[str, Any]:
    found = resource if isinstance(resource, dict) else {}
    return {
        name: sorted(member_ids(found[name])) if name == "members" else found[name] for name in names if name in found
    }
