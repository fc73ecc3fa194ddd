"""User operations as Okta does them, each a sequence of requests (OB-270 to OB-285).

Users are never deleted (OB-283). The strategy (`strategies.py`) decides which verb sends a change, the dialect
(`dialect.py`) how it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from okta_emulator.scim_client import logged_actions
from okta_emulator.scim_client.client import filter_query
from okta_emulator.scim_client.connection import Connection, Person
from okta_emulator.scim_client.conversation import Conversation, Refused, Stopped
from okta_emulator.scim_client.lists import Resource, identifier_of, resource_in
from okta_emulator.scim_client.outcome import Outcome
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.profile import new_user
from okta_emulator.scim_client.strategies import patch_profile, put_profile, strategy_of


async def create_or_link(
    connection: Connection,
    person: Person,
    http: Http,
    *,
    create: bool = True,
    earlier: frozenset[str] = frozenset(),
    owner_of: Callable[[str], str | None] = lambda _server_id: None,
) -> Outcome:
    """Provision an assigned user: filter GET, then POST, or link the user that the filter found (OB-271, OB-276).

    Args:
        connection: the app's connection.
        person: the user.
        http: what sends the requests.
        create: whether Create Users is on; if not, a user who isn't found is a failure.
        earlier: the ids that the server has given to this user name; only a watch for silent faults needs them.
        owner_of: gives the other user who has an account, by the server's id; only a watch needs it too.
    """
    scim = Conversation(connection, http)
    scim.watch.earlier = earlier
    outcome = await scim.outcome(_create_or_link(scim, person, create), wrapper=logged_actions.SYNC_USER)
    owner = owner_of(outcome.external_id) if outcome.external_id is not None else None
    return outcome if owner is None else replace(outcome, silent_faults=scim.watch.faults_with_owner(owner))


async def update(connection: Connection, person: Person, external_id: str, http: Http) -> Outcome:
    """Push a changed profile or user name: GET, then PUT of the whole resource, for every kind of app (OB-277)."""
    scim = Conversation(connection, http)
    return await scim.outcome(_push_profile(scim, person, external_id))


async def deactivate(connection: Connection, external_id: str, http: Http, *, okta_id: str | None = None) -> Outcome:
    """Set `active` to false, once; Okta doesn't retry (OB-288).

    Args:
        connection: the app's connection.
        external_id: the server's id of the user.
        http: what sends the requests.
        okta_id: Okta's user id, which wizard-made apps send as `externalId`.
    """
    scim = Conversation(connection, http)
    return await scim.outcome(_deactivate(scim, external_id, okta_id))


async def push_password(connection: Connection, external_id: str, password: str, http: Http) -> Outcome:
    """Push a password (OB-284). The PATCH body for 2.0 is likely, that for 1.1 and the wizard's PUT by analogy."""
    scim = Conversation(connection, http)
    return await scim.outcome(_push_password(scim, external_id, password))


async def _create_or_link(scim: Conversation, person: Person, create: bool) -> str:
    found = await _find(scim, person)
    if found is not None:
        return await _link(scim, person, *found)
    if not create:
        raise Stopped("Matching user not found.")  # OB-335
    return await _create(scim, person)


async def _find(scim: Conversation, person: Person) -> tuple[str, Resource] | None:
    """The existence check: the server's id and the resource, or None.

    Its success is logged if it finds a user ("Verified user exists in app", OB-331). Several matches are an error: our
    choice, since it is unknown whether Okta's "More than one user" text applies to filters (OB-293).
    """
    connection = scim.connection
    query = filter_query(connection.unique_identifier, person.user_name, plus=scim.plus)
    with scim.step(logged_actions.VERIFY_EXISTS, person.user_name, logged=False):
        found = (await scim.page("/Users", query)).resources
        if len(found) > 1:
            raise Refused(f"More than one user was found for ID: {person.user_name}", whole=True)
        if not found:
            return None
        external_id = identifier_of(found[0])
        if external_id is None:
            raise Refused(scim.no_results("/Users"))
    scim.watch.searched(len(scim.exchanges) - 1, connection.unique_identifier, person.user_name, found[0])
    scim.facts.append(logged_actions.VERIFY_EXISTS.success())
    scim.found = external_id
    return external_id, found[0]


async def _create(scim: Conversation, person: Person) -> str:
    """POST /Users; the response must be a resource with schemas and an id (OB-271)."""
    body = new_user(person, scim.dialect, scim.connection.switches)
    with scim.step(logged_actions.PUSH_USER, person.user_name):
        reply = await scim.require("POST", "/Users", body=body)
        created = resource_in(reply)
        external_id = identifier_of(created)
        if created is None or external_id is None:
            raise Refused("Create new user returned empty user.")
        if not created.get("schemas"):
            raise Refused("No schema's defined in scim user")
    scim.facts.append(logged_actions.PUSHED_USER)
    return external_id


async def _link(scim: Conversation, person: Person, external_id: str, found: Resource) -> str:
    """Link an existing user: PUT the profile, after activating an inactive user (OB-276, OB-281)."""
    if found.get("active") is False:
        await strategy_of(scim.connection.kind).activate_user(scim, external_id, person, found)
        return external_id
    reads_first = scim.dialect.link_reads_first or scim.connection.kind == "wizard"
    with scim.step(logged_actions.PUSH_PROFILE, person.user_name):
        await put_profile(scim, external_id, person, None if reads_first else found)
    return external_id


async def _push_profile(scim: Conversation, person: Person, external_id: str) -> str:
    with scim.step(logged_actions.PUSH_PROFILE, person.user_name):
        if scim.connection.kind == "template" and scim.connection.switches.profile_push == "patch":
            await patch_profile(scim, external_id, person)
        else:
            await put_profile(scim, external_id, person)
    return external_id


async def _deactivate(scim: Conversation, external_id: str, okta_id: str | None) -> str:
    with scim.step(logged_actions.DEACTIVATE):
        await strategy_of(scim.connection.kind).change_user(scim, external_id, {"active": False}, okta_id)
    return external_id


async def _push_password(scim: Conversation, external_id: str, password: str) -> str:
    with scim.step(logged_actions.PUSH_PASSWORD):
        await strategy_of(scim.connection.kind).change_user(scim, external_id, {"password": password}, None)
    return external_id
