"""Reads list responses by Okta's rules (OB-248 to OB-250)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from okta_emulator.scim_client.texts import NotJson, parse_json

Resource = dict[str, Any]

_PAGING = ("itemsPerPage", "startIndex", "totalResults")
_ACCEPTED_KEYS = {key.lower(): key for key in ("Resources", *_PAGING)}


class NotAList(Exception):
    """The body is no list response that Okta can use."""


class PagingNotInteger(Exception):
    """A paging member is there but is no JSON integer; Okta fails without a reason."""


@dataclass(frozen=True)
class ListPage:
    """One page: its resources and the server's total, or None when the server gave none."""

    resources: tuple[Resource, ...]
    total: int | None


def resources_of(text: str) -> tuple[Resource, ...]:
    """The resources of a list response, paging members unseen: all that the credential test looks at.

    That the test does not look at them follows from the recorded case: its string `startIndex` failed the first
    provisioning, so it had passed the test before.

    Raises:
        NotAList: `Resources` is missing or no array of objects.
    """
    return _resources(_members(text))


def page_of(text: str) -> ListPage:
    """A page of a filter or an import.

    `Resources` may be missing when `totalResults` is 0 (RFC 7644 3.4.2). Absent paging members are accepted, which is
    our choice: the rule speaks of their type.

    Raises:
        NotAList: the body is no list response.
        PagingNotInteger: `itemsPerPage`, `startIndex` or `totalResults` is something else than an integer.
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
    """The body's members, the four list keys in RFC case: lower case is accepted too."""
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
