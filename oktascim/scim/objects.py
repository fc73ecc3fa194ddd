"""What is read of any response of a SCIM server: whether a resource is gone, and the objects in its lists."""

from __future__ import annotations

from typing import Any

GONE = frozenset({404, 410})
"""The statuses of a read, or of a DELETE, of something that isn't there (RFC 7644 3.12 has 404, RFC 9110 also 410)."""


def objects_in(found: Any) -> list[dict[str, Any]]:
    """The objects in an array of a server, which can contain anything; none in another value."""
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def member_ids(members: Any) -> list[str]:
    """The ids in the members of a group, as the server lists them."""
    return [str(one.get("value")) for one in objects_in(members)]
