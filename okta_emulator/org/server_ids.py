"""The ids that SCIM servers have given to users and groups of a name, as a watch for silent faults needs them.

Okta forgets an id when an assignment or a group push ends. If a server then hides the resource and accepts another one
with its name, only the earlier id shows that there are two.
"""

from __future__ import annotations

from typing import Literal

from okta_emulator.org.state import Org

_MOST = 5

Collection = Literal["Users", "Groups"]


def known(org: Org, app_id: str, collection: Collection, name: str) -> frozenset[str]:
    """The latest ids of a name at an app's server, ignoring its case."""
    return frozenset(org.store.server_ids.get(app_id, named_key(collection, name)) or ())


def note(org: Org, app_id: str, collection: Collection, name: str, server_id: str | None) -> None:
    """Note an id of a name, if the org watches its SCIM servers; it is no longer uncertain whether there is one."""
    if org.settings.watchful and server_id is not None:
        key = named_key(collection, name)
        others = [one for one in org.store.server_ids.get(app_id, key) or () if one != server_id]
        org.store.server_ids.put(app_id, key, [*others, server_id][-_MOST:])
        org.store.uncertain.delete(app_id, key)


def named_key(collection: Collection, name: str) -> str:
    """What a name in a collection is stored under."""
    return f"{collection} {name.casefold()}"
