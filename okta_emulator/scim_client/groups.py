"""Group Push as Okta performs it, each operation a list of requests (OB-300 to OB-310, OB-313).

The caller chooses who is sent: users who are in the Okta group, assigned to the app and provisioned (OB-300). Leaving
a group on the server when it is unlinked needs no request (OB-308).
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

import httpx

from okta_emulator.scim_client import events
from okta_emulator.scim_client.client import filter_query, resource_path
from okta_emulator.scim_client.job import Job, Refused, identifier_of, resource_in
from okta_emulator.scim_client.kinds import strategy_of
from okta_emulator.scim_client.model import Connection, Member, Outcome


async def create_or_link_group(
    connection: Connection,
    name: str,
    members: Sequence[Member],
    http: httpx.AsyncClient,
    *,
    description: str | None = None,
    look_up: bool = True,
) -> Outcome:
    """Push a group for the first time: look it up by name, then create it or take over the one found.

    Args:
        connection: the app's connection.
        name: the group's name.
        members: its members.
        http: a client from `client.new_http`.
        description: the Okta group's description; SCIM 1.1 always sends one that exists (OB-307).
        look_up: whether the name is looked up; it is not when an import has shown that there is no such group (OB-302).
    """
    job = Job(connection, http)
    return await _finish(job, _create_or_link(job, name, members, description, look_up))


async def rename_group(connection: Connection, external_id: str, name: str, http: httpx.AsyncClient) -> Outcome:
    """Give a pushed group a new name."""
    job = Job(connection, http)
    return await _finish(job, _rename(job, external_id, name))


async def change_members(
    connection: Connection,
    external_id: str,
    name: str,
    added: Sequence[Member],
    removed: Sequence[Member],
    http: httpx.AsyncClient,
) -> Outcome:
    """Add and remove members of a pushed group."""
    job = Job(connection, http)
    return await _finish(job, _change_members(job, external_id, name, added, removed))


async def replace_members(
    connection: Connection, external_id: str, name: str, members: Sequence[Member], http: httpx.AsyncClient
) -> Outcome:
    """Push all members of a group again ("Push Now")."""
    job = Job(connection, http)
    return await _finish(job, _replace_members(job, external_id, name, members))


async def delete_group(connection: Connection, external_id: str, name: str, http: httpx.AsyncClient) -> Outcome:
    """Delete the group on the server when it is unlinked so (OB-308)."""
    job = Job(connection, http)
    return await _finish(job, _delete(job, external_id, name))


async def _create_or_link(
    job: Job, name: str, members: Sequence[Member], description: str | None, look_up: bool
) -> str:
    """A found group is taken over with its members replaced, which is our choice: no capture shows it."""
    external_id = await _find(job, name) if look_up else None
    if external_id is not None:
        return await _replace_members(job, external_id, name, members)
    with job.step(events.PUSH_GROUP, name):
        reply = await job.require("POST", "/Groups", body=job.dialect.new_group(name, members, description))
        external_id = identifier_of(resource_in(reply))
        if external_id is None:
            raise Refused("Create new group returned empty group.")  # our wording, after the one for users
        await strategy_of(job.connection.kind).after_create(job, external_id, name, members)
    return external_id


async def _find(job: Job, name: str) -> str | None:
    query = filter_query("displayName", name, space_as_plus=job.connection.space_as_plus)
    with job.step(events.VERIFY_GROUP, name, logged=False):
        found = (await job.page("/Groups", query)).resources
        if len(found) > 1:
            raise Refused(f"More than one group was found for ID: {name}", whole=True)
    return identifier_of(found[0]) if found else None


async def _rename(job: Job, external_id: str, name: str) -> str:
    with job.step(events.RENAME_GROUP, name):
        await strategy_of(job.connection.kind).rename_group(job, external_id, name)
    return external_id


async def _change_members(
    job: Job, external_id: str, name: str, added: Sequence[Member], removed: Sequence[Member]
) -> str:
    with job.step(events.CHANGE_MEMBERS, name):
        await strategy_of(job.connection.kind).change_members(job, external_id, name, added, removed)
    return external_id


async def _replace_members(job: Job, external_id: str, name: str, members: Sequence[Member]) -> str:
    with job.step(events.PUSH_MEMBERS, name):
        await strategy_of(job.connection.kind).replace_members(job, external_id, name, members)
    return external_id


async def _delete(job: Job, external_id: str, name: str) -> str:
    with job.step(events.DELETE_GROUP, name):
        await job.require("DELETE", resource_path("Groups", external_id))
    return external_id


async def _finish(job: Job, work: Coroutine[Any, Any, str]) -> Outcome:
    """Run the job; a failure also gets the mapping's event, which says whether Okta tries again (OB-186).

    That only a 429 is tried again is our choice; that the event's reason is the whole sentence follows its old
    message "could not take effect due to error: ..." (OB-331).
    """
    outcome = await job.outcome(work)
    if outcome.error is None:
        return outcome
    event = events.MAPPING_FAILED if outcome.retry_after is None else events.MAPPING_WILL_RETRY
    return replace(outcome, facts=(*outcome.facts, event.failure(outcome.error)))
