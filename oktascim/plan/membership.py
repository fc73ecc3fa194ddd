"""Assigns users and groups to apps, and pushes groups.

The steps of a plan and the `app` commands both build on `give_*` (send what is missing) and `see_*` (read it back).
Whether an account then exists in the app is for `plan.outcomes` to say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from oktascim.errors import ExitCode, NotTaken, OktascimError
from oktascim.okta import directory, push
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound, OktaError
from oktascim.plan.outcomes import Wanted
from oktascim.plan.targets import Target

MemberKind = Literal["user", "group", "push_group"]
MembershipChange = Callable[[Okta, str, "Target"], Awaitable[str]]

_ASKED_ONE_BY_ONE = 2  # users who aren't among the first 500 of an app's list
_ALREADY_ASSIGNED = "E0000062"  # OB-089


@dataclass(frozen=True)
class Membership:
    """A user or group of an app after a change, with the evidence or the error."""

    kind: MemberKind
    target: Target
    evidence: str | None = None
    error: OktascimError | None = None

    def to_json(self) -> dict[str, Any]:
        """The change's JSON."""
        return {
            "kind": self.kind,
            "name": self.target.word,
            "id": self.target.id,
            "status": "failed" if self.error else "done",
            "evidence": self.evidence,
            "error": self.error.what if self.error else None,
        }


def membership_exit_code(memberships: Iterable[Membership]) -> ExitCode:
    """One exit code for all."""
    return next((one.error.exit_code for one in memberships if one.error), ExitCode.DONE)


def wanted_from(memberships: Iterable[Membership]) -> Wanted:
    """Those whose change was made, all of them marked as fresh."""
    parts: dict[MemberKind, dict[str, str]] = {"user": {}, "group": {}, "push_group": {}}
    for one in memberships:
        if one.error is None:
            parts[one.kind][one.target.id] = one.target.word
    wanted = Wanted(parts["user"], parts["group"], parts["push_group"])
    return wanted.refreshed(wanted)


async def change(
    okta: Okta, app_id: str, kind: MemberKind, targets: Sequence[Target], how: MembershipChange
) -> list[Membership]:
    """Make one change per target; the failure of one doesn't stop the others."""

    async def membership_of(target: Target) -> Membership:
        try:
            return Membership(kind, target, await how(okta, app_id, target))
        except OktascimError as error:
            return Membership(kind, target, error=error)

    return [await membership_of(target) for target in targets]


async def give_user(okta: Okta, app_id: str, user: Target) -> None:
    """Assign a user directly; no error if the user is already assigned."""
    try:
        await directory.assign_user(okta, app_id, user.id)
    except OktaError as error:
        if error.code != _ALREADY_ASSIGNED:
            raise


async def see_users(okta: Okta, app_id: str, users: Sequence[Target]) -> str:
    """Read the assignments, with one request for one user or for an app of up to 500.

    Returns:
        The evidence, such as `ada@acme.example is STAGED`.

    Raises:
        NotTaken: one of them isn't there.
    """
    known, more = ([], True) if len(users) == 1 else await directory.first_app_users(okta, app_id)
    listed = {one["id"]: one for one in known}
    missing = [user.id for user in users if user.id not in listed] if more else []
    if len(missing) > _ASKED_ONE_BY_ONE:
        listed = {one["id"]: one for one in await directory.list_app_users(okta, app_id, expand=False)}
    else:
        asked = await asyncio.gather(*(directory.get_app_user(okta, app_id, one) for one in missing))
        listed |= {one["id"]: one for one in asked if one}
    seen = [listed.get(user.id) for user in users]
    _require_all(users, seen)
    return ", ".join(
        f"{user.word} is {app_user['status']}" for user, app_user in zip(users, seen, strict=True) if app_user
    )


async def give_group(okta: Okta, app_id: str, group: Target) -> None:
    """Assign a group; assigning one again changes nothing."""
    await directory.assign_group(okta, app_id, group.id)


async def see_groups(okta: Okta, app_id: str, groups: Sequence[Target]) -> str:
    """Read the assignments, with one request for one group or for up to 200 of an app.

    Raises:
        NotTaken: one of them isn't there.
    """
    if len(groups) > 1:
        listed = {one["id"]: one for one in await directory.list_app_groups(okta, app_id)}
        seen = [listed.get(group.id) for group in groups]
    else:
        seen = [await directory.get_app_group(okta, app_id, group.id) for group in groups]
    _require_all(groups, seen)
    return f"{', '.join(group.word for group in groups)} assigned; Okta updates its members in the background"


async def give_pushes(okta: Okta, app_id: str, groups: Sequence[Target]) -> None:
    """Create a mapping for each group that has none, and activate those that are paused or in error.

    A group has one mapping per app (OB-112), so what exists is read before anything is sent.
    """
    present = await _mappings(okta, app_id)
    for group in groups:
        mapping = present.get(group.id)
        if mapping is None:
            await push.create_push_mapping(okta, app_id, group.id, group.name)
        elif mapping["status"] != "ACTIVE":
            await push.activate_push_mapping(okta, app_id, mapping["id"])


async def see_pushes(okta: Okta, app_id: str, groups: Sequence[Target]) -> str:
    """Read the mappings.

    A mapping in ERROR was accepted, but its push failed: that is its outcome, not a write without effect.

    Raises:
        NotTaken: one of them is missing or paused.
    """
    present = await _mappings(okta, app_id)
    states = {group.word: present[group.id]["status"] if group.id in present else "missing" for group in groups}
    resting = [f"{word} is {status}" for word, status in states.items() if status not in {"ACTIVE", "ERROR"}]
    if resting:
        raise NotTaken(
            f"Group push is not active: {', '.join(resting)}.",
            why="Okta accepted the call, and a fresh read doesn't show its effect.",
            fix=f"Run `oktascim logs --app {app_id} --failures --explain`.",
        )
    return ", ".join(f"{word}: mapping {status}" for word, status in states.items())


async def assign_user(okta: Okta, app_id: str, user: Target) -> str:
    """Assign a user directly, and read it back."""
    await give_user(okta, app_id, user)
    return await see_users(okta, app_id, (user,))


async def unassign_user(okta: Okta, app_id: str, user: Target) -> str:
    """Unassign a user; it is an error if the user still has the app through a group."""
    if await directory.get_app_user(okta, app_id, user.id) is None:
        return "was not assigned"
    await _unless_gone(directory.unassign_user(okta, app_id, user.id))
    left = await directory.get_app_user(okta, app_id, user.id)
    if left is not None:
        through = " through a group" if left.get("scope") == "GROUP" else ""
        raise OktascimError(
            f"{user.word} still has the app{through}.",
            fix="Unassign the group from the app, or remove the person from the group." if through else None,
        )
    return f"unassigned: GET /api/v1/apps/{app_id}/users/{user.id} returns 404"


async def assign_group(okta: Okta, app_id: str, group: Target) -> str:
    """Assign a group, and read it back; Okta updates its members in the background."""
    await give_group(okta, app_id, group)
    return await see_groups(okta, app_id, (group,))


async def unassign_group(okta: Okta, app_id: str, group: Target) -> str:
    """Unassign a group; Okta updates its members in the background."""
    await _unless_gone(directory.unassign_group(okta, app_id, group.id))
    if await directory.get_app_group(okta, app_id, group.id) is not None:
        raise OktascimError(f"{group.word} still has the app.")
    path = f"/api/v1/apps/{app_id}/groups/{group.id}"
    return f"unassigned: GET {path} returns 404; Okta updates its members in the background"


async def push_group(okta: Okta, app_id: str, group: Target) -> str:
    """Push a group, or resume a push that is paused or in error, and read it back."""
    await give_pushes(okta, app_id, (group,))
    return await see_pushes(okta, app_id, (group,))


async def stop_pushing(okta: Okta, app_id: str, group: Target, *, delete_target: bool) -> str:
    """Stop pushing a group, and on request delete the app's group."""
    mapping = (await _mappings(okta, app_id)).get(group.id)
    if mapping is None:
        return "was not pushed"
    await _unless_gone(push.delete_push_mapping(okta, app_id, mapping["id"], delete_target=delete_target))
    if group.id in await _mappings(okta, app_id):
        raise OktascimError(f"{group.word} is still pushed.")
    return f"mapping {mapping['id']} is gone; the app's group {'is deleted with it' if delete_target else 'stays'}"


def _require_all(targets: Sequence[Target], seen: Sequence[object | None]) -> None:
    """Raise NotTaken for the targets that a fresh read didn't find."""
    missing = [target.word for target, one in zip(targets, seen, strict=True) if one is None]
    if missing:
        raise NotTaken(
            f"Not assigned: {', '.join(missing)}.", why="Okta accepted the assignment, but it isn't there (404)."
        )


async def _mappings(okta: Okta, app_id: str) -> dict[str, dict[str, Any]]:
    """The app's push mappings by source group."""
    return {raw["sourceGroupId"]: raw for raw in await push.list_push_mappings(okta, app_id)}


async def _unless_gone(deletion: Awaitable[None]) -> None:
    """Wait for a deletion; no error if it was already deleted elsewhere."""
    try:
        await deletion
    except NotFound:
        return
