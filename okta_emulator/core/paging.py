"""Okta's paging: a page of a list and its Link headers (OB-135, OB-136)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from okta_emulator.core.errors import InvalidPaging

_T = TypeVar("_T")
_MARK = "after:"
_DIGITS = re.compile(r"[0-9]+")

Query = list[tuple[str, str]]
Header = tuple[str, str]


@dataclass(frozen=True)
class Page(Generic[_T]):
    """Part of a list.

    Args:
        items: its items.
        after: the position of the next page, or None on the last page.
    """

    items: list[_T]
    after: str | None


def take(items: Iterable[tuple[str, _T]], limit: int) -> Page[_T]:
    """The first `limit` of some (id, item) pairs; the last id is the position of the next page."""
    taken: list[_T] = []
    last = ""
    for key, item in items:
        if len(taken) == limit:
            return Page(taken, last)
        taken.append(item)
        last = key
    return Page(taken, None)


def cursor(position: str) -> str:
    """A position as an opaque `after` value."""
    return base64.urlsafe_b64encode((_MARK + position).encode()).decode().rstrip("=")


def position(after: str) -> str:
    """The position in an `after` value.

    Raises:
        InvalidPaging: the org didn't create this value.
    """
    try:
        text = base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:  # not base64, not ASCII, or not UTF-8 when decoded
        text = ""
    if not text.startswith(_MARK):
        raise InvalidPaging(causes=("Invalid cursor.",))
    return text.removeprefix(_MARK)


def whole_number(value: str | None, most: int) -> int | None:
    """The number in a text of ASCII digits, at most `most`; None for any other text."""
    if value is None or not _DIGITS.fullmatch(value):
        return None
    significant = value.lstrip("0") or "0"
    return min(int(significant), most) if len(significant) <= len(str(most)) else most


def limit_of(value: str | None, default: int, most: int) -> int:
    """The requested page size, at most `most`; the default if it isn't a positive number (both our choice)."""
    return whole_number(value, most) or default


def link_headers(url: str, query: Query, *, limit: int, after: str | None, show_limit: bool = True) -> list[Header]:
    """The Link headers: `self` as requested, with the page size, and `next` if there is a next page.

    Args:
        url: the address of the list, without query.
        query: the query of the request.
        limit: the page size.
        after: the position of the next page, not encoded, or None.
        show_limit: whether `self` shows the page size; recorded self links do.
    """
    rest = [(key, value) for key, value in query if key not in ("after", "limit")]
    sizes = [("limit", str(limit))] if show_limit else []
    came_from = [(key, value) for key, value in query if key == "after"]
    links = [("link", f'<{_address(url, [*came_from, *sizes, *rest])}>; rel="self"')]
    if after is not None:
        links.append(("link", f'<{_address(url, [("after", cursor(after)), *sizes, *rest])}>; rel="next"'))
    return links


def _address(url: str, query: Query) -> str:
    return f"{url}?{urlencode(query)}" if query else url
