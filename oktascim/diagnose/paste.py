"""Removes what was copied along with an error text: log prefixes, HTTP headers, stack frames, typographic quotes.

`unwrap` leaves the words that `message` can parse; `event_in` finds a System Log event in a pasted text.
"""

from __future__ import annotations

import re
from typing import Any

from oktascim.lazy_pattern import LazyPattern

LOOKED_AT = 20_000
"""Characters of a pasted text that are examined; error messages aren't longer."""

_TYPOGRAPHIC = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "`": "'"})
_COLORS = LazyPattern(r"\x1b\[[\d;]*[A-Za-z]")
_ENTITY = LazyPattern(r"&(?:#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)

_CLOCK = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\w.,:+-]*|(?:[A-Z][a-z]{2} {1,2}\d{1,2} )?\d\d:\d\d:\d\d(?:[.,]\d+)?"
_LEVEL = r"(?:ERROR|WARN(?:ING)?|FATAL|SEVERE|CRITICAL|INFO|DEBUG|FAILURE)"
_LOG_PREFIX = re.compile(
    rf"\s*(?:[\[(]?(?:{_CLOCK})[\])]?[\s|,:-]*(?:[\[(]?{_LEVEL}\b[\])]?[\s|,:-]*)?|\[{_LEVEL}\]\s*|{_LEVEL}\s*[:|]\s*)"
    r"(?:\[[^\]]{1,60}\][\s|:-]*){0,4}"
)
_LABEL = re.compile(
    r"\s*(?:[•·▪*>-]\s+)?"
    r"(?:(?:error|warning|failure|error message|message|reason|failure reason|details?|outcome)\s*:\s+)*",
    re.IGNORECASE,
)
"""A list marker, and the name of the field or column that a text was copied from."""
_STARTS_PLAIN = re.compile(r"[A-Z][a-z]+(?:\. | (?!Error\b|reason\b|message\b|[ \d]))")
"""A text that begins with two words has no prefix; most reasons in a log begin so."""
_OKTA_EVENT = re.compile(
    r"\s*(?:[Oo]kta [Ee]rror\s*:?\s*)?(?P<event>(?:application|system|app)\.[a-z_]+\.[a-z_.]{3,90})\b[\s:|,-]*"
    r"(?:FAILURE\b[\s:|,-]*)?"
)

_STATUS_LINE = LazyPattern(r"^\W{0,3}HTTP/[\d.]+ [1-5]\d\d", re.MULTILINE)
_HEADER = LazyPattern(r"^\s*(?:[<>]\s*)?(?P<name>[A-Za-z][A-Za-z0-9-]{1,40}):\s?")
_CURL_NOISE = LazyPattern(r"^(?:[*>}{]\s|<\s*$|\s*%\s+Total|\s*Dload\b)")
_TELLING_HEADERS = frozenset({"www-authenticate", "location", "retry-after"})
_FRAME = LazyPattern(
    r"^\s*(?:at (?:async )?[\w.$<>/\[\] -]{1,200}\(.*|at \S+:\d+:\d+\)?"
    r"|\.{3} \d+ (?:more|common frames).*|File \".*\", line \d+.*|Traceback \(most recent.*"
    r"|from \S+:\d+:in .*|[\w/.-]+\.rb:\d+:in .*|#\d+ \S+\(\d+\).*|goroutine \d+.*)$"
)
_PYTHON_FRAME = LazyPattern(r"^\s*File \"")

_POINTER = re.compile(
    r"(?<=[.;!?])\s+"
    r"(?:(?:For|To get) (?:more|further|additional) (?:information|details?|help|\w{0,6}$)"
    r"|(?:Please )?(?:see|visit|refer to) (?:also |our |the )?(?:\w+ )?"
    r"(?:documentation|docs|help|article|knowledge|page|https?:)"
    r"|(?:Learn|Read) more|More (?:info|details)"
    r"|If (?:you need|this|the) (?:\w+ ){0,4}(?:help|persists?|continues?)"
    r"|(?:Please )?contact (?:us|support|customer|our|technical))\b"
    r".{0,300}?(?:\.(?=\s+[A-Z])|\.?\s*$)",
    re.IGNORECASE,
)
"""A sentence that points to a manual or a help desk: no cause, but its words would match rules."""

_MEMBERS_OF_EVENT = {
    "eventType": re.compile(r'"eventType"\s*:\s*"(?P<value>[\w.]{3,120})"'),
    "uuid": re.compile(r'"uuid"\s*:\s*"(?P<value>[\w-]{1,64})"'),
    "result": re.compile(r'"result"\s*:\s*"(?P<value>[A-Z_]{2,30})"'),
    "reason": re.compile(r'"reason"\s*:\s*"(?P<value>(?:[^"\\]|\\.){0,2000})'),
}


def unwrap(text: str) -> tuple[str, str | None]:
    """Separate an error text from what was copied along with it.

    Args:
        text: the pasted text, perhaps of several lines.

    Returns:
        The text with plain quotes, without prefix, headers and stack frames; and the event type that preceded it.
    """
    plain = _with_plain_characters(text[:LOOKED_AT])
    if "\n" in plain:
        plain = _telling_lines(plain)
    elif _STARTS_PLAIN.match(plain):
        return plain, None
    for prefix in (_LOG_PREFIX, _LABEL):
        if found := prefix.match(plain):
            plain = plain[found.end() :] or plain
    if found := _OKTA_EVENT.match(plain):
        return plain[found.end() :], found["event"]
    return plain, None


def without_pointers(text: str) -> str:
    """A text on one line without the sentences that point to a manual or a help desk."""
    return _POINTER.sub("", text)


def event_in(text: str) -> dict[str, Any] | None:
    """The System Log event in a text, even if it is cut off or between other words; None for other texts.

    Whole exports are read by `logs.exported`. This reads only the members that explain an event.
    """
    found = {name: pattern.search(text[:LOOKED_AT]) for name, pattern in _MEMBERS_OF_EVENT.items()}
    values = {name: member["value"].replace('\\"', '"') if member else None for name, member in found.items()}
    if values["eventType"] is None:
        return None
    outcome = {"result": values["result"] or "FAILURE", "reason": values["reason"]}
    return {"eventType": values["eventType"], "uuid": values["uuid"] or "", "outcome": outcome}


def _with_plain_characters(text: str) -> str:
    """The text without terminal colours, with straight quotes and with HTML entities resolved."""
    text = _COLORS.sub("", text) if "\x1b" in text else text
    straight = text if text.isascii() and "`" not in text else text.translate(_TYPOGRAPHIC)
    if "&" not in straight or not _ENTITY.search(straight):
        return straight
    import html  # few texts have entities, and its table of them takes milliseconds to load

    return html.unescape(straight)


def _telling_lines(text: str) -> str:
    """The lines that may hold information: no response headers, no curl progress, no stack frames."""
    lines = text.split("\n")
    if _STATUS_LINE.search(text):
        lines = _without_headers(lines)
    kept, code_follows = [], False
    for line in lines:
        if _FRAME.match(line):
            code_follows = bool(_PYTHON_FRAME.match(line))
        elif code_follows and line.startswith("    "):
            code_follows = False
        else:
            kept.append(line)
            code_follows = False
    return "\n".join(kept) if any(line.strip() for line in kept) else text


def _without_headers(lines: list[str]) -> list[str]:
    """An HTTP response reduced to its status line, the headers that matter and its body."""
    kept, in_headers = [], False
    for line in lines:
        header = _HEADER.match(line)
        if _STATUS_LINE.match(line):
            in_headers = True
            kept.append(line.strip("< "))
        elif _CURL_NOISE.match(line):
            continue
        elif in_headers and header:
            if header["name"].lower() in _TELLING_HEADERS:
                kept.append(line.strip("< "))
        else:
            in_headers = False
            kept.append(line)
    return kept
