"""The objects and members in the lists that a SCIM server sent, which can contain anything."""

from __future__ import annotations

from typing import Any


def objects_in(found: Any) -> list[dict[str, Any]]:
    """The objects in an array of a server; none in another value."""
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def member_ids(members: Any) -> list[str]:
    """The ids in the members of a group, as the server lists them."""
    return [str(one.get("value")) for one in objects_in(members)]
