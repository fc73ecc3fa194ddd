"""Exchanges that are described in a sentence or laid out in columns, rewritten with an arrow.

"We POST to /Users and receive 201", "Request: PUT /Users/1, Response: 409" and "POST /Users | 400 | …" all become
"POST /Users -> 201", the form that `exchange` reads. "201 Created with {…}" gets the request that it answers.
"""

from __future__ import annotations

import re

from oktascim.lazy_pattern import LazyPattern

ARROWS = frozenset({"->", "=>", "→", "⇒"})
"""The arrows that people draw between a request and its response."""
ANY_ARROW = f"(?:{'|'.join(sorted(ARROWS))})"
_ARROW = " -> "
METHOD = r"(?:GET|POST|PUT|PATCH|DELETE)"
_REQUEST = re.compile(rf"\b{METHOD}")
_TELLER = (
    r"(?:we|okta|it|its|client|our|the|a|an|every|each|any|when|if|after|on|for|while|once|curl|-X|request"
    r"|sends?|sent|makes?|issues?|does|tries|calls?|using|with|via|by)"
)
_OPENING = LazyPattern(
    r"^[\W_]*(?P<label>[A-Za-z][\w ]{2,60}:\s+)?(?:(?i:request|req|call|sent|in|step \d)\s*[:=]\s*|>\s+)?"
    rf"(?i:{_TELLER}\s+(?:\w+ (?={METHOD}))?){{0,5}}"
    rf"(?P<method>{METHOD})(?i:-?e?s|ing|ed)?(?:\s*:)?\s+(?:(?:request|call)s?\s+)?(?:(?:to|on|of|for|against|at)\s+)?"
    r"(?=https?://|\$?\{?\w*\}?/\w)"
)
"""The words before a request's path."""
_STATUS_FOLLOWS = (
    r"(?:(?:an?|the|HTTP|status|code|of)\s+){0,4}[\"']?(?=[1-5]\d\d\b(?!\s+(?:users|groups|members|people)))"
)
_SPEAKER = (
    r"(?:(?:and|but|then|which|it|this)\s+)?(?:(?:the|our|their)\s+)?"
    r"(?:\w+\s+(?:server|side|app|api)\s+|(?:server|side|app|api|endpoint|backend|vendor|okta|we|it)\s+)?"
)
_VERB = (
    r"(?:says?|said|replie[sd]|reply|receives?|received|sees?|saw|yields?|yielded|ends? (?:in|with)|ended (?:in|with)"
    r"|results? in|resulted in|(?:gets?|got|comes?|came|goes|went|sends?|sent|hands?) back(?: with)?"
    r"|respon(?:ds|ded)(?: with)?|answer(?:s|ed) (?:it )?with|is answered (?:with|by)|was answered (?:with|by)"
    r"|(?:answer|reply|response|result) (?:is|was)|sends|throws|threw|produces|raises|leads to|runs into|shows|showed"
    r"|fail(?:s|ed) with|gets?|got|returns?|returned|answers?|answered|gives?|gave|is met with|was met with)"
)
_LABEL = (
    r"[\s,;.|)]+(?:(?:and|but|then)\s+)?(?:(?:the|our|their|an?)\s+)?(?:(?:server|api|app|http)\s+)?"
    r"(?:response|resp|reply|answer|result|status|received|returned)(?: code)?\s*[:=]\s*(?=[\[{<1-5\"'])"
)
_REPLY = LazyPattern(
    rf"{_LABEL}|\s*\|\s*{_STATUS_FOLLOWS}|\s*[,;]?\s+{_SPEAKER}{_VERB}\s+{_STATUS_FOLLOWS}"
    r"|\s+(?:returns?|returned|gives|gave|answers|answered|respond(?:s|ed) with)\s+(?=[\[{])",
    re.IGNORECASE,
)
"""The words between a request and its status."""
_LOGGED = LazyPattern(
    r"^(?!.{0,120}\b(?:[Cc]annot|[Rr]outes?)\b)[^>→]{0,120}?\b"
    rf"(?P<request>{METHOD} (?:https?://|/)(?:[^\s\"'{{]|{{[\w ]{{1,20}}}}){{1,300}}?)"
    r"[\"']?(?: HTTP/[\d.]+)?[\"']?[\s:,(-]+(?=[1-5]\d\d\b)"
)
"""A request with its status behind its path, as in an access log."""
_STATUS_FIRST = LazyPattern(
    r"^\W*(?:HTTP\s+)?(?P<status>[1-5]\d\d)(?:\s+\w+){0,3}?\s+(?:on|for|from|to|at|after|in)\s+"
    r"(?:(?:an?|the|every|each)\s+)?"
    rf"(?P<request>{METHOD}\s+(?:to\s+|on\s+)?(?:https?://|/)[^\s,;\"']{{1,300}}?)(?:[:,;.]*\s+|[:.]?$)"
)
"""A status before its request: "409 on POST /Groups: …"."""
_CREATED = LazyPattern(
    r"^\W*(?:creat(?:e|ing|ion of) (?:an? |the )?(?:new )?(?:user|account|group)\W+"
    r"(?:returns|returned|gives|gave|answers|got) )?(?:(?:HTTP/[\d.]+|HTTP|status|response)[\s:]+)?"
    r"201(?: Created)?\b[\s,:.-]*(?:with |and )?(?=\{|body\b)",
    re.IGNORECASE,
)
"""A response that says itself what it answers."""
_DRAWN = re.compile(rf"\s{ANY_ARROW}\s")
_OF_A_GROUP = re.compile(r'"displayName"(?!.*"userName")')


def with_arrow(text: str) -> str:
    """The text with a request at its start and an arrow before its response.

    Args:
        text: a text on one line.

    Returns:
        The text as it is if it tells no exchange; without the words before the request if it has an arrow already.
    """
    if created := _CREATED.match(text):
        rest = text[created.end() :]
        return f"POST /{'Groups' if _OF_A_GROUP.search(rest) else 'Users'}{_ARROW}201 {rest}"
    if not _REQUEST.search(text):
        return text
    if first := _STATUS_FIRST.match(text):
        return f"{first['request']}{_ARROW}{first['status']} {text[first.end() :]}"
    opening = _OPENING.match(text)
    if opening is None:
        logged = _LOGGED.match(text)
        return f"{logged['request']}{_ARROW}{text[logged.end() :]}" if logged else text
    request = f"{opening['method']} {text[opening.end() :]}"
    reply = _REPLY.search(request)
    if reply is None and opening["label"]:
        return text
    if reply is None or _DRAWN.search(request, 0, reply.end()):
        return request
    return f"{request[: reply.start()]}{_ARROW}{request[reply.end() :]}"
