"""Checks that compare a resource in a list, as an import reads it, with the same resource read by id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from oktascim.check.expect import fault
from oktascim.check.failure import CheckFailure, Variables
from oktascim.check.given import NotRun, user_path
from oktascim.check.lab import Lab, query
from oktascim.check.lists import LARGE, MOST_PAGES, ids_of, page_of
from oktascim.check.patching import set_active
from oktascim.check.sent import Sent
from oktascim.check.values import MISSING

_MOST_READS = 100
"""How many pages are read at most of a list whose pages are smaller than requested (our choice)."""
_IMPORTED = ("id", "userName", "displayName", "active", "name", "emails", "externalId", "schemas", "members")
_NAMES = (*_IMPORTED, "password")  # the last one must be in neither


async def listed_user(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Compare a user in the whole list and in a look-up with the same user read by id."""
    by_name = query(f'userName eq "{variables["ada.userName"]}"')
    return await _listed(lab, "Users", str(variables["ada.id"]), by_name)


async def listed_leaver(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Deactivate a user: neither the whole list nor a look-up may show it as active."""
    path = user_path(variables)
    sent = await set_active(lab, variables, active=False)
    read = await lab.settled(path, lambda one: one.at("active") is not True)
    if not sent.ok or read.at("active") is True:
        raise NotRun("the user wasn't deactivated.")
    for target in ("/Users" + query(f'userName eq "{variables["ada.userName"]}"'), ""):
        entry, where = await _entry(lab, "Users", str(variables["ada.id"]), target)
        if isinstance(entry, dict) and entry.get("active") is True:
            return CheckFailure(
                "active is true in the list; the deactivated user itself has false.", where, silent=True
            )
    return None


async def listed_group(lab: Lab, variables: Variables) -> CheckFailure | None:
    """Compare a group in the whole list with the same group read by id."""
    return await _listed(lab, "Groups", str(variables["team.id"]))


async def _listed(lab: Lab, collection: str, resource_id: str, *queries: str) -> CheckFailure | None:
    read = await lab.send("GET", f"/{collection}/{quote(resource_id, safe='')}")
    if not read.ok or not isinstance(read.json, dict):
        raise NotRun(f"GET of the resource returned {read.status_text}.")
    for target in (*(f"/{collection}{one}" for one in queries), ""):
        entry, where = await _entry(lab, collection, resource_id, target)
        if entry is MISSING:
            return CheckFailure(f"{resource_id} isn't in the list.", where)
        if wrong := list(_differences(read.json, entry)):
            return CheckFailure(" ".join(wrong), where)
    return None


def _differences(read: dict[str, Any], entry: dict[str, Any]) -> Iterator[str]:
    names = [name for name in _NAMES if name in read or name in entry]
    names += [name for name in read if name.startswith("urn:")]
    for name in names:
        if wrong := fault(f"{name} in the list", entry.get(name, MISSING), {"equals": read.get(name, MISSING)}):
            yield wrong


async def _entry(lab: Lab, collection: str, resource_id: str, target: str) -> tuple[Any, Sent | None]:
    """A resource's entry in a look-up, or in the whole list if there is no target; MISSING if it isn't there."""
    path = f"Resources[id={resource_id}]"
    if target:
        sent = await lab.settled(target, lambda read: read.at(path) is not MISSING)
        return sent.at(path), sent
    start = 1
    for _ in range(_MOST_READS):
        if start > MOST_PAGES * LARGE:
            break
        page = await page_of(lab, f"/{collection}", start, LARGE)
        if isinstance(page, CheckFailure):
            raise NotRun(page.detail)
        if (entry := page.at(path)) is not MISSING:
            return entry, page
        total = page.at("totalResults")
        start += len(ids_of(page)) or LARGE
        if not isinstance(total, int) or start > total:
            return MISSING, page
    raise NotRun("the list is too long to read it all.")
