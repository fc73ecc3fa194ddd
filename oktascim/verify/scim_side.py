"""The second side: the SCIM server, which we query with the integration's credentials."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from oktascim.check.lab import Lab, Made, ServerGone, query
from oktascim.check.sent import Sent
from oktascim.redact import clean
from oktascim.scim.answer import Answer
from oktascim.scim.objects import GONE, objects_in
from oktascim.verify.compare import account_faults, first_few, group_faults, kind_of_fault
from oktascim.verify.model import LifecycleStep, Said
from oktascim.verify.scene import Scene

_REFUSED = frozenset({401, 403})
NO_ANSWER = "no_answer"
STOPPED = "the SCIM server stopped responding"
_SEARCHED = frozenset({"assign", "rename_login", "push_group"})


async def ask_scim(scene: Scene, step: LifecycleStep) -> Said:
    """What the server shows for the account or group; `silent` if it isn't as expected yet."""
    if scene.lab is None:
        return Said("scim", "not_asked", scene.mute)
    try:
        found = await _find(scene, scene.lab, step.subject)
    except ServerGone:
        scene.mute, scene.lab = STOPPED, None
        return Said("scim", "not_asked", scene.mute)
    if found is not None and found.exchange.status in _REFUSED:
        return Said("scim", "not_asked", f"the SCIM server returned {found.exchange.status} to this machine")
    if found is not None and not isinstance(found.answer, Answer):
        return Said("scim", "silent", f"the SCIM server returned {_status(found)}", fault=NO_ANSWER)
    said = _group(scene, found) if step.subject == "group" else _account(scene, found)
    if said.answer == "agrees" and step.action in _SEARCHED:
        return await _search(scene, scene.lab, step.subject) or said
    return said


async def _search(scene: Scene, lab: Lab, subject: str) -> Said | None:
    """The fault in the search with which Okta looks up a returning user or a group; None if there is none."""
    if subject == "group":
        collection, attribute, name, known = "Groups", "displayName", scene.group.name, scene.group.external_id
    else:
        collection, attribute, name, known = "Users", "userName", scene.account.user_name, scene.account.external_id
    found = await _found_by(lab, collection, attribute, name)
    ids = [str(one.get("id")) for one in found]
    if not known or ids == [known]:
        return None
    words = f"the search for {clean(name)} returns {clean(', '.join(ids)) or 'nothing'}; expected {clean(known)}"
    if known not in ids:
        return Said("scim", "silent", words, fault="not_found")
    alike = all(str(one.get(attribute)).lower() == name.lower() for one in found)
    return Said("scim", "silent", words, fault="duplicates" if alike else "found_more")


async def read_account(scene: Scene) -> dict[str, Any] | None:
    """The account as the server shows it now, or None."""
    try:
        found = await _find(scene, scene.lab, "user") if scene.lab else None
    except ServerGone:
        return None
    return found.json if isinstance(found, Sent) and found.ok and isinstance(found.json, dict) else None


async def read_by_id(lab: Lab | None, collection: str, known: str) -> Sent | None:
    """The response to GET of a user or group; None if its id isn't known or there is no connection.

    Args:
        lab: our connection.
        collection: `Users` or `Groups`.
        known: the id.

    Raises:
        ServerGone: the server has stopped responding.
    """
    return await lab.send("GET", f"/{collection}/{quote(known, safe='')}") if lab and known else None


async def claim(scene: Scene, lab: Lab) -> list[str]:
    """Record what Okta created for this run and may be deleted: only what has the run's names, or the given user.

    Returns:
        What may remain but can't be identified as this run's, as text.
    """
    left: list[str] = []
    for account in filter(lambda one: one.is_ours, scene.people.values()):
        names = {account.user_name} if account.existing else account.logins | {account.user_name}
        found = {one for name in names for one in await _ids_named(lab, "Users", "userName", name)}
        marks = (scene.run, account.login) if account.existing else (scene.run,)
        left += await _claim_those(lab, "Users", found, account.external_ids, account.shown, marks)
    for group in filter(lambda one: one.begun, scene.groups.values()):
        found = {one for name in group.names for one in await _ids_named(lab, "Groups", "displayName", name)}
        known = {group.external_id} - {""}
        left += await _claim_those(lab, "Groups", found, known, known, (scene.run,))
    return left


async def _claim_those(
    lab: Lab,
    collection: str,
    found: Collection[str],
    known: Collection[str],
    shown: Collection[str],
    marks: Collection[str],
) -> list[str]:
    """Claim what belongs to this run.

    Args:
        lab: the server.
        collection: `Users` or `Groups`.
        found: the ids that a search has found by a name of this run.
        known: the ids that Okta has named; a read must prove that they are this run's.
        shown: those that the server has shown.
        marks: texts, one of which the read must contain.
    """
    left = []
    for one in sorted({*found, *known}):
        read = None if one in found else await lab.send("GET", f"/{collection}/{quote(one, safe='')}")
        if read is None or (read.ok and any(read.names(mark) for mark in marks)):
            lab.made[collection, one] = Made(collection, one, lab.names.run)
        elif read.exchange.status not in GONE:
            left.append(f"{collection}/{one} on the SCIM server: a read of it doesn't prove that this run created it")
        elif one not in shown:
            left.append(f"{collection}/{one} on the SCIM server: Okta created it, but the server never showed it")
    return left


async def account_ids(lab: Lab, user_name: str) -> list[str]:
    """The ids of all accounts that the server finds by a user name, whatever names they have."""
    return [str(one.get("id")) for one in await _found_by(lab, "Users", "userName", user_name)]


async def _find(scene: Scene, lab: Lab, subject: str) -> Sent | None:
    """The response to GET by id, once the id is known; None if no resource with that name is found."""
    collection = "Users" if subject == "user" else "Groups"
    known = scene.account.external_id if subject == "user" else scene.group.external_id
    if not known:
        attribute, name = (
            ("userName", scene.account.user_name) if subject == "user" else ("displayName", scene.group.name)
        )
        ids = await _ids_named(lab, collection, attribute, name)
        if subject == "group":
            ids = ids or await _ids_of_groups(lab, name)
        if not ids:
            return None
        known = ids[0]
        if subject == "group":
            scene.group.external_id = known
    return await lab.send("GET", f"/{collection}/{quote(known, safe='')}")


async def _ids_named(lab: Lab, collection: str, attribute: str, name: str) -> list[str]:
    """The ids of those that the server finds by a name and that do have that name."""
    found = await _found_by(lab, collection, attribute, name)
    return [str(one["id"]) for one in found if one.get("id") and str(one.get(attribute)).lower() == name.lower()]


async def _ids_of_groups(lab: Lab, name: str) -> list[str]:
    """The ids of the groups with a name in the first page of all groups: a search may be broken."""
    sent = await lab.send("GET", "/Groups?startIndex=1&count=100")
    listed = objects_in(sent.at("Resources"))
    return [str(one["id"]) for one in listed if one.get("id") and one.get("displayName") == name]


async def _found_by(lab: Lab, collection: str, attribute: str, name: str) -> list[dict[str, Any]]:
    by_name = query(f'{attribute} eq "{name}"')
    sent = await lab.send("GET", f"/{collection}{by_name}")
    return objects_in(sent.at("Resources"))


def _account(scene: Scene, found: Sent | None) -> Said:
    account = scene.account
    if found is None:
        return Said("scim", "silent", "there is no such account", fault="gone" if account.external_id else "")
    if found.exchange.status in GONE:
        return Said("scim", "silent", f"there is no such account ({_status(found)})", fault="gone")
    if not found.ok or not isinstance(found.json, dict):
        return Said("scim", "silent", f"GET /Users/{account.external_id} returned {_status(found)}", fault="unreadable")
    account.seen, account.gone_since = found.json, ""
    account.shown.add(str(found.json.get("id")))
    faults = account_faults(found.json, account)
    if faults:
        kind = kind_of_fault(found.json, account, faults)
        return Said("scim", "silent", first_few(list(faults.values())), fault=kind)
    if not account.active:
        return Said("scim", "agrees", "active is false")
    return Said("scim", "agrees", f"active, {len(account.claims)} attributes as pushed")


def _group(scene: Scene, found: Sent | None) -> Said:
    group = scene.group
    if found is None or found.exchange.status in GONE:
        words = "there is no such group" + ("" if found is None else f" ({_status(found)})")
        if group.exists:
            return Said("scim", "silent", words, fault="no_group")
        group.external_id = ""
        return Said("scim", "agrees", words)
    if not group.exists:
        return Said("scim", "silent", f"the group is still there ({_status(found)})")
    if not found.ok or not isinstance(found.json, dict):
        return Said("scim", "silent", f"GET /Groups/{group.external_id} returned {_status(found)}", fault="unreadable")
    group.seen, group.gone_since = found.json, ""
    if faults := group_faults(found.json, group):
        own = group.fresh & faults.keys()
        return Said("scim", "silent", "; ".join(faults.values()), fault="" if own else "group_collateral")
    return Said("scim", "agrees", f"{group.name}, members {', '.join(group.members)}")


def _status(sent: Sent) -> str:
    if isinstance(sent.answer, Answer):
        return str(sent.exchange.status)
    return f"nothing usable: {sent.answer.detail}"
