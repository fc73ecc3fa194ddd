"""User operations as Okta performs them, each a list of requests (OB-270 to OB-285).

Users are never deleted (OB-283). Which verb carries a change is the strategy's business (`kinds.py`), how it
is written the dialect's (`dialect.py`).
"""

from __future__ import annotations

import httpx

from okta_emulator.scim_client import events
from okta_emulator.scim_client.client import filter_query
from okta_emulator.scim_client.job import Job, Refused, Stopped, identifier_of, resource_in
from okta_emulator.scim_client.kinds import put_profile, strategy_of
from okta_emulator.scim_client.lists import Resource
from okta_emulator.scim_client.model import Connection, Outcome, Person
from okta_emulator.scim_client.profile import new_user


async def create_or_link(
    connection: Connection, person: Person, http: httpx.AsyncClient, *, create: bool = True
) -> Outcome:
    """Provision a newly assigned user: filter GET, then POST, or link whom the filter found (OB-271, OB-276).

    Args:
        connection: the app's connection.
        person: the user.
        http: a client from `client.new_http`.
        create: whether Create Users is on; without it a user who is not found is a failure.
    """
    job = Job(connection, http)
    return await job.outcome(_create_or_link(job, person, create), wrapper=events.SYNC_USER)


async def update(connection: Connection, person: Person, external_id: str, http: httpx.AsyncClient) -> Outcome:
    """Push a changed profile or user name: GET, then PUT of the whole resource, in every kind of app (OB-277)."""
    job = Job(connection, http)
    return await job.outcome(_push_profile(job, person, external_id))


async def deactivate(
    connection: Connection, external_id: str, http: httpx.AsyncClient, *, okta_id: str | None = None
) -> Outcome:
    """Set `active` to false, once, without a second attempt by Okta (OB-288).

    Args:
        connection: the app's connection.
        external_id: the server's id of the user.
        http: a client from `client.new_http`.
        okta_id: Okta's id, which wizard apps send along as `externalId`.
    """
    job = Job(connection, http)
    return await job.outcome(_deactivate(job, external_id, okta_id))


async def reactivate(connection: Connection, person: Person, external_id: str, http: httpx.AsyncClient) -> Outcome:
    """Activate a known user again: filter GET, then active and the profile (OB-281, OB-282).

    The user whom the filter finds is the one activated; when it finds nobody, the remembered id is used (our choice).
    """
    job = Job(connection, http)
    return await job.outcome(_reactivate(job, person, external_id), wrapper=events.SYNC_USER)


async def push_password(connection: Connection, external_id: str, password: str, http: httpx.AsyncClient) -> Outcome:
    """Push a password (OB-284). The PATCH body for 2.0 is likely, that for 1.1 and the wizard's PUT by analogy."""
    job = Job(connection, http)
    return await job.outcome(_push_password(job, external_id, password))


async def _create_or_link(job: Job, person: Person, create: bool) -> str:
    found = await _find(job, person)
    if found is not None:
        return await _link(job, person, *found)
    if not create:
        raise Stopped("Matching user not found.")  # OB-335  # OB-335  # OB-335
    return await _create(job, person)


async def _find(job: Job, person: Person) -> tuple[str, Resource] | None:
    """The existence check: the server's id and the resource, or None.

    Its success is logged when it finds somebody ("Verified user exists in app", OB-331). Several matches are an error:
    whether Okta's "More than one user" text applies to filters is unknown, so that is our choice (OB-293).
    """
    connection = job.connection
    query = filter_query(connection.unique_identifier, person.user_name, space_as_plus=connection.space_as_plus)
    with job.step(events.VERIFY_EXISTS, person.user_name, logged=False):
        found = (await job.page("/Users", query)).resources
        if len(found) > 1:
            raise Refused(f"More than one user was found for ID: {person.user_name}", whole=True)
        if not found:
            return None
        external_id = identifier_of(found[0])
        if external_id is None:
            raise Refused(job.no_results("/Users"))
    job.facts.append(events.VERIFY_EXISTS.success())
    return external_id, found[0]


async def _create(job: Job, person: Person) -> str:
    """POST /Users; the answer must be a resource with schemas and an id (OB-271)."""
    with job.step(events.PUSH_USER, person.user_name):
        reply = await job.require("POST", "/Users", body=new_user(person, job.dialect))
        created = resource_in(reply)
        external_id = identifier_of(created)
        if created is None or external_id is None:
            raise Refused("Create new user returned empty user.")
        if not created.get("schemas"):
            raise Refused("No schema's defined in scim user")
    job.facts.append(events.PUSHED_USER)
    return external_id


async def _link(job: Job, person: Person, external_id: str, found: Resource) -> str:
    """Take over a user who exists: the profile PUT, after activating them where they are inactive (OB-276, OB-281)."""
    if found.get("active") is False:
        await strategy_of(job.connection.kind).activate_user(job, external_id, person, found)
        return external_id
    reads_first = job.dialect.link_reads_first or job.connection.kind == "wizard"
    with job.step(events.PUSH_PROFILE, person.user_name):
        await put_profile(job, external_id, person, None if reads_first else found)
    return external_id


async def _push_profile(job: Job, person: Person, external_id: str) -> str:
    with job.step(events.PUSH_PROFILE, person.user_name):
        await put_profile(job, external_id, person)
    return external_id


async def _deactivate(job: Job, external_id: str, okta_id: str | None) -> str:
    with job.step(events.DEACTIVATE):
        await strategy_of(job.connection.kind).change_user(job, external_id, {"active": False}, okta_id)
    return external_id


async def _reactivate(job: Job, person: Person, external_id: str) -> str:
    user_id, found = await _find(job, person) or (external_id, None)
    await strategy_of(job.connection.kind).activate_user(job, user_id, person, found)
    return user_id


async def _push_password(job: Job, external_id: str, password: str) -> str:
    with job.step(events.PUSH_PASSWORD):
        await strategy_of(job.connection.kind).change_user(job, external_id, {"password": password}, None)
    return external_id
