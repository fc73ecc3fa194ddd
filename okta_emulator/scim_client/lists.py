"""Reads resources, and list responses by Okta's rules (OB-248 to OB-250)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from okta_emulator.scim_client.client import Reply
from okta_emulator.scim_client.texts import NotJson, parse_json

Resource = dict[str, Any]

_PAGING = ("itemsPerPage", "startIndex", "totalResults")
_ACCEPTED_KEYS = {key.lower(): key for key in ("Resources", *_PAGING)}


class NotAList(Exception):
    """The body isn't a list response that Okta can use."""


class PagingNotInteger(Exception):
    """A paging member isn't a JSON integer; Okta fails without a reason."""


@dataclass(frozen=True)
class ListPage:
    """One page: its resources, and the server's total or None."""

    resources: tuple[Resource, ...]
    total: int | None


def resource_in(reply: Reply) -> Resource | None:
    """The JSON object in a body, or None if there is none."""
    try:
        body = parse_json(reply.text or "")
    except NotJson:
        return None
    return body if isinstance(body, dict) and body else None


def identifier_of(resource: Resource | None) -> str | None:
    """The server's id, or None; a JSON number counts too (whether Okta accepts one is unknown)."""
    found = (resource or {}).get("id")
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) and found != "" else None


def resources_of(text: str) -> tuple[Resource, ...]:
    """The resources of a list response without its paging members: all that the credential test looks at.

    The recorded case shows that: a string `startIndex` failed at the first provisioning, so it had passed the test.

    Raises:
        NotAList: `Resources` is missing or isn't an array of objects.
    """
    return _resources(_members(text))


def page_of(text: str) -> ListPage:
    """A page of a filter or an import.

    `Resources` can be missing if `totalResults` is 0 (RFC 7644 3.4.2). Missing paging members are accepted: our choice,
    since the rule is about their type.

    Raises:
        NotAList: the body isn't a list response.
        PagingNotInteger: `itemsPerPage`, `startIndex` or `totalResults` isn't an integer.
    """
    body = _members(text)
    for key in _PAGING:
        value = body.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool):
            raise PagingNotInteger(key)
    total: int | None = body.get("totalResults")
    if total == 0 and "Resources" not in body:
        return ListPage(resources=(), total=0)
    return ListPage(resources=_resources(body), total=total)


def _members(text: str) -> Resource:
    """The body's members, with the four list keys in the RFC's case; Okta accepts lower case too."""
    try:
        body = parse_json(text)
    except NotJson as error:
        raise NotAList(str(error)) from None
    if not isinstance(body, dict):
        raise NotAList
    return {str(_ACCEPTED_KEYS.get(key, key)): value for key, value in body.items()}


def _resources(body: Resource) -> tuple[Resource, ...]:
    resources = body.get("Resources")
    if not isinstance(resources, list) or not all(isinstance(item, dict) for item in resources):
        raise NotAList
    return tuple(resources)
