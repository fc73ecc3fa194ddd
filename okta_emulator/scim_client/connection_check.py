"""The credential test, and what Save reads (OB-246 to OB-255)."""

from __future__ import annotations

from okta_emulator.scim_client import logged_actions
from okta_emulator.scim_client.client import Reply, list_query
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.conversation import NOT_FOUND, Conversation, Refused
from okta_emulator.scim_client.lists import NotAList, resource_in, resources_of
from okta_emulator.scim_client.outcome import Outcome
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.texts import NOT_TESTED, phrase_of


async def check_credentials(connection: Connection, http: Http) -> Outcome:
    """What "Test API Credentials" or "Test Connector Configuration" does: one read of two users (OB-246).

    Args:
        connection: the connection as typed into the form.
        http: what sends the requests.

    Returns:
        An outcome without an id; its error is the text for the administrator (OB-254). An empty list passes (OB-253):
        reports contradict each other, but Okta's support and a lab say so.
    """
    scim = Conversation(connection, http)
    return await scim.outcome(_read_users(scim))


async def check_at_save(connection: Connection, http: Http) -> Outcome:
    """What Save does: read the users again where that was seen, then the groups if they are imported (OB-246).

    A 2.0 template reads only the groups, and so nothing with Import Groups off (our choice).
    """
    scim = Conversation(connection, http)
    return await scim.outcome(_verify(scim))


async def _verify(scim: Conversation) -> None:
    if scim.connection.kind == "wizard" or scim.dialect.save_reads_users:
        await _read_users(scim)
    if scim.connection.import_groups:
        await _read_groups(scim)


async def _read_users(scim: Conversation) -> None:
    with scim.step(logged_actions.AUTHENTICATE, logged=False):
        reply = await scim.request("GET", "/Users", query=list_query(1, 2))
        _check_list(scim, "/Users", reply)


async def _read_groups(scim: Conversation) -> None:
    """A group endpoint is optional (OB-252); we read that as: a SCIM error with status 404 passes."""
    with scim.step(logged_actions.AUTHENTICATE, logged=False):
        reply = await scim.request("GET", "/Groups", query=list_query(1, 100))
        if reply.status == NOT_FOUND and scim.dialect.is_error(resource_in(reply)):
            return
        _check_list(scim, "/Groups", reply)


def _check_list(scim: Conversation, path: str, reply: Reply) -> None:
    """Check a list response.

    The sentence "The connector configuration could not be tested..." is recorded after a bare "Unauthorized". Our
    choice: it follows every bare reason phrase and no longer text.
    """
    if not reply.ok:
        refusal = scim.refusal(reply)
        bare = reply.status is not None and refusal.detail == phrase_of(reply)
        raise Refused(f"{refusal.detail}. {NOT_TESTED}", refusal.retry_after) if bare else refusal
    try:
        resources_of(reply.text or "")
    except NotAList as error:
        raise Refused(str(error) or scim.no_results(path)) from None
