"""Group Push as Okta does it, each operation a sequence of requests (OB-300 to OB-310, OB-313).

The caller selects the members: users who are in the Okta group, assigned to the app and provisioned (OB-300). Leaving
a group on the server when it is unlinked takes no request (OB-308).
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

from okta_emulator.scim_client import logged_actions
from okta_emulator.scim_client.client import filter_query, resource_path
from okta_emulator.scim_client.connection import Connection, Member
from okta_emulator.scim_client.conversation import Conversation, Refused
from okta_emulator.scim_client.lists import identifier_of, resource_in
from okta_emulator.scim_client.outcome import Outcome
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.strategies import strategy_of


async def create_or_link_group(
    connection: Connection,
    name: str,
    members: Sequence[Member],
    http: Http,
    *,
    description: str | None = None,
    earlier: frozenset[str] = frozenset(),
) -> Outcome:
    """Push a group for the first time: look it up by name, then create it or link the existing one.

    Args:
        connection: the app's connection.
        name: the group's name.
        members: its members.
        http: what sends the requests.
        description: the Okta group's description; only SCIM 1.1 sends it (OB-307).
        earlier: the ids that the server has given to this name; only a watch for silent faults needs them.
    """
    scim = Conversation(connection, http)
    scim.watch.earlier = earlier
    return await _finish(scim, _create_or_link(scim, name, members, description))


async def rename_group(
    connection: Connection, external_id: str, name: str, http: Http, *, kept: Sequence[Member] = ()
) -> Outcome:
    """Rename a pushed group.

    Args:
        connection: the app's connection.
        external_id: the server's id of the group.
        name: the new name.
        http: what sends the requests.
        kept: its members; only a watch for silent faults needs them.
    """
    scim = Conversation(connection, http)
    scim.watch.kept = frozenset(member.value for member in kept)
    return await _finish(scim, _rename(scim, external_id, name))


async def change_members(
    connection: Connection,
    external_id: str,
    name: str,
    added: Sequence[Member],
    removed: Sequence[Member],
    http: Http,
    *,
    kept: Sequence[Member] = (),
) -> Outcome:
    """Add and remove members of a pushed group.

    Args:
        connection: the app's connection.
        external_id: the server's id of the group.
        name: the group's name.
        added: the new members.
        removed: those that leave.
        http: what sends the requests.
        kept: those that stay; only a watch for silent faults needs them.
    """
    scim = Conversation(connection, http)
    scim.watch.kept = frozenset(member.value for member in kept)
    return await _finish(scim, _change_members(scim, external_id, name, added, removed))


async def delete_group(connection: Connection, external_id: str, name: str, http: Http) -> Outcome:
    """Delete the group on the server (OB-308)."""
    scim = Conversation(connection, http)
    return await _finish(scim, _delete(scim, external_id, name))


async def _create_or_link(scim: Conversation, name: str, members: Sequence[Member], description: str | None) -> str:
    """Linking an existing group replaces its members: our choice, since no capture shows it."""
    external_id = await _find(scim, name)
    if external_id is not None:
        return await _replace_members(scim, external_id, name, members)
    with scim.step(logged_actions.PUSH_GROUP, name):
        reply = await scim.require("POST", "/Groups", body=scim.dialect.new_group(name, members, description))
        external_id = identifier_of(resource_in(reply))
        if external_id is None:
            raise Refused("Create new group returned empty group.")  # our wording, after the one for users
        await strategy_of(scim.connection.kind).after_create(scim, external_id, name, members)
    return external_id


async def _find(scim: Conversation, name: str) -> str | None:
    query = filter_query("displayName", name, plus=scim.plus)
    with scim.step(logged_actions.VERIFY_GROUP, name, logged=False):
        found = (await scim.page("/Groups", query)).resources
        if len(found) > 1:
            raise Refused(f"More than one group was found for ID: {name}", whole=True)
    if not found:
        return None
    scim.watch.searched(len(scim.exchanges) - 1, "displayName", name, found[0])
    return identifier_of(found[0])


async def _rename(scim: Conversation, external_id: str, name: str) -> str:
    with scim.step(logged_actions.RENAME_GROUP, name):
        await strategy_of(scim.connection.kind).rename_group(scim, external_id, name)
    return external_id


async def _change_members(
    scim: Conversation, external_id: str, name: str, added: Sequence[Member], removed: Sequence[Member]
) -> str:
    with scim.step(logged_actions.CHANGE_MEMBERS, name):
        await strategy_of(scim.connection.kind).change_members(scim, external_id, name, added, removed)
    return external_id


async def _replace_members(scim: Conversation, external_id: str, name: str, members: Sequence[Member]) -> str:
    with scim.step(logged_actions.PUSH_MEMBERS, name):
        await strategy_of(scim.connection.kind).replace_members(scim, external_id, name, members)
    return external_id


async def _delete(scim: Conversation, external_id: str, name: str) -> str:
    with scim.step(logged_actions.DELETE_GROUP, name):
        await scim.require("DELETE", resource_path("Groups", external_id))
    return external_id


async def _finish(scim: Conversation, work: Coroutine[Any, Any, str]) -> Outcome:
    """Run the operation; a failure also logs the mapping's event, which says whether Okta retries (OB-186).

    Our choice: only a 429 is retried. The event's reason is the whole sentence, after its old message "could not take
    effect due to error: ..." (OB-331).
    """
    outcome = await scim.outcome(work)
    if outcome.error is None:
        return outcome
    event = logged_actions.MAPPING_FAILED if outcome.retry_after is None else logged_actions.MAPPING_WILL_RETRY
    return replace(outcome, facts=(*outcome.facts, event.failure(outcome.error)))
