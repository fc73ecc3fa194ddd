"""The checks that can't be expressed as data; each returns what is wrong, or None."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from oktascim.check import answers, keeping, listed, lists
from oktascim.check.failure import CheckFailure, Variables
from oktascim.check.given import NotRun, group_path, make_user, user_path
from oktascim.check.lab import Lab, whole_seconds
from oktascim.check.patching import patch
from oktascim.check.sent import Sent
from oktascim.check.values import MISSING
from oktascim.scim.objects import member_ids, objects_in

_BATCH = 256  # members in one PATCH (OB-305)
_BURST, _AT_ONCE = 50, 5
_NOT_SERVED = frozenset({404, 501})


async def many_members(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Add 256 members in one PATCH."""
    members = await _many_members(lab, variables)
    sent = await _add(lab, variables, members)
    return await _many_stored(lab, variables, members, sent)


async def many_members_put(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Replace a group by one with 256 members, as a wizard-made app does."""
    members, path = await _many_members(lab, variables), group_path(variables)
    read = await lab.settled(path, lambda one: one.ok)
    if not read.ok or not isinstance(read.json, dict):
        raise NotRun(f"GET of the group returned {read.status_text}.")
    return await _many_stored(lab, variables, members, await lab.send("PUT", path, {**read.json, "members": members}))


async def _many_members(lab: Lab, variables: Variables) -> list[dict[str, str]]:
    """Users of this run as members, and new ones if it has created fewer."""
    gone = {variables["ada.id"]} | lab.deleted
    users = [made.id for made in list(lab.made.values()) if made.collection == "Users" and made.id]
    users = [user for user in users if user not in gone][-_BATCH:]
    while len(users) < _BATCH:
        missing = min(_AT_ONCE, _BATCH - len(users))
        users += [user["id"] for user in await asyncio.gather(*(make_user(lab) for _ in range(missing)))]
    return [{"value": user, "display": user} for user in users]


async def _many_stored(
    lab: Lab, variables: Variables, members: list[dict[str, str]], sent: Sent
) -> CheckFailure | None:
    what = f"{sent.exchange.method} with {_BATCH} members"
    if not sent.ok:
        return CheckFailure(f"{what}: the status is {sent.status_text}.", sent)
    wanted = {one["value"] for one in members}
    read = await lab.settled(group_path(variables), lambda one: wanted <= set(member_ids(one.at("members"))))
    found = _values(read)
    lost = len(wanted - found)
    if not lost:
        return None
    return CheckFailure(f"{what}: {lost} of them aren't in the group, which has {len(found)}.", read, silent=True)


async def unknown_member(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Add one known and one unknown member: the server must add the known one, or reject the whole request."""
    path = group_path(variables)
    members = [variables["bob.member"], {"value": f"{lab.names.run}-unknown", "display": "nobody"}]
    sent = await _add(lab, variables, members)
    read = await lab.settled(path, lambda one: not sent.ok or variables["bob.id"] in member_ids(one.at("members")))
    found = _values(read)
    if (sent.exchange.status or 500) >= 500:
        return CheckFailure(f"The status is {sent.status_text}; expected 2xx or 4xx.", sent)
    if variables["ada.id"] not in found:
        return CheckFailure("The group lost its other members.", read)
    if sent.ok and variables["bob.id"] not in found:
        return CheckFailure(
            "The server accepted the request, but the known member isn't in the group.", read, silent=True
        )
    return None


async def burst(lab: Lab, _variables: Variables) -> CheckFailure | None:
    """Send 50 reads, five at a time: every response must be a success, or a 429 with whole seconds to wait."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def read_two() -> Sent:
        async with places:
            return await lab.send("GET", "/Users?startIndex=1&count=2", patient=False)

    for sent in await asyncio.gather(*(read_two() for _ in range(_BURST))):
        status = sent.exchange.status
        if status == 429:
            wait = sent.at("header.retry-after")
            if wait is MISSING or whole_seconds(wait) is None:
                return CheckFailure(f"429 with Retry-After {wait!r}, which makes Okta wait five minutes.", sent)
        elif status != 200:
            return CheckFailure(f"One of {_BURST} requests got {status or 'no response'}.", sent)
    return None


async def late_writes(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Read a user by id and by name right after its creation; and recall what other checks saw."""
    path = user_path(variables)
    await lab.settled(path, lambda read: read.ok)
    late = lab.settling.late
    return CheckFailure(f"A write was visible only after {late:g} s.", lab.settling.latest) if late else None


async def user_schema(lab: Lab, _variables: Variables) -> CheckFailure | None:
    """Read /ResourceTypes and /Schemas: the attributes of a user and of its extensions must be there (OB-299)."""
    types, schemas = await lab.send("GET", "/ResourceTypes"), await lab.send("GET", "/Schemas")
    for sent in (types, schemas):
        if sent.exchange.status in _NOT_SERVED:
            raise NotRun("the server doesn't serve its schemas, which Okta reads only for Import User Schema.")
        if not sent.ok or not isinstance(sent.at("Resources"), list):
            return CheckFailure(f"The status is {sent.status_text}; there are no Resources.", sent)
    core = lab.variables["schema.user"]
    user = next((one for one in objects_in(types.at("Resources")) if one.get("schema") == core), None)
    if user is None:
        return CheckFailure(f"No resource type has the schema {core}.", types)
    described = {str(one.get("id")) for one in objects_in(schemas.at("Resources")) if one.get("attributes")}
    wanted = [core, *(str(one.get("schema")) for one in objects_in(user.get("schemaExtensions")))]
    missing = [one for one in wanted if one not in described]
    return CheckFailure(f"/Schemas lists no attributes of {', '.join(missing)}.", schemas) if missing else None


async def _add(lab: Lab, variables: Variables, members: list[Any]) -> Sent:
    return await patch(lab, group_path(variables), {"op": "add", "path": "members", "value": members})


def _values(read: Sent) -> set[str]:
    members = read.at("members")
    if not read.ok:
        raise NotRun(f"GET of the group returned {read.status_text}.")
    return set(member_ids(members))


PROCEDURES: Mapping[str, Callable[[Lab, Variables], Awaitable[CheckFailure | None]]] = {
    one.__name__: one
    for one in (
        many_members,
        many_members_put,
        unknown_member,
        burst,
        lists.list_groups,
        lists.capitals,
        lists.near_users,
        lists.near_groups,
        lists.wildcards,
        lists.page_count,
        lists.first_page,
        lists.walk_pages,
        lists.walk_imports,
        lists.walk_group_imports,
        listed.listed_user,
        listed.listed_leaver,
        listed.listed_group,
        keeping.kept_by_deactivation,
        keeping.kept_by_reactivation,
        keeping.deactivated_again,
        keeping.updated,
        answers.patch_answer,
        answers.group_patch_answer,
        answers.group_put_answer,
        late_writes,
        user_schema,
    )
}
