"""Single changes of who has an app: each one made, read back, and reported with what proves it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from oktascim.errors import ExitCode, OktascimError, UsageProblem
from oktascim.okta import directory, push
from oktascim.okta.client import Okta
from oktascim.okta.errors import NotFound, OktaError
from oktascim.plan.steps.assignments import ALREADY_ASSIGNED, Target

Kind = Literal["user", "group", "push_group"]
Change = Callable[[Okta, str, Target], Awaitable[str]]


@dataclass(frozen=True)
class Membership:
    """A user or group of an app after a change, and what proves it or went wrong."""

    kind: Kind
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


async def find_targets(okta: Okta, users: Sequence[str], groups: Sequence[str]) -> tuple[list[Target], list[Target]]:
    """The users and groups that words mean.

    Raises:
        UsageProblem: a word means nobody, or more than one; all such words are named.
    """
    found_users = await asyncio.gather(*(directory.find_user(okta, word) for word in users))
    found_groups = await asyncio.gather(*(directory.find_groups(okta, word) for word in groups))
    problems = [f"there is no user {word}" for word, user in zip(users, found_users, strict=True) if not user]
    for word, found in zip(groups, found_groups, strict=True):
        if not found:
            problems.append(f"there is no group {word}")
        elif len(found) > 1:
            ids = ", ".join(group["id"] for group in found)
            problems.append(f"{len(found)} groups are called {word}: name one by id ({ids})")
    if problems:
        raise UsageProblem(f"Nothing was changed: {'; '.join(problems)}.")
    return (
        [Target(word, user["id"]) for word, user in zip(users, found_users, strict=True) if user],
        [
            Target(word, found[0]["id"], found[0]["profile"]["name"])
            for word, found in zip(groups, found_groups, strict=True)
        ],
    )


async def change(okta: Okta, app_id: str, kind: Kind, targets: Sequence[Target], how: Change) -> list[Membership]:
    """Make one change for each target; a failure of one does not stop the others."""

    async def one(target: Target) -> Membership:
        try:
            return Membership(kind, target, await how(okta, app_id, target))
        except OktascimError as error:
            return Membership(kind, target, error=error)

    return [await one(target) for target in targets]


async def assign_user(okta: Okta, app_id: str, user: Target) -> str:
    """Assign a user in its own right; what Okta says of its provisioning is the evidence."""
    try:
        await directory.assign_user(okta, app_id, user.id)
    except OktaError as error:
        if error.code != ALREADY_ASSIGNED:
            raise
    seen = await directory.get_app_user(okta, app_id, user.id)
    if seen is None:
        raise OktascimError(f"{user.word} is not assigned after all.", why="Okta took the call; a fresh read says 404.")
    return f"assigned, {seen['status']}"


async def unassign_user(okta: Okta, app_id: str, user: Target) -> str:
    """Take a user off the app; one who has it through a group keeps it, which is an error."""
    if await directory.get_app_user(okta, app_id, user.id) is None:
        return "was not assigned"
    await _unless_gone(directory.unassign_user(okta, app_id, user.id))
    left = await directory.get_app_user(okta, app_id, user.id)
    if left is not None:
        through = " through a group" if left.get("scope") == "GROUP" else ""
        raise OktascimError(
            f"{user.word} still has the app{through}.",
            fix="Take the group off the app, or the person out of the group." if through else None,
        )
    return f"GET /api/v1/apps/{app_id}/users/{user.id} answers 404"


async def assign_group(okta: Okta, app_id: str, group: Target) -> str:
    """Assign a group; its members follow in the background."""
    await directory.assign_group(okta, app_id, group.id)
    if await directory.get_app_group(okta, app_id, group.id) is None:
        raise OktascimError(
            f"{group.word} is not assigned after all.", why="Okta took the call; a fresh read says 404."
        )
    return "assigned; members follow in the background"


async def unassign_group(okta: Okta, app_id: str, group: Target) -> str:
    """Take a group off the app; its members follow in the background."""
    await _unless_gone(directory.unassign_group(okta, app_id, group.id))
    if await directory.get_app_group(okta, app_id, group.id) is not None:
        raise OktascimError(f"{group.word} still has the app.")
    return f"GET /api/v1/apps/{app_id}/groups/{group.id} answers 404; members follow in the background"


async def push_group(okta: Okta, app_id: str, group: Target) -> str:
    """Push a group, or go on pushing one that is paused or in error; it has one mapping per app at most."""
    mapping = await _mapping(okta, app_id, group)
    if mapping is None:
        await push.create_push_mapping(okta, app_id, group.id, group.name)
    elif mapping["status"] != "ACTIVE":
        await push.activate_push_mapping(okta, app_id, mapping["id"])
    seen = await _mapping(okta, app_id, group)
    if seen is None or seen["status"] != "ACTIVE":
        raise OktascimError(
            f"{group.word} is not pushed: its mapping is {seen['status'] if seen else 'missing'}.",
            why=seen.get("errorSummary") if seen else None,
            fix=f"Run `oktascim logs --app {app_id} --failures --explain`.",
        )
    return f"pushed, mapping {seen['id']} is ACTIVE"


async def stop_pushing(okta: Okta, app_id: str, group: Target, *, delete_target: bool) -> str:
    """Stop pushing a group, and on request delete the group that the app has of it."""
    mapping = await _mapping(okta, app_id, group)
    if mapping is None:
        return "was not pushed"
    await _unless_gone(push.delete_push_mapping(okta, app_id, mapping["id"], delete_target=delete_target))
    if await _mapping(okta, app_id, group) is not None:
        raise OktascimError(f"{group.word} is still pushed.")
    return f"mapping {mapping['id']} is gone; the app's group {'is deleted with it' if delete_target else 'stays'}"


async def _mapping(okta: Okta, app_id: str, group: Target) -> dict[str, Any] | None:
    mappings = await push.list_push_mappings(okta, app_id)
    return next((raw for raw in mappings if raw["sourceGroupId"] == group.id), None)


async def _unless_gone(deletion: Awaitable[None]) -> None:
    """Wait for a deletion; what somebody else has deleted meanwhile is deleted."""
    try:
        await deletion
    except NotFound:
        return
