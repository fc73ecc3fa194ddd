"""Imports: whole lists, page by page (OB-291, OB-292)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from okta_emulator.scim_client import logged_actions
from okta_emulator.scim_client.client import list_query
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.conversation import Conversation, Refused
from okta_emulator.scim_client.lists import Resource, identifier_of
from okta_emulator.scim_client.logged_actions import LoggedAction
from okta_emulator.scim_client.outcome import ImportedGroup, ImportedUser, ImportOutcome
from okta_emulator.scim_client.pool import Http
from okta_emulator.scim_client.profile import okta_profile

PAGE_SIZE = 100
_MOST_PAGES = 1_000
_LONGEST_SECONDS = 600.0
_MOST_CHARACTERS = 64 * 1024 * 1024
_MOST_RESOURCES = _MOST_PAGES * PAGE_SIZE


async def import_users(connection: Connection, http: Http) -> ImportOutcome:
    """Read every user on the server, including inactive ones.

    Args:
        connection: the app's connection.
        http: what sends the requests.

    Returns:
        The users with an id and a user name; none after a failure. Okta imports active users, and counts a linked user
        who is inactive or missing as removed (OB-292): that is left to the caller, who knows the links.
    """
    scim = Conversation(connection, http)
    found: list[Resource] = []
    outcome = await scim.outcome(_read_all(scim, "/Users", logged_actions.DOWNLOAD_USERS, found))
    users = tuple(user for resource in found if (user := _user(resource, scim)) is not None)
    return ImportOutcome(**vars(outcome), users=users if outcome.ok else ())


async def import_groups(connection: Connection, http: Http) -> ImportOutcome:
    """Read every group on the server; members are part of the group, without more requests (OB-291).

    Args:
        connection: the app's connection.
        http: what sends the requests.
    """
    scim = Conversation(connection, http)
    found: list[Resource] = []
    outcome = await scim.outcome(_read_all(scim, "/Groups", logged_actions.DOWNLOAD_GROUPS, found))
    groups = tuple(group for resource in found if (group := _group(resource)) is not None)
    return ImportOutcome(**vars(outcome), groups=groups if outcome.ok else ())


async def _read_all(
    scim: Conversation, path: Literal["/Users", "/Groups"], action: LoggedAction, found: list[Resource]
) -> None:
    """Read pages into `found` until the total is reached.

    The step is always 100, whatever the size of the server's pages, as documented (OB-291). Our choice, against endless
    lists: an empty page is the last one, the total of the first page counts, and a list of more than 1,000 pages,
    100,000 resources, 64 MiB or ten minutes fails. A server that ignores `count` sends all resources with each page.
    """
    with scim.step(action, logged=False):
        async with _in_time():
            page = await scim.page(path, list_query(1, PAGE_SIZE))
            found.extend(page.resources)
            characters = _characters(scim)
            for start in range(1 + PAGE_SIZE, (page.total or 0) + 1, PAGE_SIZE):
                if start > PAGE_SIZE * _MOST_PAGES:
                    raise Refused(f"The list has more than {_MOST_PAGES:,} pages")
                page = await scim.page(path, list_query(start, PAGE_SIZE))
                if not page.resources:
                    break
                found.extend(page.resources)
                characters += _characters(scim)
                if len(found) > _MOST_RESOURCES or characters > _MOST_CHARACTERS:
                    raise Refused(f"{len(found):,} resources on {len(scim.exchanges):,} pages are too many")
    scim.watch.listed(len(scim.exchanges) - 1, path, found)


def _characters(scim: Conversation) -> int:
    """The length of the last response."""
    return len(scim.exchanges[-1].response_body or "")


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Ends a list that takes too long. Raises Refused."""
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            yield
    except TimeoutError:
        raise Refused("Read timed out") from None


def _user(resource: Resource, scim: Conversation) -> ImportedUser | None:
    external_id, user_name = identifier_of(resource), resource.get("userName")
    if external_id is None or not isinstance(user_name, str):
        return None
    return ImportedUser(
        external_id, user_name, resource.get("active") is not False, okta_profile(resource, scim.dialect)
    )


def _group(resource: Resource) -> ImportedGroup | None:
    external_id, name, members = identifier_of(resource), resource.get("displayName"), resource.get("members")
    if external_id is None or not isinstance(name, str):
        return None
    listed = members if isinstance(members, list) else []
    return ImportedGroup(
        external_id, name, tuple(str(m["value"]) for m in listed if isinstance(m, dict) and "value" in m)
    )
