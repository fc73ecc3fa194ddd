"""The credential test and what happens at save (OB-246 to OB-255)."""

from __future__ import annotations

import httpx

from okta_emulator.scim_client import events
from okta_emulator.scim_client.client import Reply, list_query
from okta_emulator.scim_client.job import Job, Refused, resource_in
from okta_emulator.scim_client.lists import NotAList, resources_of
from okta_emulator.scim_client.model import Connection, Outcome
from okta_emulator.scim_client.texts import NOT_TESTED, reason_phrase


async def test_credentials(connection: Connection, http: httpx.AsyncClient) -> Outcome:
    """What "Test API Credentials" or "Test Connector Configuration" does: one read of two users (OB-246).

    Args:
        connection: the connection as typed into the form.
        http: a client from `client.new_http`.

    Returns:
        An outcome without an id; its error is the text for the administrator (OB-254). An empty list passes (OB-253):
        the reports contradict each other, Okta's support and a lab say so.
    """
    job = Job(connection, http)
    return await job.outcome(_read_users(job))


async def verify_on_save(connection: Connection, http: httpx.AsyncClient) -> Outcome:
    """What Save does: the user read again where that was seen, then the groups when they are imported (OB-246).

    A 2.0 template reads only the groups, and so nothing at all with Import Groups off (that case is our choice).
    """
    job = Job(connection, http)
    return await job.outcome(_verify(job))


async def _verify(job: Job) -> None:
    if job.connection.kind == "wizard" or job.dialect.save_reads_users:
        await _read_users(job)
    if job.connection.import_groups:
        await _read_groups(job)


async def _read_users(job: Job) -> None:
    with job.step(events.AUTHENTICATE, logged=False):
        reply = await job.request("GET", "/Users", query=list_query(1, 2))
        _check_list(job, "/Users", reply)


async def _read_groups(job: Job) -> None:
    """A group endpoint is not mandatory (OB-252): a SCIM error with status 404 passes, which is our reading of that."""
    with job.step(events.AUTHENTICATE, logged=False):
        reply = await job.request("GET", "/Groups", query=list_query(1, 100))
        if reply.status == httpx.codes.NOT_FOUND and job.dialect.is_error(resource_in(reply)):
            return
        _check_list(job, "/Groups", reply)


def _check_list(job: Job, path: str, reply: Reply) -> None:
    """Judge a list answer.

    The sentence "The connector configuration could not be tested..." is recorded after a bare "Unauthorized"; that
    it follows every bare reason phrase and no fuller text is our choice.
    """
    if not reply.ok:
        refusal = job.refusal(reply)
        bare = reply.status is not None and refusal.detail == reason_phrase(reply.status)
        raise Refused(f"{refusal.detail}. {NOT_TESTED}", refusal.retry_after) if bare else refusal
    try:
        resources_of(reply.text or "")
    except NotAList as error:
        raise Refused(str(error) or job.no_results(path)) from None
