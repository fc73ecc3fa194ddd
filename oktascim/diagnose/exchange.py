"""HTTP exchanges as people write them, such as "PATCH /Users/42 {…} -> 400"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from oktascim.diagnose.narration import ANY_ARROW, ARROWS, METHOD, with_arrow
from oktascim.lazy_pattern import LazyPattern
from oktascim.scim.objects import GONE

_REQUEST = re.compile(
    rf"\b(?P<method>{METHOD})(?:(?:/| or )(?:POST|PUT|PATCH))?\s+(?:request (?:to|for) )?"
    r"(?P<path>(?:https?://[^\s/]{1,200}|\$\{\w{1,40}\})?/(?:[^\s{<]|\{[\w ]{1,20}\}|<[\w ]{1,20}>){0,300}"
    r"(?:(?<=\w) eq (?:\"[^\"]{1,200}\"|'[^']{1,200}')(?:&[^\s{<]{1,100})?)?)"
)
_LOOSE_REQUESTS = (
    ("find_group", LazyPattern(r"\bfilter\W{0,3}\s*displayName\b", re.IGNORECASE)),
    ("find_user", LazyPattern(r"\bfilter\b|\buserName eq\b|\b(?:search|lookup)\b", re.IGNORECASE)),
    ("set_members", LazyPattern(r'"path"\s*:\s*"members|\bmembers\[|\badd(?:ing)? (?:of )?(?:\{|members?\b)')),
    ("create_group", LazyPattern(r"\bPOST\b.*\bgroup|\bgroup.*\bPOST\b|\bcreat\w+ (?:an? |the )?group", re.IGNORECASE)),
    ("create_user", LazyPattern(r"\bPOST\b|^create\b|\bcreat\w+ (?:an? |the )?user")),
)
"""Requests before an arrow that a person names without their path, and what Okta does with them."""
_OKTA_SPEAKS = LazyPattern(r"errors? reported by|^\W*(?:Automatic |Error |Failed on|Unable to )", re.IGNORECASE)
_ANSWER = re.compile(
    rf"\s{ANY_ARROW}\s*|:\s+(?=[1-5]\d\d\b)|\s(?=HTTP/[\d.]+ [1-5]\d\d\b)|\s(?:HTTP/[\d.]+)?[\"']\s+(?=[1-5]\d\d\b)"
    r"|\s\((?=[1-5]\d\d\))"
    r"|\s(?:returns?|returned)\s+(?=[{\[])"
    r"|\s(?:returns?|returned|finds?|found|yields?|gives?|gave)\s+"
    r"(?=(?:an? |the )?(?:empty|nothing|none|no|nobody|zero|wrong|same|all|every|\d+ (?:users|results|groups))\b)"
    r"|\s(?:returns?|returned|answers?|answered|gives|gave|got|responds with|responded with)\s+(?:an?\s+)?(?:HTTP\s+)?"
    r"(?=[1-5]\d\d\b)"
)
_NEXT_REQUEST = LazyPattern(
    r"[;,.]?\s+(?:(?:and|but|so|yet|Okta|we|a|the|then|next|later|afterwards|after that|same second)[:,]?\s+){0,3}"
    rf"(?={METHOD}\b\s*(?:https?:|/|{ANY_ARROW}|with\b|again\b|…|(?:of|to|on) /"
    r"|(?:after(?:wards)?|later|then|back|shows?|still|says?)\b))"
    rf"|\s*;\s+(?={METHOD}\s+\w)"
)
_STATUS = LazyPattern(r"(?:HTTP(?:/[\d.]+)?\s+)?(?P<status>[1-5]\d\d)\b[\s,:.)-]*")
_STATUS_IN_BODY = LazyPattern(
    r"""\s*(?:\{.{0,400}?"status"\s*:\s*"?|<\w{1,10}>\s*(?:HTTP )?(?:Status|Error)\W{1,3})(?P<status>[45]\d\d)\b""",
    re.DOTALL | re.IGNORECASE,
)
_STATUS_LATER = LazyPattern(r"[,;(]\s*(?:HTTP\s+)?(?P<status>[45]\d\d)\b(?=[\s)]*(?:[\"'{(]|$))")
_PATCH_BODY = LazyPattern(r'^\s*\{.{0,200}?(?:PatchOp"|"op"\s*:)', re.DOTALL)
_METHOD_FIRST = LazyPattern(rf"{METHOD}\b")
_CHANGE = LazyPattern(r"\b(?:PUT|PATCH)\b")
_OPERATION = LazyPattern(r'PatchOp"|"op"\s*:')
_OF_MEMBERS = LazyPattern(r"member|\b(?:add|remove)s?\s+(?:\{|[\w-]*\d)")
_RESOURCE = LazyPattern(
    r"/(?P<resource>Users|Groups)\b(?:/(?P<id>(?!(?:Users|Groups)\b)[^/?\s]+))?(?P<query>\?\S*)?(?!.*/(?:Users|Groups)\b)",
    re.IGNORECASE,
)
_OF_OKTA = LazyPattern(r"(?<!scim)/api/v1/(?:users|groups|apps)\b", re.IGNORECASE)
_ACTIVE = LazyPattern(
    r'"active"\s*(?::|,\s*"value"\s*:)\s*"?(?P<value>true|false)\b'  # as a member, and as the path of an operation
    r'|"value"\s*:\s*"?(?P<before>true|false)"?\s*,\s*"path"\s*:\s*"active"'
    r"|\bactive\W{1,3}(?P<said>true|false)\b",
    re.IGNORECASE,
)
_FAILURE_IN_WORDS = LazyPattern(
    r"\W*(?:(?:an?|the|server|validation|internal|\d+) )*"
    r"(?:conflict|error|exception|fail|refus|reject|bad gateway|time-?out|timed out|not found|already exists)",
    re.IGNORECASE,
)
_GROUP = LazyPattern(r"\W*(?:(?:an?|the|\d{3})\W*)*group\b", re.IGNORECASE)
"""The beginning of a response that names a group."""
_READS = frozenset({"find_user", "find_group", "import_users", "import_groups"})
_SUCCESS_ENDS = 300


@dataclass(frozen=True, slots=True)
class DescribedExchange:
    """One request and its response, as a text describes them.

    Attributes:
        sent: the request: method, path, body and remarks.
        status: the HTTP status of the answer, or None.
        answer: the words or the body of the answer, without the status; "" if there are none.
        action: what Okta does with such a request, one of the names in `ACTIONS`, or None.
        later: what was asked and seen after it, such as the GET that reads back; "" if there is nothing.
    """

    sent: str
    status: int | None
    answer: str
    action: str | None
    later: str = ""

    @property
    def failed(self) -> bool:
        """Whether the answer is an error, by its status or, without one, by its first words."""
        if self.status is None:
            return bool(_FAILURE_IN_WORDS.match(self.answer))
        return self.status >= _SUCCESS_ENDS

    @property
    def succeeded(self) -> bool:
        """Whether the answer is a 2xx, so that Okta calls the operation a success."""
        return self.status is not None and self.status < _SUCCESS_ENDS

    @property
    def has_to_be_answered(self) -> bool:
        """Whether the response must have a body: that of a PATCH or DELETE need not (RFC 7644 3.5.2 and 3.6)."""
        return self.is_read or (self.action or "").startswith("create_")

    @property
    def is_read(self) -> bool:
        """Whether the request changes nothing."""
        return self.sent.startswith("GET") or self.action in _READS

    @property
    def looks_up_in_vain(self) -> bool:
        """Whether this is a read of something that isn't there, which explains another failure at most."""
        return self.is_read and self.status in GONE


def exchanges_in(text: str) -> tuple[DescribedExchange, ...]:
    """Read the exchanges of a text: a request that begins it or stands before an arrow, and those after it.

    Args:
        text: a text on one line.

    Returns:
        The exchanges in order; none for other texts, such as a framework's "Cannot PATCH /Users/42". A request
        without a response belongs to what was seen after the exchange before it.
    """
    text = with_arrow(text)
    answer = _ANSWER.search(text)
    border = _NEXT_REQUEST.search(text, answer.end()) if answer else None
    first = _single_exchange(text[: border.start()] if border else text)
    if first is None or border is None:
        return () if first is None else (first,)
    rest = text[border.end() :]
    others = tuple(_of_the_same_kind(first, other) for other in exchanges_in(rest))
    return (first, *others) if others and _ANSWER.search(rest) else (replace(first, later=rest),)


def _of_the_same_kind(first: DescribedExchange, other: DescribedExchange) -> DescribedExchange:
    """A request that is named without its path, after one about a group, is about the group, too."""
    is_bare = other.action == "create_user" and "/" not in other.sent
    return replace(other, action="create_group") if is_bare and "group" in (first.action or "") else other


def _single_exchange(text: str) -> DescribedExchange | None:
    """Read a text with one request."""
    request, answer = _REQUEST.search(text), _ANSWER.search(text)
    begins_it = bool(request and not text[: request.start()].strip("\"'`([ "))
    if answer is None:
        if request is None or not begins_it:
            return None
        end = _end_of_request(text, request)
        return DescribedExchange(text[:end], None, text[end:].lstrip(" :;,-"), _action(request, text[:end]))
    sent, received = text[: answer.start()], text[answer.end() :]
    if not begins_it:
        if not (answer[0].strip() in ARROWS or _METHOD_FIRST.match(sent) or _PATCH_BODY.match(sent)):
            return None
        request = request if request and request.end() <= answer.start() else None
        if request is None and _OKTA_SPEAKS.search(sent):
            return None
    action = _action(request, sent) if request else _loose_action(sent, received)
    if request is None and action is None:
        return None
    status = _STATUS.match(received)
    return DescribedExchange(
        sent=sent,
        status=int(status["status"]) if status else _status_inside(received),
        answer=received[status.end() :] if status else received,
        action=action,
    )


def _status_inside(received: str) -> int | None:
    """The status that an error body repeats, or words name after a comma, when the text has none before them."""
    found = _STATUS_IN_BODY.match(received) or _STATUS_LATER.search(received)
    return int(found["status"]) if found else None


def _loose_action(sent: str, received: str) -> str | None:
    """What Okta is doing, by the words and the body of a request without its path, and of its response."""
    if _CHANGE.search(sent) or (_OPERATION.search(sent) and '"members' not in sent):
        if "member" in sent:
            return "set_members"
        return "update_group" if _GROUP.match(received) else _change_of_user(sent)
    return next((action for action, words in _LOOSE_REQUESTS if words.search(sent)), None)


def _end_of_request(text: str, request: re.Match[str]) -> int:
    """Where the request ends in a text without an arrow: after its body in braces, else after its path."""
    depth = 0
    after_path = request.start("path") + len(request["path"].rstrip(":;,"))
    if not text[after_path:].lstrip().startswith("{"):
        return after_path
    for place in range(text.index("{", after_path), len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place + 1
    return len(text)


def _action(request: re.Match[str] | None, sent: str) -> str | None:
    """What Okta is doing when it sends this request."""
    resource = _RESOURCE.search(request["path"]) if request else None
    if request is None or resource is None or _OF_OKTA.search(request["path"]):
        return None
    is_group = resource["resource"].lower() == "groups"
    match request["method"]:
        case "GET":
            return _reading(is_group, resource)
        case "POST":
            return "create_group" if is_group else "create_user"
        case "DELETE":
            return "delete_group" if is_group else "deactivate_user"
        case _ if is_group:
            return "set_members" if _OF_MEMBERS.search(sent) else "update_group"
        case _:
            return _change_of_user(sent)


def _reading(is_group: bool, resource: re.Match[str]) -> str:
    """What Okta reads: one resource before a change, a search by filter, or a list."""
    if resource["id"]:
        return "update_group" if is_group else "update_user"
    if "filter" in (resource["query"] or ""):
        return "find_group" if is_group else "find_user"
    return "import_groups" if is_group else "import_users"


def _change_of_user(sent: str) -> str:
    """Whether a PATCH or PUT of a user deactivates, reactivates or updates."""
    found = _ACTIVE.search(sent)
    if found is None or '"userName"' in sent:
        return "update_user"
    value = found["value"] or found["before"] or found["said"]
    return "reactivate_user" if value.lower() == "true" else "deactivate_user"
