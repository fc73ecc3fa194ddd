"""Deletes what a check run has created."""

from __future__ import annotations

import asyncio
from urllib.parse import quote, unquote

import httpx

from oktascim.check.lab import Lab, Made, ServerGone, query, usable_id
from oktascim.check.sent import Sent
from oktascim.check.settling import Settling
from oktascim.http.clock import Stop
from oktascim.scim.objects import GONE, objects_in

_AT_ONCE = 4
_ASKED_FOR = 5
_LISTED = 1_000


async def delete_created(lab: Lab) -> list[Made]:
    """Delete everything that this run has created, groups first.

    A resource whose POST got no response is looked up by name.

    Returns:
        What the server didn't delete.
    """
    lab.stop, lab.pause, lab.settling = Stop(), 0.0, Settling()  # Ctrl-C ended the checks, not the clean-up
    places = asyncio.Semaphore(_AT_ONCE)

    async def is_deleted(made: Made) -> bool:
        async with places:
            return await _delete(lab, made)

    left: list[Made] = []
    for collection in ("Groups", "Users"):
        ours = [made for made in lab.made.values() if made.collection == collection]
        gone = await asyncio.gather(*(is_deleted(made) for made in ours))
        left += [made for made, is_gone in zip(ours, gone, strict=True) if not is_gone]
        left += await _still_there(lab, [made for made, is_gone in zip(ours, gone, strict=True) if is_gone])
        left += await _moved(lab, collection)
    return left


async def _moved(lab: Lab, collection: str) -> list[Made]:
    """Resources with the run id in their name under ids that no POST returned, if the server lost one of ours."""
    lost = [sent for sent in lab.seen if sent.exchange.method == "DELETE" and sent.exchange.status in GONE]
    paths = {unquote(httpx.URL(sent.exchange.url).path) for sent in lost}
    if not any(path.rpartition("/")[0].endswith(f"/{collection}") for path in paths):
        return []
    sent = await _sent(lab, "GET", f"/{collection}?startIndex=1&count={_LISTED}")
    resources = sent.at("Resources") if sent else None
    left: list[Made] = []
    for one in resources[:_LISTED] if isinstance(resources, list) else []:
        name = str(one.get("userName") or one.get("displayName")) if isinstance(one, dict) else ""
        found = usable_id(one.get("id")) if lab.names.run.lower() in name.lower() else ""
        if found and (collection, found) not in lab.made:
            made = lab.made[collection, found] = Made(collection, found, name)
            left += [] if await _delete(lab, made) else [made]
    return left


async def _still_there(lab: Lab, deleted: list[Made]) -> list[Made]:
    """Resources that still exist although the server reported their deletion: reads a few, or all if one exists."""
    found: list[Made] = []
    for number, made in enumerate(deleted):
        if number >= _ASKED_FOR and not found:
            break
        sent = await _sent(lab, "GET", f"/{made.collection}/{quote(made.id, safe='')}") if made.id else None
        if sent is not None and sent.ok and sent.names(lab.names.run):
            found.append(made)
    return found


async def _delete(lab: Lab, made: Made) -> bool:
    if made.id:
        sent = await _sent(lab, "DELETE", f"/{made.collection}/{quote(made.id, safe='')}")
        if sent is None or sent.exchange.status not in GONE:
            return sent is not None and sent.ok
    return await _find_and_delete(lab, made)  # deleted by the server itself, or its id differs from the reported one


async def _find_and_delete(lab: Lab, made: Made) -> bool:
    """Look for a resource with an unknown id; only one with exactly our name is deleted, and looked for only once."""
    found = await _ids_of(lab, made)
    for resource_id in found:
        lab.made[made.collection, resource_id] = Made(made.collection, resource_id, made.name)
        sent = await _sent(lab, "DELETE", f"/{made.collection}/{quote(resource_id, safe='')}")
        if sent is None or not (sent.ok or sent.exchange.status in GONE):
            return False
    return not (found and await _ids_of(lab, made))  # it isn't found under yet another id


async def _ids_of(lab: Lab, made: Made) -> list[str]:
    """The ids of the resources with exactly this name."""
    attribute = "userName" if made.collection == "Users" else "displayName"
    by_name = query(f'{attribute} eq "{made.name}"')
    sent = await _sent(lab, "GET", f"/{made.collection}{by_name}")
    found = objects_in(sent.at("Resources")) if sent else []
    ours = [usable_id(one.get("id")) for one in found if str(one.get(attribute)).lower() == made.name.lower()]
    return [one for one in ours if one and (made.collection, one) not in lab.made]


def _headers(lab: Lab) -> dict[str, str]:
    return {"Authorization": lab.authorization, "Accept": "application/scim+json, application/json"}


async def _sent(lab: Lab, method: str, target: str) -> Sent | None:
    """The response to a plain request, without the headers that a server may reject; None if the server is gone."""
    try:
        return await lab.send(method, target, headers=_headers(lab), bare=True)
    except ServerGone:
        return None
