"""The differences between template apps (PATCH) and wizard-made apps (GET and PUT), as one value for each.

Sources: OB-270 (which verb), OB-279 to OB-284 (users), OB-302 to OB-307 (groups). The app's definition decides, never
the server's responses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from okta_emulator.scim_client import logged_actions
from okta_emulator.scim_client.client import resource_path
from okta_emulator.scim_client.connection import AppKind, Member, Person
from okta_emulator.scim_client.conversation import Conversation, Refused
from okta_emulator.scim_client.dialect import Body
from okta_emulator.scim_client.lists import Resource
from okta_emulator.scim_client.profile import in_put_order, mapped_user, merged_user

_T = TypeVar("_T")


@dataclass(frozen=True)
class Strategy:
    """How one kind of app changes what exists on the server.

    Args:
        change_user: `(scim, id, changed attributes, okta id or None)`.
        activate_user: `(scim, id, person, the resource that the filter found or None)`: activate the user and push the
            profile, in its own steps.
        after_create: `(scim, id, name, members)`: what follows the POST of a group.
        rename_group: `(scim, id, name)`.
        change_members: `(scim, id, name, added, removed)`.
        replace_members: `(scim, id, name, members)`.
    """

    change_user: Callable[[Conversation, str, Body, str | None], Awaitable[None]]
    activate_user: Callable[[Conversation, str, Person, Resource | None], Awaitable[None]]
    after_create: Callable[[Conversation, str, str, Sequence[Member]], Awaitable[None]]
    rename_group: Callable[[Conversation, str, str], Awaitable[None]]
    change_members: Callable[[Conversation, str, str, Sequence[Member], Sequence[Member]], Awaitable[None]]
    replace_members: Callable[[Conversation, str, str, Sequence[Member]], Awaitable[None]]


def strategy_of(kind: AppKind) -> Strategy:
    """The strategy of an app kind."""
    return PATCHING if kind == "template" else REPLACING


async def _read_user(scim: Conversation, user_id: str) -> Resource:
    """GET /Users/{id}; a missing user stops the push (OB-278)."""
    return await scim.read(resource_path("Users", user_id), Refused(f"No user returned for user {user_id}"))


async def put_profile(scim: Conversation, user_id: str, person: Person, found: Resource | None = None) -> None:
    """GET /Users/{id}, then PUT the whole resource overlaid with the profile (OB-277).

    Args:
        scim: the conversation.
        user_id: the server's id.
        person: the user.
        found: the resource, if it is known and need not be read.
    """
    resource = await _read_user(scim, user_id) if found is None else found
    name = resource.get("name")
    scim.watch.echoed_name = name.get("formatted") if isinstance(name, dict) else None
    await scim.require(
        "PUT",
        resource_path("Users", user_id),
        body=merged_user(resource, person, scim.dialect, scim.connection.switches),
    )


async def patch_profile(scim: Conversation, user_id: str, person: Person) -> None:
    """PATCH the mapped attributes in one operation without a path; what Okta sends is unknown (OB-295; a switch)."""
    mapped = {"userName": person.user_name} | mapped_user(person, scim.dialect, scim.connection.switches)
    missing = Refused(f"No user returned for user {user_id}")
    body = scim.dialect.patch_user(user_id, mapped)
    await scim.require("PATCH", resource_path("Users", user_id), body=body, missing=missing)


async def _patch_user(scim: Conversation, user_id: str, changed: Body, _okta_id: str | None) -> None:
    await scim.require("PATCH", resource_path("Users", user_id), body=scim.dialect.patch_user(user_id, changed))


async def _patch_active(scim: Conversation, user_id: str, person: Person, found: Resource | None) -> None:
    """PATCH active, then the profile PUT: the PATCH is documented, the PUT and the order are likely (OB-281)."""
    with scim.step(logged_actions.REACTIVATE, person.user_name):
        await _patch_user(scim, user_id, {"active": True}, None)
    known = None if found is None or scim.dialect.link_reads_first else {**found, "active": True}
    with scim.step(logged_actions.PUSH_PROFILE, person.user_name):
        await put_profile(scim, user_id, person, known)


async def _put_user(scim: Conversation, user_id: str, changed: Body, okta_id: str | None) -> None:
    """GET, then PUT of that resource with the change and externalId, otherwise an echo (OB-280)."""
    resource = await _read_user(scim, user_id)
    external = {} if okta_id is None else {"externalId": okta_id}
    await scim.require("PUT", resource_path("Users", user_id), body=in_put_order({**resource, **external, **changed}))


async def _put_active(scim: Conversation, user_id: str, person: Person, _found: Resource | None) -> None:
    """GET, then one PUT with active and the profile; a failure counts as one of the profile push (OB-282)."""
    with scim.step(logged_actions.PUSH_PROFILE, person.user_name):
        resource = await _read_user(scim, user_id)
        await put_profile(scim, user_id, person, {**resource, "active": True})
    scim.facts.append(logged_actions.REACTIVATE.success())


async def _patch_name(scim: Conversation, group_id: str, name: str) -> None:
    await _send_group(scim, "PATCH", group_id, scim.dialect.rename_group(group_id, name))


async def _patch_name_along(scim: Conversation, group_id: str, name: str, _members: Sequence[Member] = ()) -> None:
    """The rename that accompanies a creation and each membership change, if the dialect has it (OB-302, OB-303)."""
    if scim.dialect.rename_with_members:
        await _patch_name(scim, group_id, name)


async def _patch_members(
    scim: Conversation, group_id: str, name: str, added: Sequence[Member], removed: Sequence[Member]
) -> None:
    """The rename, then removes and adds in batches; that the rename comes first is our choice (OB-304, OB-313)."""
    await _patch_name_along(scim, group_id, name)
    changes = [*((member, False) for member in removed), *((member, True) for member in added)]
    for batch in _batches(changes, scim.connection.batch_size):
        body = scim.dialect.change_members([m for m, add in batch if add], [m for m, add in batch if not add])
        await _send_group(scim, "PATCH", group_id, body)


async def _patch_all_members(scim: Conversation, group_id: str, name: str, members: Sequence[Member]) -> None:
    """The rename, then the replacement; more batches follow as additions, which is our choice (OB-313)."""
    await _patch_name_along(scim, group_id, name)
    first, *rest = list(_batches(members, scim.connection.batch_size)) or [()]
    place = scim.connection.switches.group_replacement
    await _send_group(scim, "PATCH", group_id, scim.dialect.replace_members(group_id, name, first, place))
    for batch in rest:
        await _send_group(scim, "PATCH", group_id, scim.dialect.change_members(batch, ()))


def _linked_group_missing(scim: Conversation) -> Refused:
    """Okta's error for a pushed group that is missing (OB-309)."""
    missing = f"Linked group is missing in {scim.connection.app_label}."
    return Refused(f"{missing} Change the linked group to resume pushing group memberships.", whole=True)


async def _send_group(scim: Conversation, method: Literal["PATCH", "PUT"], group_id: str, body: Body) -> None:
    await scim.require(method, resource_path("Groups", group_id), body=body, missing=_linked_group_missing(scim))


async def _read_members(scim: Conversation, group_id: str) -> list[Member]:
    path = resource_path("Groups", group_id)
    group = await scim.read(path, _linked_group_missing(scim))
    scim.watch.read_before(len(scim.exchanges) - 1, path, group)
    members = group.get("members")
    found = members if isinstance(members, list) else []
    return [Member(str(m["value"]), m.get("display")) for m in found if isinstance(m, dict) and "value" in m]


async def _put_members(scim: Conversation, group_id: str, name: str, members: Sequence[Member]) -> None:
    """GET, then PUT of the whole list (OB-306)."""
    await _read_members(scim, group_id)
    await _send_group(scim, "PUT", group_id, scim.dialect.put_group(group_id, name, members))


async def _put_all_members(scim: Conversation, group_id: str, name: str, members: Sequence[Member]) -> None:
    """The pair of GET and PUT, usually twice (OB-306; a switch)."""
    for _ in range(int(scim.connection.switches.wizard_pairs)):
        await _put_members(scim, group_id, name, members)


async def _put_name(scim: Conversation, group_id: str, name: str) -> None:
    """One pair; that a rename isn't repeated is our choice."""
    await _put_merged_members(scim, group_id, name, (), ())


async def _put_changed_members(
    scim: Conversation, group_id: str, name: str, added: Sequence[Member], removed: Sequence[Member]
) -> None:
    """The pair of GET and PUT, usually twice (OB-306; a switch)."""
    for _ in range(int(scim.connection.switches.wizard_pairs)):
        await _put_merged_members(scim, group_id, name, added, removed)


async def _put_merged_members(
    scim: Conversation, group_id: str, name: str, added: Sequence[Member], removed: Sequence[Member]
) -> None:
    changed = {member.value for member in (*added, *removed)}
    kept = [member for member in await _read_members(scim, group_id) if member.value not in changed]
    body = scim.dialect.put_group(group_id, name, [*kept, *added])
    await _send_group(scim, "PUT", group_id, body)


def _batches(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


PATCHING = Strategy(
    change_user=_patch_user,
    activate_user=_patch_active,
    after_create=_patch_name_along,
    rename_group=_patch_name,
    change_members=_patch_members,
    replace_members=_patch_all_members,
)
REPLACING = Strategy(
    change_user=_put_user,
    activate_user=_put_active,
    after_create=_put_members,
    rename_group=_put_name,
    change_members=_put_changed_members,
    replace_members=_put_all_members,
)
