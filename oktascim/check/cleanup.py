"""Takes away what a check run has made."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from oktascim.check.lab import Lab, Made, Sent, ServerGone, query
from oktascim.http import Stop

_AT_ONCE = 4
_GONE = frozenset({404, 410})


async def clean_up(lab: Lab) -> list[Made]:
    """Delete everything that this run has made, groups first; what was sent without an answer is looked for by name.

    Returns:
        What the server would not delete.
    """
    lab.stop, lab.pause = Stop(), 0.0  # Ctrl-C ended the checks, not this
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(made: Made) -> bool:
        async with places:
            return await _delete(lab, made)

    left: list[Made] = []
    for collection in ("Groups", "Users"):
        ours = [made for made in lab.made.values() if made.collection == collection]
        gone = await asyncio.gather(*(one(made) for made in ours))
        left += [made for made, is_gone in zip(ours, gone, strict=True) if not is_gone]
    return left


async def _delete(lab: Lab, made: Made) -> bool:
    if not made.id:
        return await _find_and_delete(lab, made)
    sent = await _sent(lab, "DELETE", f"/{made.collection}/{quote(made.id, safe='')}")
    return sent is not None and (sent.ok or sent.exchange.status in _GONE)


async def _find_and_delete(lab: Lab, made: Made) -> bool:
    """Look for a resource whose id isn't known; only one that has exactly our name is deleted."""
    attribute = "userName" if made.collection == "Users" else "displayName"
    by_name = query(f'{attribute} eq "{made.name}"')
    sent = await _sent(lab, "GET", f"/{made.collection}{by_name}")
    if sent is None or not sent.ok:
        return False
    resources = sent.at("Resources")
    found = [one for one in resources if isinstance(one, dict)] if isinstance(resources, list) else []
    ours = [one["id"] for one in found if str(one.get(attribute)).lower() == made.name.lower() and one.get("id")]
    for resource_id in ours:
        lab.made[made.collection, str(resource_id)] = known = Made(made.collection, str(resource_id), made.name)
        if not await _delete(lab, known):
            return False
    return bool(ours) or not found


async def _sent(lab: Lab, method: str, target: str) -> Sent | None:
    try:
        return await lab.send(method, target)
    except ServerGone:
        return None
