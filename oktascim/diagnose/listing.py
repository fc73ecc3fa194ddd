"""What the response to a search or a list shows, beside what was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from oktascim.diagnose.attribute_types import wrong_types
from oktascim.diagnose.exchange import DescribedExchange
from oktascim.diagnose.quoted_json import ELLIPSIS
from oktascim.lazy_pattern import LazyPattern

_FILTERED = LazyPattern(r"""\beq[\s+]+(?:%22|["'])(?P<value>[^"'%]{1,200})""", re.IGNORECASE)
_ADDRESS = LazyPattern(r"(?<![\w.+%])[\w.+-]{1,80}@[\w-]{1,60}(?:\.[\w-]{1,60})+")
_PARAMETER = LazyPattern(r"\b(?P<name>startIndex|count)=(?P<value>\d{1,9})")
_SEARCHES, _LISTS = frozenset({"find_user", "find_group"}), frozenset({"import_users", "import_groups"})
SEARCHES_AND_LISTS = _SEARCHES | _LISTS
"""The actions whose response has to be a ListResponse."""
_LISTED = frozenset({"resources", "data", "users", "groups", "items", "results", "value", "values", "entries", "list"})
_COUNTED = frozenset({"count", "total", "totalresults", "size", "totalcount"})
_COUNTS = ("totalResults", "startIndex", "itemsPerPage")


def of_a_list(exchange: DescribedExchange, answer: Any, words: str) -> Iterator[str]:
    """Compare the response to a search or a list with its request.

    Args:
        exchange: the request and its response.
        answer: the JSON of the response, {} if there is none.
        words: the response without its JSON.

    Returns:
        Names from `evidence.OBSERVATIONS`.
    """
    if exchange.action in _SEARCHES and not answer and _names_another(exchange.sent, words):
        yield "another found"
    if isinstance(answer, list):
        yield "no list"
    if not isinstance(answer, dict):
        return
    yield from _of_its_members(answer)
    resources = answer.get("Resources")
    if exchange.action in _SEARCHES:
        yield from _of_a_search(exchange.sent, resources, answer.get("totalResults"))
    elif isinstance(resources, list):
        yield from _of_a_page(exchange.sent, answer, None if ELLIPSIS.search(exchange.answer) else resources)
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, dict):
            yield from wrong_types(resource)


def _of_its_members(answer: Mapping[str, Any]) -> Iterator[str]:
    """Whether this is a ListResponse with resources."""
    resources = answer.get("Resources")
    if any(name in answer and type(answer[name]) is not int for name in _COUNTS):  # a bool is an int, too
        yield "counts of another type"
    if not isinstance(resources, list) and _is_no_list_response(answer):
        yield "no Resources"
    if answer.get("totalResults") == 0 and not resources:
        yield "empty list"


def _is_no_list_response(answer: Mapping[str, Any]) -> bool:
    """Whether this is a list of another name, one resource, or a ListResponse that counts what it doesn't contain."""
    is_counted = any(name.lower() in _COUNTED for name in answer)
    has_a_list = any(
        isinstance(value, list) and (name.lower() in _LISTED or (is_counted and name != "schemas"))
        for name, value in answer.items()
    )
    return has_a_list or bool(answer.get("id")) or ("schemas" in answer and "totalResults" in answer)


def _of_a_search(sent: str, resources: Any, total: Any) -> Iterator[str]:
    """Whether a search by one value found several resources, or one with another value."""
    if (isinstance(total, int) and total > 1) or (isinstance(resources, list) and len(resources) > 1):
        yield "several found"
    wanted = _FILTERED.search(sent)
    first = resources[0] if isinstance(resources, list) and resources else None
    if wanted and isinstance(first, dict):
        names = [value for name in ("userName", "displayName") if isinstance(value := first.get(name), str)]
        if names and all(wanted["value"].casefold() != name.casefold() for name in names):
            yield "another found"


def _names_another(sent: str, words: str) -> bool:
    """Whether words name an e-mail address as the result of a search for another one."""
    wanted, found = _FILTERED.search(sent), _ADDRESS.search(words)
    return bool(wanted and found and "@" in wanted["value"] and found[0].casefold() != wanted["value"].casefold())


def _of_a_page(sent: str, answer: Mapping[str, Any], resources: list[Any] | None) -> Iterator[str]:
    """Whether a page disagrees with the parameters that asked for it, or, quoted whole, with its resources."""
    asked = {found["name"]: int(found["value"]) for found in _PARAMETER.finditer(sent)}
    start = asked.get("startIndex", 1)
    if start > 1 and answer.get("startIndex") == 1:
        yield "page repeated"
    if answer.get("startIndex") == 0 and answer.get("totalResults"):
        yield "counts one page"
    if isinstance(total := answer.get("totalResults"), int) and 0 < total < start and resources != []:
        yield "counts one page"
    if resources is None:
        return
    if start > 1 and answer.get("totalResults") == len(resources):
        yield "counts one page"
    if answer.get("itemsPerPage", len(resources)) != len(resources):
        yield "counts one page"
