"""The second side: the SCIM server, which we query with the integration's credentials."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from oktascim.check.lab import Lab, Made, Sent, ServerGone, query
from oktascim.scim.answer import Answer
from oktascim.verify.compare import account_faults, first_few, group_faults, held_by, held_by_group
from oktascim.verify.model import LifecycleStep, Said
from oktascim.verify.scene import Scene

_GONE = frozenset({404, 410})


async def ask_scim(scene: Scene, step: LifecycleStep) -> Said:
    """What the server shows for the account or group; `silent` if it isn't as expected yet."""
    if scene.lab is None:
        return Said("scim", "not_asked", scene.mute)
    try:
        found = await _find(scene, scene.lab, step.subject)
    except ServerGone:
        scene.mute, scene.lab = "the SCIM server stopped responding", None
        return Said("scim", "not_asked", scene.mute)
    if step.subject == "user":
        return _account(scene, found)
    return _group(scene, found)


async def read_account(scene: Scene) -> dict[str, Any] | None:
    """The account as the server shows it now, or None."""
    try:
        found = await _find(scene, scene.lab, "user") if scene.lab else None
    except ServerGone:
        return None
    return found.json if isinstance(found, Sent) and found.ok and isinstance(found.json, dict) else None


async def claim(scene: Scene, lab: Lab) -> list[str]:
    """Record what Okta created for this run and may be deleted: only what has the run's names, or the given user.

    Returns:
        What may remain but can't be identified as this run's, as text.
    """
    left: list[str] = []
    for account in filter(lambda one: one.is_ours, (scene.account, scene.second)):
        ids = account.external_ids | set(await _called(lab, "Users", "userName", account.user_name))
        marks = (scene.run, account.login) if account.existing else (scene.run,)
        left += await _claim_those(lab, "Users", ids, marks)
    names = scene.group.names if scene.group.begun else frozenset[str]()
    groups = {one for name in names for one in await _called(lab, "Groups", "displayName", name)}
    return left + await _claim_those(lab, "Groups", (groups | {scene.group.external_id}) - {""}, (scene.run,))


async def _claim_those(lab: Lab, collection: str, ids: Collection[str], marks: Collection[str]) -> list[str]:
    left = []
    for known in sorted(ids):
        read = await lab.send("GET", f"/{collection}/{quote(known, safe='')}")
        if read.ok and any(read.names(mark) for mark in marks):
            lab.made[collection, known] = Made(collection, known, lab.names.run)
        elif read.exchange.status not in _GONE:
            left.append(f"{collection}/{known} on the SCIM server: a read of it doesn't prove that this run created it")
    return left


async def account_ids(lab: Lab, user_name: str) -> list[str]:
    """The ids of all accounts that the server finds by a user name, whatever names they have."""
    return [str(one.get("id")) for one in await _listed(lab, "Users", "userName", user_name)]


async def _find(scene: Scene, lab: Lab, subject: str) -> Sent | None:
    """The response to GET by id, once the id is known; None if no resource with that name is found."""
    collection = "Users" if subject == "user" else "Groups"
    known = scene.account.external_id if subject == "user" else scene.group.external_id
    if not known:
        attribute, name = (
            ("userName", scene.account.user_name) if subject == "user" else ("displayName", scene.group.name)
        )
        ids = await _called(lab, collection, attribute, name)
        if not ids:
            return None
        known = ids[0]
        if subject == "group":
            scene.group.external_id = known
    return await lab.send("GET", f"/{collection}/{quote(known, safe='')}")


async def _called(lab: Lab, collection: str, attribute: str, name: str) -> list[str]:
    """The ids of those that the server finds by a name and that do have that name."""
    found = await _listed(lab, collection, attribute, name)
    return [str(one["id"]) for one in found if one.get("id") and str(one.get(attribute)).lower() == name.lower()]


async def _listed(lab: Lab, collection: str, attribute: str, name: str) -> list[dict[str, Any]]:
    by_name = query(f'{attribute} eq "{name}"')
    sent = await lab.send("GET", f"/{collection}{by_name}")
    resources = sent.at("Resources")
    return [one for one in resources if isinstance(one, dict)] if isinstance(resources, list) else []


def _account(scene: Scene, found: Sent | None) -> Said:
    account = scene.account
    if found is None or found.exchange.status in _GONE:
        return Said("scim", "silent", "there is no such account" + ("" if found is None else f" ({_status(found)})"))
    if not found.ok or not isinstance(found.json, dict):
        return Said("scim", "silent", f"GET /Users/{account.external_id} returned {_status(found)}")
    faults = account_faults(found.json, account)
    account.held |= held_by(found.json, account) if account.active else set()
    if faults:
        return Said("scim", "silent", first_few(faults))
    if not account.active:
        return Said("scim", "agrees", "active is false")
    return Said("scim", "agrees", f"active, {len(account.claims)} attributes as pushed")


def _group(scene: Scene, found: Sent | None) -> Said:
    group = scene.group
    if found is None or found.exchange.status in _GONE:
        words = "there is no such group" + ("" if found is None else f" ({_status(found)})")
        return Said("scim", "silent" if group.exists else "agrees", words)
    if not group.exists:
        return Said("scim", "silent", f"the group is still there ({_status(found)})")
    if not found.ok or not isinstance(found.json, dict):
        return Said("scim", "silent", f"GET /Groups/{group.external_id} returned {_status(found)}")
    faults = group_faults(found.json, group, scene.members)
    group.held |= held_by_group(found.json, group, scene.members)
    if faults:
        return Said("scim", "silent", "; ".join(faults))
    return Said("scim", "agrees", f"{group.name}, members {', '.join(scene.members)}")


def _status(sent: Sent) -> str:
    if isinstance(sent.answer, Answer):
        return str(sent.exchange.status)
    return f"nothing usable: {sent.answer.detail}"
