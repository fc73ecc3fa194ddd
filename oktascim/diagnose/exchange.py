"""An HTTP exchange as people write it, such as "PATCH /Users/42 {…} -> 400"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from oktascim.strict_json import parse_json

_REQUEST = re.compile(
    r"\b(?P<method>GET|POST|PUT|PATCH|DELETE)(?:/(?:POST|PUT|PATCH))?\s+"
    r"(?P<path>(?:https?://[^\s/]{1,200})?/(?:[^\s{]|\{\w{1,20}\}){0,300})"
)
_ANSWER = re.compile(
    r"\s(?:->|=>|→|⇒)\s*|:\s+(?=[1-5]\d\d\b)|\s(?=HTTP/[\d.]+ [1-5]\d\d\b)"
    r"|\s(?:returns?|returned|answers?|answered)\s+(?=[1-5]\d\d\b)"
)
_STATUS = re.compile(r"(?:HTTP(?:/[\d.]+)?\s+)?(?P<status>[1-5]\d\d)\b[\s,:.-]*")
_PATCH_BODY = re.compile(r'^\s*\{.{0,200}?PatchOp"', re.DOTALL)
_RESOURCE = re.compile(r"/(?P<resource>Users|Groups)\b(?:/(?P<id>[^/?\s]+))?(?P<query>\?\S*)?", re.IGNORECASE)
_ACTIVE = re.compile(
    r'"active"\s*(?::|,\s*"value"\s*:)\s*"?(?P<value>true|false)\b'  # as a member, and as the path of an operation
    r'|"value"\s*:\s*"?(?P<before>true|false)"?\s*,\s*"path"\s*:\s*"active"',
    re.IGNORECASE,
)
_SUCCESS_ENDS = 300


@dataclass(frozen=True, slots=True)
class DescribedExchange:
    """One request and its response, as a text describes them.

    Attributes:
        sent: the request: method, path, body and remarks.
        status: the HTTP status of the answer, or None.
        answer: the words or the body of the answer, without the status; "" if there are none.
        action: what Okta does with such a request, one of the names in `ACTIONS`, or None.
    """

    sent: str
    status: int | None
    answer: str
    action: str | None

    @property
    def succeeded(self) -> bool:
        """Whether the answer is a 2xx, so that Okta calls the operation a success."""
        return self.status is not None and self.status < _SUCCESS_ENDS

    @property
    def silent_fault(self) -> str:
        """What a 2xx hides: the words that a reader would add to the answer, or ""."""
        sent, answered = _active_in(self.sent), _active_in(self.answer)
        if sent and answered and sent != answered:
            return "active is unchanged"
        if self.action in {"create_user", "create_group"} and _has_no_id(self.answer):
            return "the response has no id"
        return ""


def exchange_in(text: str) -> DescribedExchange | None:
    """Read an exchange that begins with a request, or a request anywhere before an arrow.

    Args:
        text: a text on one line.

    Returns:
        The exchange; None for other texts, such as a framework's "Cannot PATCH /Users/42".
    """
    request, answer = _REQUEST.search(text), _ANSWER.search(text)
    begins_it = bool(request and request.start() == 0)
    if answer is None:
        if request is None or not begins_it:
            return None
        end = _end_of_request(text, request)
        return DescribedExchange(text[:end], None, text[end:].lstrip(" :;,-"), _action(request, text[:end]))
    sent, received = text[: answer.start()], text[answer.end() :]
    is_patch = bool(_PATCH_BODY.match(sent))
    is_arrow = answer[0].strip() in {"->", "=>", "→", "⇒"}
    if not is_patch and not (begins_it or (is_arrow and request and request.end() <= answer.start())):
        return None
    status = _STATUS.match(received)
    return DescribedExchange(
        sent=sent,
        status=int(status["status"]) if status else None,
        answer=received[status.end() :] if status else received,
        action=_action(request, sent) if request else _change_of_user(sent),
    )


def _has_no_id(answer: str) -> bool:
    """Whether the answer is a whole resource without an id; one that is cut off may have it further on."""
    try:
        resource = parse_json(answer)
    except ValueError:
        return False
    return isinstance(resource, dict) and "id" not in resource


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
    if request is None or resource is None:
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
            return "set_members" if "members" in sent else "update_group"
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
    active = _active_in(sent)
    if active is None or '"userName"' in sent:
        return "update_user"
    return "reactivate_user" if active == "true" else "deactivate_user"


def _active_in(text: str) -> str | None:
    """The first value of `active` in a request or response, "true" or "false"."""
    found = _ACTIVE.search(text)
    return (found["value"] or found["before"]).lower() if found else None
