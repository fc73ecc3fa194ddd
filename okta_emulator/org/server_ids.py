"""The ids that SCIM servers have given to users and groups of a name, as a watch for silent faults needs them.

Okta forgets an id when an assignment or a group push ends. If a server then hides the resource and accepts another one
with its name, only the earlier id shows that there are two. If it gives one id to two users, both have one account.
"""

from __future__ import annotations

from typing import Literal

from okta_emulator.org.state import Org

_MOST = 5

Collection = Literal["Users", "Groups"]


def known(org: Org, app_id: str, collection: Collection, name: str) -> frozenset[str]:
    """The latest ids of a name at an app's server, ignoring its case; none if the org doesn't watch it."""
    if not org.settings.watchful:
        return frozenset()
    return frozenset(org.store.server_ids.get(app_id, named_key(collection, name)) or ())


def note(org: Org, app_id: str, collection: Collection, name: str, server_id: str | None) -> None:
    """Note an id of a name, if the org watches its SCIM servers; it is no longer uncertain whether there is one."""
    if org.settings.watchful and server_id is not None:
        key = named_key(collection, name)
        others = [one for one in org.store.server_ids.get(app_id, key) or () if one != server_id]
        org.store.server_ids.put(app_id, key, [*others, server_id][-_MOST:])
        org.store.uncertain.delete(app_id, key)


def note_owner(org: Org, app_id: str, user_id: str, server_id: str | None) -> None:
    """Note whose account an id is, if the org watches its SCIM servers."""
    if org.settings.watchful and server_id is not None:
        org.store.account_owners.put(app_id, server_id, user_id)


def other_owner(org: Org, app_id: str, user_id: str, server_id: str) -> str | None:
    """The user name of another assigned user who has this account, or None."""
    owner = org.store.account_owners.get(app_id, server_id)
    app_user = org.store.app_users.get(app_id, owner) if owner is not None and owner != user_id else None
    if app_user is None or app_user["externalId"] != server_id:
        return None
    return app_user["credentials"]["userName"]


def named_key(collection: Collection, name: str) -> str:
    """What a name in a collection is stored under."""
    return f"{collection} {name.casefold()}"
