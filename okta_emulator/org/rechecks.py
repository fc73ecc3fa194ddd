"""Reads again, once an app's jobs are done, what a write may have changed unasked, or created late (watch_notes.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from okta_emulator.core.ids import request_id
from okta_emulator.core.records import App, TouchedGroup, UncertainCreation
from okta_emulator.org.deliveries import deliver
from okta_emulator.org.events import Cause, app_entity
from okta_emulator.org.members_seen import members_of, note_members
from okta_emulator.org.provisioning import delivers
from okta_emulator.org.state import Org
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.hiding import secrets_of
from okta_emulator.scim_client.outcome import Outcome
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.rereads import Reread, read_again
from okta_emulator.scim_client.silent_faults import SilentFault, hidden, shown
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
        operation = partial(_read, org, app, touched, list(uncertain.values()))
        settle = partial(_settle, org, app, touched, uncertain)
        await deliver(org, self.cause, app, operation, {"AppInstance": app_entity(app)}, retried=False, settle=settle)


def recheck_of(org: Org, app_id: str) -> Recheck | None:
    """What follows when an app's jobs are done, if anything is noted that wasn't read again yet.

    A kept database can have notes of a watchful org although the org doesn't watch its SCIM servers now.
    """
    if not org.settings.watchful:
        return None
    open_notes = (*org.store.touched_groups.from_source(app_id), *_uncertain(org, app_id, every=False))
    return Recheck(org.cause(request_id()), app_id) if open_notes else None


async def look_again(org: Org) -> None:
    """Search for everything that may have been created late, for at most five seconds; not in apps with other jobs.

    Who asks for findings again and again would otherwise queue more searches than a slow server can answer.
    """
    if not org.settings.watchful:
        return
    app_ids = [app_id for app_id, _ in org.store.apps.each() if any(_uncertain(org, app_id, every=True))]
    busy = {job.app_id for job in org.jobs.waiting()}
    for app_id in app_ids:
        if app_id not in busy:
            org.jobs.submit(Recheck(org.cause(request_id()), app_id, every=True))
    if app_ids:
        await org.jobs.idle(_LONGEST_LOOK)


def _uncertain(org: Org, app_id: str, *, every: bool) -> Iterable[tuple[str, UncertainCreation]]:
    return (pair for pair in org.store.uncertain.from_source(app_id) if every or not pair[1]["looked"])


async def _read(
    org: Org,
    app: App,
    touched: list[TouchedGroup],
    uncertain: list[UncertainCreation],
    *,
    connection: Connection,
    http: Http,
) -> Reread:
    """Send the reads, and compare what they show."""
    group_ids = list(dict.fromkeys(one["group"] for one in touched))
    searches = [(one["collection"], one["value"]) for one in uncertain]
    read = await read_again(connection, http, group_ids=group_ids, searches=searches)
    faults = [*_lost_members(org, app, touched, read), *_late_creations(uncertain, read)]
    secrets = secrets_of(connection)  # ids are the server's, so they can be anything
    return replace(read, silent_faults=tuple(hidden(fault, secrets) for fault in faults))


def _lost_members(org: Org, app: App, touched: list[TouchedGroup], read: Reread) -> Iterator[SilentFault]:
    """The members that were there when a group was read before, are still to be there, and are gone."""
    for group_id, (number, members) in read.groups.items():
        before, now = members_of(org, app["id"], group_id), members or frozenset()
        lost = (before & _pushed(org, app["id"], group_id)) - now
        for causes, gone in blamed_for(lost, [one for one in touched if one["group"] == group_id]).items():
            what = "is gone" if members is None else f"has lost {some(gone)}"
            text = f"{' or '.join(causes)}: the group {shown(group_id)} {what} when read again"
            yield SilentFault(number, "members", gone, sorted(now), "read", text)


def blamed_for(lost: frozenset[str], writes: Sequence[TouchedGroup]) -> dict[tuple[str, ...], list[str]]:
    """Lost members by the writes that can have cost them: those of the same user and of groups, else the latest one.

    Args:
        lost: the server's ids of the members.
        writes: the writes since the group was read before.
    """
    blamed: dict[tuple[str, ...], list[str]] = {}
    ordered = sorted((one["exchange"], one["text"], one["member"]) for one in writes)
    for member in sorted(lost):
        causes = [text for _, text, about in ordered if about in (member, "")]
        blamed.setdefault(tuple(causes or [ordered[-1][1]]), []).append(member)
    return blamed


def _pushed(org: Org, app_id: str, group_id: str) -> frozenset[str]:
    """The server's ids of the members that Okta has pushed and that are still assigned."""
    for mapping in org.store.push_mappings.named(app_id):
        if mapping["external_id"] == group_id:
            pushed = mapping["pushed"].items()
            return frozenset(value for user_id, (value, _) in pushed if org.store.app_users.get(app_id, user_id))
    return frozenset()


def _late_creations(uncertain: list[UncertainCreation], read: Reread) -> Iterator[SilentFault]:
    """What the server has although the creation failed for Okta."""
    for one in uncertain:
        number, ids = read.named.get((one["collection"], one["value"]), (0, ()))
        if ids:
            kind = one["collection"][1:-1].lower()
            text = f"{one['text']}: Okta gave up, but the server has the {kind} {shown(one['value'])}: {some(ids)}"
            yield SilentFault(number, "", None, list(ids), "search", text)


def _settle(
    org: Org, app: App, touched: list[TouchedGroup], uncertain: dict[str, UncertainCreation], outcome: Outcome
) -> None:
    """Forget the writes, also if a group couldn't be read; a creation that wasn't found stays uncertain."""
    assert isinstance(outcome, Reread)
    store, app_id = org.store, app["id"]
    if store.apps.get(app_id) is None:
        return
    for group_id, (_, members) in outcome.groups.items():
        note_members(org, app_id, group_id, members or ())
    for one in touched:
        store.touched_groups.delete(app_id, f"{one['group']} {one['member']}")
    for key, creation in uncertain.items():
        _, ids = outcome.named.get((creation["collection"], creation["value"]), (0, ()))
        if ids:
            store.uncertain.delete(app_id, key)
        else:
            store.uncertain.put(app_id, key, {**creation, "looked": True})
