"""What exchanges show without a word: which of several tells the cause, and what its response has and lacks.

A 2xx that hides a fault is found here, by comparing the JSON that came back with what was sent; rules name these
observations under `seen`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from oktascim.diagnose.attribute_types import wrong_types
from oktascim.diagnose.exchange import DescribedExchange
from oktascim.diagnose.listing import SEARCHES_AND_LISTS, of_a_list
from oktascim.diagnose.quoted_json import members_in, values_in
from oktascim.lazy_pattern import LazyPattern
from oktascim.scim.objects import member_ids

OBSERVATIONS = frozenset(
    {
        "no list",
        "no Resources",
        "empty list",
        "several found",
        "another found",
        "counts one page",
        "page repeated",
        "a list for one",
        "no id",
        "wrong type",
        "counts of another type",
        "active unchanged",
        "values differ",
        "values emptied",
        "members unchanged",
        "not JSON",
        "no body",
    }
)
"""What rules may name under `seen`."""

_NO_FAULT_ALONE = frozenset({"empty list"})
"""What shows a fault only beside other observations: a search finds nothing for every new user."""
_MARKUP = LazyPattern(
    r"""^[\s"']*(?:content-type\s+)?(?:text/(?:html|xml|plain)\b|<\w|<!doctype|<\?xml)""", re.IGNORECASE
)
_QUOTED_WORD = LazyPattern(
    r"""^(?:.{0,40}\bbody)?\W*["'](?:ok|created|success(?:ful)?|done|true|accepted)\b[\w .!]{0,40}["']\W*$""",
    re.IGNORECASE,
)
NO_BODY = LazyPattern(
    r"\b(?:with(?:out)? )?(?:an? )?(?:(?:empty|no|any) (?:response )?(?:body|text)|body (?:is )?empty)\b"
    r"|\bnothing in the body\b|\b(?:body|content)(?: of)? length:? 0\b|content-length:? 0\b|^\W*(?:empty|null)\W*$"
    r"|\bwithout (?:an? )?(?:body|text|word)\b|\[no body\]",
    re.IGNORECASE,
)
"""The remark that a response has no body."""
_CREATES = frozenset({"create_user", "create_group"})
_NO_CONTENT = 204
_SUCCESSES = frozenset({None, 200, 201, 202, 203, 204})
_NOT_SENT_BACK = frozenset({"password", "schemas", "id", "meta", "groups"})

Resource = Mapping[str, Any]


def telling(exchanges: Sequence[DescribedExchange]) -> DescribedExchange:
    """The exchange that tells the cause, with what came after it.

    Args:
        exchanges: at least one, in the order in which they were sent.

    Returns:
        The first whose response shows a fault, which explains later failures; else the last that failed (a read that
        found nothing only if nothing else did), the first write, or the first read.
    """
    if len(exchanges) == 1:
        return exchanges[0]
    faulty = [place for place, exchange in enumerate(exchanges) if observed_in(exchange) - _NO_FAULT_ALONE]
    failed = [place for place, exchange in enumerate(exchanges) if exchange.failed]
    written = [place for place, exchange in enumerate(exchanges) if not exchange.is_read]
    beyond_lookups = [place for place in failed if not exchanges[place].looks_up_in_vain]
    place = (*faulty, *beyond_lookups[-1:], *failed[-1:], *written, 0)[0]
    later = (f"{exchange.sent} -> {exchange.answer}" for exchange in exchanges[place + 1 :])
    return replace(exchanges[place], later="; ".join((*filter(None, [exchanges[place].later]), *later)))


def observed_in(exchange: DescribedExchange) -> frozenset[str]:
    """Compare what came back with what was sent.

    Returns:
        Names from `OBSERVATIONS`; none for an error, whose words say what is wrong.
    """
    if exchange.failed or exchange.status not in _SUCCESSES:
        return frozenset()
    return frozenset(_observations(exchange))


def _observations(exchange: DescribedExchange) -> Iterator[str]:
    """All observations of a response that isn't an error."""
    answered, words = values_in(exchange.answer)
    read_back, _ = values_in(exchange.later)
    answer = answered[0] if answered else members_in(words)
    if not answered and (_MARKUP.match(words) or (exchange.has_to_be_answered and _QUOTED_WORD.match(words))):
        yield "not JSON"
    elif (
        exchange.succeeded
        and exchange.has_to_be_answered
        and not any(answered)
        and (NO_BODY.search(words) or exchange.status == _NO_CONTENT or answered == ({},))
    ):
        yield "no body"
    if exchange.action in SEARCHES_AND_LISTS:
        yield from of_a_list(exchange, answer, words)
    elif isinstance(answer, dict):
        later = next((value for value in read_back if isinstance(value, dict)), None) or members_in(exchange.later)
        yield from _of_a_resource(exchange, answer if not later else {**answer, **later}, is_whole=bool(answered))


def _of_a_resource(exchange: DescribedExchange, answer: Resource, *, is_whole: bool) -> Iterator[str]:
    """What the response to a read or a write of one resource shows."""
    sent = _sent_in(exchange.sent)
    if exchange.action in _CREATES and (is_whole or "id" in answer) and not answer.get("id"):
        yield "no id"
        answer = {name: value for name, value in answer.items() if name != "id"}
    if isinstance(answer.get("Resources"), list):
        yield "a list for one"
        return
    if exchange.is_read:
        yield from wrong_types(answer)
        return
    emptied = {name for name, value in answer.items() if value is None and name not in sent}
    if len(emptied) > 1:
        yield "values emptied"
    yield from wrong_types({name: value for name, value in answer.items() if name not in emptied})
    active = _as_active(sent.get("active"))
    if active is not None and isinstance(answer.get("active"), bool) and answer["active"] is not active:
        yield "active unchanged"
    if any(_differ(sent[name], answer[name]) for name in sent.keys() & answer.keys() - _NOT_SENT_BACK - {"active"}):
        yield "values differ"
    if isinstance(answer.get("members"), list):
        yield from _of_members(exchange.sent, sent, answer["members"])


def _differ(sent: Any, answered: Any) -> bool:
    """Whether two values of one attribute differ, or those of one of its parts, such as name.givenName."""
    if isinstance(sent, dict) and isinstance(answered, dict):
        return any(_differ(sent[name], answered[name]) for name in sent.keys() & answered.keys())
    return isinstance(sent, str | int) and isinstance(answered, str | int) and sent != answered


def _of_members(text: str, sent: Resource, members: list[Any]) -> Iterator[str]:
    """Whether the members that were sent are there, and those that were removed are not."""
    there, wanted = set(member_ids(members)), set(member_ids(sent.get("members")))
    removed = set(re.findall(r'members\[value eq \\?"([^"\\]{1,200})', text))
    if (wanted - there) or (removed & there) or ('"replace"' in text and wanted and there - wanted):
        yield "members unchanged"


def _sent_in(text: str) -> dict[str, Any]:
    """The attributes that a request sets: those of its resource, or those of its operations."""
    documents, _ = values_in(text)
    body = next((document for document in documents if isinstance(document, dict)), {})
    listed = next((document for document in documents if isinstance(document, list)), None)
    operations = body.get("Operations", [body] if "op" in body else None if body else listed)
    if not isinstance(operations, list):
        return {**members_in(text), **body}
    attributes: dict[str, Any] = {}
    for operation in operations:
        if isinstance(operation, dict) and str(operation.get("op", "")).lower() != "remove":
            value, path = operation.get("value"), operation.get("path")
            attributes.update({path: value} if isinstance(path, str) else value if isinstance(value, dict) else {})
    return attributes


def _as_active(value: Any) -> bool | None:
    """The value of `active`, which clients send as text, too."""
    return {"true": True, "false": False}.get(str(value).lower())
