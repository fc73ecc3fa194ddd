"""The complaint of Okta's JSON parser: what it quotes is what the SCIM server really sent."""

from __future__ import annotations

import re

from oktascim.diagnose.markup import visible_text

BODIES = frozenset({"html", "text", "empty"})
"""What a body that isn't JSON can be."""

_QUOTED_BODY = re.compile(
    r'\[Source: \(String\)"(?P<source>.*?)(?:"(?:\[truncated[^\]]*\])?(?:; line|\]|$)|$)', re.DOTALL | re.IGNORECASE
)

_QUOTED_TOKEN = re.compile(
    r"Unrecognized token '(?P<token>[^']{1,200})"
    r"|Unexpected character \('(?P<character>.)' \(code \d+"
    r"|invalid character '(?P<go>.)' looking for"
    r"|Unexpected token (?P<js>\S{1,40}?),? (?:in|is)\b.{0,60}?\bJSON",
    re.IGNORECASE,
)

_EMPTY_BODY = re.compile(
    r"end[- ]of[- ](?:input|file|stream)(?! from server)|unexpected end of (?:json|input)|no content to map",
    re.IGNORECASE,
)

_BEGUN = re.compile(r"Invalid JSON\b:?(?: Un[\w ]{0,20})?$", re.IGNORECASE)
"""A complaint that was cut off before it quotes anything."""

_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml|h1|title)\b", re.IGNORECASE)


def body_behind(detail: str) -> tuple[str | None, str]:
    """Find what the server really sent when the text is the complaint of a JSON parser.

    Returns:
        The kind of body ("html", "text", "empty", or None without such a complaint) and the words to classify.
    """
    source, token = _QUOTED_BODY.search(detail), _QUOTED_TOKEN.search(detail)
    quoted = source["source"] if source else ""
    if not quoted and token:
        quoted = next(filter(None, token.groups()), "")
        page = _MARKUP.search(detail) if quoted == "<" else None
        quoted = detail[page.start() :] if page else quoted
    if quoted:
        is_markup = quoted.lstrip("'\"").startswith("<")
        return ("html", visible_text(quoted)) if is_markup else ("text", quoted if len(quoted) > 1 else "")
    if _BEGUN.match(detail):
        return "text", ""
    if _MARKUP.match(detail):
        return "html", visible_text(detail)
    if _EMPTY_BODY.search(detail):
        return "empty", detail
    return None, detail
