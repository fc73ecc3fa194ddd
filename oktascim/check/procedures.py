"""Checks that can't be expressed as data: many members, pages, bursts. Each returns what is wrong, or None."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from oktascim.check.expect import fault
from oktascim.check.given import NotRun, make_user
from oktascim.check.lab import Lab, Sent, query
from oktascim.check.values import MISSING

_BATCH = 256  # members in one PATCH (OB-305)
_FAST = 0.6  # seconds that Okta's test allows for the list of groups
_PAGE = 100
_MOST_PAGES = 20
_BURST, _AT_ONCE = 50, 5

Variables = Mapping[str, Any]


class CheckFailure(NamedTuple):
    """What is wrong.

    Attributes:
        detail: what was found.
        sent: the exchange that shows it.
        silent: the server returned 2xx and didn't do what was asked.
        fix: a fix that replaces the check's own, or "".
    """

    detail: str
    sent: Sent | None
    silent: bool = False
    fix: str = ""


async def many_members(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Add 256 members in one PATCH."""
    gone = {variables["ada.id"]} | {target.rpartition("/")[2] for target in lab.deleted}
    users = [made.id for made in list(lab.made.values()) if made.collection == "Users" and made.id]
    users = [user for user in users if quote(user, safe="") not in gone][-_BATCH:]
    while len(users) < _BATCH:
        missing = min(_AT_ONCE, _BATCH - len(users))
        users += [user["id"] for user in await asyncio.gather(*(make_user(lab) for _ in range(missing)))]
    path = f"/Groups/{quote(variables['team.id'], safe='')}"
    members = [{"value": user, "display": user} for user in users]
    sent = await lab.send("PATCH", path, _patch(lab, "add", members))
    if not sent.ok:
        return CheckFailure(f"PATCH with {_BATCH} members: the status is {sent.exchange.status}.", sent)
    read = await lab.send("GET", path)
    found = _values(read)
    lost = len(set(users) - found)
    return CheckFailure(f"{lost} of {_BATCH} added members aren't in the group.", read, silent=True) if lost else None


async def unknown_member(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Add one known and one unknown member: the server must add the known one, or reject the whole request."""
    path = f"/Groups/{quote(variables['team.id'], safe='')}"
    members = [variables["bob.member"], {"value": f"{lab.names.run}-unknown", "display": "nobody"}]
    sent = await lab.send("PATCH", path, _patch(lab, "add", members))
    read = await lab.send("GET", path)
    found = _values(read)
    if (sent.exchange.status or 500) >= 500:
        return CheckFailure(f"The status is {sent.exchange.status}; expected 2xx or 4xx.", sent)
    if variables["ada.id"] not in found:
        return CheckFailure("The group lost its other members.", read)
    if sent.ok and variables["bob.id"] not in found:
        return CheckFailure(
            "The server accepted the request, but the known member isn't in the group.", read, silent=True
        )
    return None


async def list_groups(lab: Lab, _variables: Variables) -> CheckFailure | None:
    """Read the groups in 0.6 s; if there are any, Resources must be an array."""
    sent = await lab.send("GET", "/Groups")
    if sent.exchange.status != 200:
        return CheckFailure(f"The status is {sent.exchange.status}; expected 200.", sent)
    total = sent.at("totalResults")
    if isinstance(total, int) and total >= 1 and not isinstance(sent.at("Resources"), list):
        return CheckFailure(f"totalResults is {total}, but Resources isn't an array.", sent, fix="list-response")
    slow = sent.exchange.seconds >= _FAST
    return CheckFailure(f"The response took {sent.exchange.seconds:.2f} s.", sent, fix="fast") if slow else None


async def capitals(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Look up a user in capitals."""
    user_name = str(variables["ada.userName"]).upper()
    sent = await lab.send("GET", "/Users" + query(f'userName eq "{user_name}"'))
    wrong = fault("Resources[0].id", sent.at(f"Resources[id={variables['ada.id']}].id"), {"is": "present"})
    return CheckFailure(f"The user isn't found as {user_name}.", sent) if wrong else None


async def page_count(lab: Lab, _variables: Variables) -> CheckFailure | None:
    """Request one user although there is more than one."""
    sent = await lab.send("GET", "/Users?startIndex=1&count=1")
    resources = sent.at("Resources")
    if not isinstance(resources, list):
        return CheckFailure(f"The status is {sent.exchange.status}; there are no Resources.", sent, fix="list-response")
    return (
        CheckFailure(f"{len(resources)} users were returned, but only one was requested.", sent)
        if len(resources) > 1
        else None
    )


async def walk_pages(lab: Lab, _variables: Variables) -> CheckFailure | None:
    """Read the list in pages of two: no user twice, and in a short list all users created by this check."""
    seen: list[str] = []
    total = _PAGE
    size = 2
    for start in range(1, _MOST_PAGES * size, size):
        sent = await lab.send("GET", f"/Users?startIndex={start}&count={size}")
        resources, total = sent.at("Resources"), sent.at("totalResults")
        if not sent.ok or not isinstance(resources, list):
            return CheckFailure(f"Page {start}: the status is {sent.exchange.status}; there are no Resources.", sent)
        ids = [str(one.get("id")) for one in resources[:size] if isinstance(one, dict)]
        if twice := sorted({one for one in ids if one in seen or ids.count(one) > 1}):
            return CheckFailure(
                f"The user {twice[0]} was returned twice, the second time on the page from {start}.", sent
            )
        if ids and sent.at("startIndex") not in (start, str(start)):
            return CheckFailure(f"startIndex is {sent.at('startIndex')!r}; {start} was requested.", sent)
        seen += ids
        if not isinstance(total, int) or start + size > total:
            break
    return _end_of_list(total, seen, sent)


def _end_of_list(total: Any, seen: list[str], sent: Sent) -> CheckFailure | None:
    if isinstance(total, int) and total <= len(seen) and len(seen) != total:
        return CheckFailure(f"totalResults is {total}, but {len(seen)} users were returned.", sent)
    if isinstance(total, int) and len(seen) < min(total, (_MOST_PAGES - 1) * 2):
        return CheckFailure(f"totalResults is {total}, but only {len(seen)} users were returned in pages of two.", sent)
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
            if wait is MISSING or not str(wait).isdigit():
                return CheckFailure(f"429 with Retry-After {wait!r}, which makes Okta wait five minutes.", sent)
        elif status is None or status >= 500:
            return CheckFailure(f"One of {_BURST} requests got {status or 'no response'}.", sent)
    return None


def _patch(lab: Lab, operation: str, members: list[Any]) -> dict[str, Any]:
    return {
        "schemas": [lab.variables["schema.patch"]],
        "Operations": [{"op": operation, "path": "members", "value": members}],
    }


def _values(read: Sent) -> set[str]:
    members = read.at("members")
    if not read.ok:
        raise NotRun(f"GET of the group returned {read.exchange.status}.")
    return {str(one.get("value")) for one in members if isinstance(one, dict)} if isinstance(members, list) else set()


PROCEDURES: Mapping[str, Callable[[Lab, Variables], Awaitable[CheckFailure | None]]] = {
    "list_groups": list_groups,
    "many_members": many_members,
    "unknown_member": unknown_member,
    "capitals": capitals,
    "page_count": page_count,
    "walk_pages": walk_pages,
    "burst": burst,
}
