"""The JSON types that the SCIM schema gives to the attributes of a resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_LISTS_OF_OBJECTS = ("emails", "members", "groups", "phoneNumbers", "addresses")
_TYPES: Mapping[str, type] = {
    **dict.fromkeys(("id", "userName", "displayName", "externalId"), str),
    **dict.fromkeys((*_LISTS_OF_OBJECTS, "schemas"), list),
    **dict.fromkeys(("name", "meta"), dict),
    "active": bool,
}


def wrong_types(resource: Mapping[str, Any]) -> Iterator[str]:
    """Find the attributes of another type than the schema gives them (RFC 7643 section 4, RFC 7644 section 3.4.2).

    Args:
        resource: a user, a group or a part of one, as JSON.

    Returns:
        The observation "wrong type", once for each of them.
    """
    for name, value in resource.items():
        expected = _TYPES.get(name)
        is_another = expected is not None and not isinstance(value, expected)
        if is_another or (name in _LISTS_OF_OBJECTS and any(not isinstance(entry, dict) for entry in value)):
            yield "wrong type"
