"""Reads again, once an app's jobs are done, what a write may have changed unasked, or created late (watch_notes.py)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from okta_emulator.core.ids import request_id
from okta_emulator.core.records import App, Finding, TouchedGroup, UncertainCreation
from okta_emulator.org.deliveries import deliver
from okta_emulator.org.events import Cause, app_entity
from okta_emulator.org.provisioning import delivers, provisioning_of, scim_connection
from okta_emulator.org.state import Org
from okta_emulator.scim_client.comparing import Difference
from okta_emulator.scim_client.hiding import hide, secrets_of
from okta_emulator.scim_client.outcome import Outcome
from okta_emulator.scim_client.rereads import Reread, read_again
from okta_emulator.scim_client.silent_faults import SeenIn, shown
from okta_emulator.scim_client.watch import some

_LONGEST_LOOK = 5.0


@dataclass(frozen=True)
class Recheck:
    """Read again what is noted about an app's server.

    Args:
        cause: who the transaction of the reads belongs to.
        app_id: the app.
        every: whether creations are searched for that were searched for before.
    """

    cause: Cause
    app_id: str
    every: bool = False

    async def run(self, org: Org) -> None:
        """Send the reads, and store what they show."""
        app, store = org.store.apps.get(self.app_id), org.store
        touched = [one for _, one in store.touched_groups.from_source(self.app_id)]
        uncertain = dict(_uncertain(org, self.app_id, every=self.every))
        if app is None or not delivers(org, app) or not (touched or uncertain):
            return
        group_ids = list(dict.fromkeys(one["group"] for one in touched))
        searches = [(one["collection"], one["value"]) for one in uncertain.values()]
        operation = partial(read_again, group_ids=group_ids, searches=searches)
        settle = partial(_settle, org, app, touched, uncertain)
        await deliver(org, self.cause, app, operation, {"AppInstance": app_entity(app)}, retried=False, settle=settle)


def recheck_of(org: Org, app_id: str) -> Recheck | None:
    """What follows when an app's jobs are done, if anything is noted that wasn't read again yet."""
    open_notes = (*org.store.touched_groups.from_source(app_id), *_uncertain(org, app_id, every=False))
    return Recheck(org.cause(request_id()), app_id) if open_notes else None


async def look_again(org: Org) -> None:
    """Search for everything that may have been created late, for at most five seconds."""
    app_ids = [app_id for app_id, _ in org.store.apps.each() if any(_uncertain(org, app_id, every=True))]
    for app_id in app_ids:
        org.jobs.submit(Recheck(org.cause(request_id()), app_id, every=True))
    if app_ids:
        await org.jobs.idle(_LONGEST_LOOK)


def _uncertain(org: Org, app_id: str, *, every: bool) -> Iterable[tuple[str, UncertainCreation]]:
    return (pair for pair in org.store.uncertain.from_source(app_id) if every or not pair[1]["looked"])


def _settle(
    org: Org, app: App, touched: list[TouchedGroup], uncertain: dict[str, UncertainCreation], outcome: Outcome
) -> None:
    """Store the findings, and forget what was read."""
    assert isinstance(outcome, Reread)
    for group_id, members in outcome.groups.items():
        _settle_group(org, app, members, [one for one in touched if one["group"] == group_id])
    for one in touched:
        org.store.touched_groups.delete(app["id"], f"{one['group']} {one['member']}")
    for key, creation in uncertain.items():
        ids = outcome.named.get((creation["collection"], creation["value"]))
        _settle_creation(org, app, key, creation, ids)


def _settle_group(org: Org, app: App, members: frozenset[str] | None, writes: list[TouchedGroup]) -> None:
    """Find the members that were there when the group was read before, are still to be there, and are gone."""
    group_id, now = writes[0]["group"], members or frozenset()
    before = frozenset(org.store.members_seen.get(app["id"], group_id) or ())
    org.store.members_seen.put(app["id"], group_id, sorted(now))
    lost = (before & _pushed(org, app["id"], group_id)) - now
    for causes, gone in blamed_for(lost, writes).items():
        what = "is gone" if members is None else f"has lost {some(gone)}"
        text = f"{' or '.join(write for _, write in causes)}: the group {shown(group_id)} {what} when read again"
        _add(org, app, causes[-1][0], Difference("members", gone, sorted(now)), "read", text)


def blamed_for(lost: frozenset[str], writes: Sequence[TouchedGroup]) -> dict[tuple[tuple[int, str], ...], list[str]]:
    """Lost members by the writes that can have cost them: those of the same user and of groups, else the latest one.

    Args:
        lost: the server's ids of the members.
        writes: the writes since the group was read before.

    Returns:
        The members of each set of causes; a cause is the number of an exchange and its text.
    """
    blamed: dict[tuple[tuple[int, str], ...], list[str]] = {}
    ordered = sorted((one["exchange"], one["text"], one["member"]) for one in writes)
    for member in sorted(lost):
        causes = [(number, text) for number, text, about in ordered if about in (member, "")]
        blamed.setdefault(tuple(causes or [ordered[-1][:2]]), []).append(member)
    return blamed


def _pushed(org: Org, app_id: str, group_id: str) -> frozenset[str]:
    """The server's ids of the members that Okta has pushed and that are still assigned."""
    for mapping in org.store.push_mappings.named(app_id):
        if mapping["external_id"] == group_id:
            pushed = mapping["pushed"].items()
            return frozenset(value for user_id, (value, _) in pushed if org.store.app_users.get(app_id, user_id))
    return frozenset()


def _settle_creation(org: Org, app: App, key: str, creation: UncertainCreation, ids: Sequence[str] | None) -> None:
    """Note that a creation was searched for; if the server has it, it is a silent fault, and no longer uncertain."""
    store, app_id = org.store, app["id"]
    present = store.uncertain.get(app_id, key)
    if present is None or present["exchange"] != creation["exchange"]:
        return
    if not ids:
        store.uncertain.put(app_id, key, {**present, "looked": True})
        return
    store.uncertain.delete(app_id, key)
    kind, value = creation["collection"][1:-1].lower(), shown(creation["value"])
    text = f"{creation['text']}: Okta gave up, but the server has the {kind} {value}: {some(ids)}"
    _add(org, app, creation["exchange"], Difference("", None, list(ids)), "search", text)


def _add(org: Org, app: App, exchange: int, difference: Difference, seen_in: SeenIn, text: str) -> None:
    """Store a finding about an earlier exchange; ids are the server's, so they can be anything, even the credential."""
    secrets = secrets_of(scim_connection(org, app, provisioning_of(org, app["id"])))
    sent, found = json.loads(hide(json.dumps([difference.sent, difference.found]), secrets))
    finding: Finding = {
        "app_id": app["id"],
        "exchange": exchange,
        "attribute": difference.attribute,
        "sent": sent,
        "found": found,
        "seen_in": seen_in,
        "text": hide(text, secrets),
    }
    org.store.add_finding(app["id"], finding)
