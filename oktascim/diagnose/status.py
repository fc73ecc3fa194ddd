"""The HTTP status that an error text names, by number or by reason phrase."""

from __future__ import annotations

import re
from http import HTTPStatus

from oktascim.lazy_pattern import LazyPattern

_STATUS_BY_PHRASE = {
    **{status.phrase.lower(): status.value for status in HTTPStatus if status.value >= HTTPStatus.MULTIPLE_CHOICES},
    "unprocessable entity": 422,
    "unprocessable content": 422,
    "payload too large": 413,
    "gateway time-out": 504,
    "service temporarily unavailable": 503,
}

PHRASES = "|".join(re.escape(phrase) for phrase in sorted(_STATUS_BY_PHRASE, key=len, reverse=True))

REPORTED = r"errors? reported by (?:the )?(?:remote server|connector)"

_REPORTED_SPLIT = re.compile(rf"\.?\s*{REPORTED}:?\s*", re.IGNORECASE)

_REPORTS = ("errors reported by remote server:", "errors reported by the connector :")
_ENTRA_FRAME = re.compile(r"(?:Message: )?Processing of the HTTP request resulted in an exc[^{]*$", re.IGNORECASE)
_SHORTEST_REPORT = len("err")
_SHORTEST_PHRASE = len("Confl")

_STATUS_ALONE = LazyPattern(
    rf"(?:(?:HTTP(?:/[\d.]+)?|status(?: code)?|error(?: code)?)?[\s:=]*(?P<number>[345]\d\d)\b[\s:,-]*)?"
    rf"(?P<phrase>{PHRASES})?(?:[.:,]\s*|\s+-\s+|\s*$)(?P<after>.*)",
    re.IGNORECASE,
)

_STATUS_INSIDE = LazyPattern(
    r"\b(?:HTTP(?:/[\d.]+)?|(?:http_?)?status(?:[ _]?code)?|error(?: code)?|with(?: an?)?|code"
    r"|(?:return|answer|respond|get|give|throw|receive|trigger|produce|report|say|show|see)(?:s|ed|ing)?(?: an?| the)?"
    r"|(?:end|fail|run|result)(?:s|ed)? (?:in|with|into|on)(?: an?)?|got(?: an?)?|was|said(?: an?)?)"
    r"[\s:=\"']{1,4}(?:HTTP\s*)?(?P<number>[345]\d\d)\b|^(?P<first>[345]\d\d)\b(?!\S)"
    rf"|\b(?P<said>[345]\d\d) (?:error|response|{PHRASES})"
    r"|\((?P<noted>[345]\d\d)\)|[:,] (?P<quoted>[345]\d\d),? (?=['\"{])",
    re.IGNORECASE,
)

_STATUS_BEFORE_REPORT = LazyPattern(
    rf"(?:^|[ :\"'(])(?:HTTP |code: )?(?P<number>[345]\d\d\b)?(?:[ ,]*error:)? ?(?P<phrase>{PHRASES})?\W*$",
    re.IGNORECASE,
)


def whole_frame(detail: str) -> str:
    """A text that ends within Okta's frame: "Unproc" reads "Unprocessable Entity", "Bad Request. Errors rep" less."""
    words = _ENTRA_FRAME.sub("", detail).rstrip(". …")
    last = words.lower().rpartition(". ")[2]
    if len(last) >= _SHORTEST_REPORT and any(report.startswith(last) for report in _REPORTS):
        words = words[: -len(last)].rstrip(". ")
    begun = words.lower()
    phrases = [phrase for phrase in _STATUS_BY_PHRASE if phrase.startswith(begun)]
    is_clear = len({_STATUS_BY_PHRASE[phrase] for phrase in phrases}) == 1
    return phrases[0] if is_clear and len(begun) >= _SHORTEST_PHRASE else words


def split_status(detail: str) -> tuple[int | None, str]:
    """Split "Conflict. Errors reported by remote server: taken" into (409, "taken")."""
    report = _REPORTED_SPLIT.search(detail)
    if report:
        before = _STATUS_BEFORE_REPORT.search(detail[: report.start()])
        status, words = _status(before), detail[report.end() :].strip()
        if status is None:  # a reason phrase of the server's own, such as "Ip Forbidden", is part of what it says
            words = f"{detail[: report.start()].strip()}. {words}".lstrip(". ")
        repeats_it = status is not None and _STATUS_BY_PHRASE.get(words.lower().strip(" .!\"'")) == status
        return status, "" if repeats_it else words
    alone = _STATUS_ALONE.match(detail)
    if alone and (alone["number"] or alone["phrase"]):
        return _status(alone), alone["after"]
    inside = _STATUS_INSIDE.search(detail)
    return (int(next(filter(None, inside.groups()))) if inside else None), detail


def _status(found: re.Match[str] | None) -> int | None:
    """The status that a match names by number or, failing that, by reason phrase."""
    if found and found["number"]:
        return int(found["number"])
    return _STATUS_BY_PHRASE[found["phrase"].lower()] if found and found["phrase"] else None
