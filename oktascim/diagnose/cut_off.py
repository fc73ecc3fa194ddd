"""Texts that end in the middle: Okta cuts a reason after 255 characters (OB-177), and people copy a part of a page.

The words that are left are read as far as they go. What was lost could change the answer, so `confidence` trusts them
less.
"""

from __future__ import annotations

import re

_REASON_LIMIT = 255
_ENDS = (".", "!", "?", "}", "</html>")
"""How a text can end that has Okta's maximum length by chance."""
_ELLIPSIS = re.compile(r"\w[^\w…]*(?:…+|\.\.\.)[\s\"')]*$")
_NOT_QUOTED = re.compile(r"\[Source: [a-z][\w.]*@\w+; ")
"""A complaint of Okta's parser that names a stream instead of quoting the body: its end adds nothing."""
_OPEN_COMPLAINT = re.compile(
    r"Invalid JSON\b:?(?: Un\w*)?\s*$|Invalid JSON\b[^\[]{0,400}(?:\([^()]*$|\[[^\]\"]{0,16}$)"
)
"""The same complaint, cut off before it quotes anything: after "Un" of "Unexpected", in its "(code 60", in "[Sour"."""
_SOURCE = '[Source: (String)"'
_END_OF_SOURCE = re.compile(r'"(?:\[truncated[^\]]*\])?(?:; line|\])', re.IGNORECASE)
"""What follows the quoted body in a whole complaint."""

_PAGE = re.compile(r"<(?P<end>/?)(?P<tag>html|head|body|title)\b", re.IGNORECASE)
_OPEN_TAG = re.compile(r"<(?:!doctype\b(?![^<>]*valid JSON)[^<>]*|/?[a-z]\w{0,9}(?:\s[^<>]*)?)?$", re.IGNORECASE)
"""A tag without its ">"; JavaScript's parser quotes the start of a page as "<!DOCTYPE "... is not valid JSON."""

_START_OF_JSON = re.compile(r"""\{(?=\s*(?:\\?"|$))""")
_STRUCTURE = re.compile(r"""\\.|["{}\[\]]""", re.DOTALL)
"""What opens and closes strings, objects and lists; an escaped character doesn't."""
_CLOSES = {"{": "}", "[": "]"}
_PART_OF_ESCAPE = re.compile(r"\\(?:u[\da-fA-F]{0,3})?$")
_DANGLING = re.compile(
    r"""(?:(?<=[{,])\s*"(?:[^"\\]|\\.)*"\s*:?|[:,]|(?<=[:,\[])\s*(?:-?(?:\d+\.)?|tr?u?|fa?l?s?|nu?l?))$"""
)
"""What can't end an object or a list: a name without a value, a colon or comma, a part of a number or word."""
_MOST_DANGLING = 3
"""A part of a value, its name, and the comma before it."""


def is_cut_off(text: str) -> bool:
    """Whether a text ends in the middle: with an ellipsis, at Okta's limit, or inside JSON or a page."""
    end = text.strip()
    if _NOT_QUOTED.search(end):
        return False
    if _ELLIPSIS.search(end) or _OPEN_COMPLAINT.search(end):
        return True
    if len(end) in {_REASON_LIMIT - 1, _REASON_LIMIT} and not end.endswith(_ENDS):
        return True
    if _SOURCE in end:
        return not _END_OF_SOURCE.search(end, end.rindex(_SOURCE))
    return ("<" in end and _ends_inside_page(end)) or ("{" in end and _ends_inside_json(end))


def completed(text: str) -> str:
    """JSON that was cut off, with its open strings, objects and lists closed; other text as it is."""
    open_ones, in_string = _open_at_the_end(text)
    if not open_ones:
        return text
    whole = text.rstrip().rstrip("…").removesuffix("...").rstrip()
    whole = _PART_OF_ESCAPE.sub("", whole) + '"' if in_string else whole
    for _ in range(_MOST_DANGLING):
        whole = _DANGLING.sub("", whole.rstrip())
    return whole + "".join(_CLOSES[one] for one in reversed(_open_at_the_end(whole)[0]))


def _ends_inside_json(text: str) -> bool:
    """Whether the first object in a text isn't closed."""
    start = _START_OF_JSON.search(text)
    return bool(start and _open_at_the_end(text[start.start() :].replace('\\"', '"'))[0])


def _open_at_the_end(text: str) -> tuple[list[str], bool]:
    """The brackets that are open where a text ends, or where its first object does; and whether a string is open."""
    open_ones: list[str] = []
    in_string = False
    for found in _STRUCTURE.finditer(text):
        sign = found[0]
        if sign == '"':
            in_string = not in_string
        elif in_string or sign[0] == "\\":
            continue
        elif sign in _CLOSES:
            open_ones.append(sign)
        elif open_ones and _CLOSES[open_ones[-1]] == sign:
            open_ones.pop()
            if not open_ones:
                break
    return open_ones, in_string


def _ends_inside_page(text: str) -> bool:
    """Whether an element that a page has once isn't closed, or a tag isn't complete."""
    tags = {tag["tag"].lower(): tag["end"] for tag in _PAGE.finditer(text)}
    return "" in tags.values() or bool(_OPEN_TAG.search(text))
