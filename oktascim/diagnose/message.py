"""The grammar of Okta's provisioning error texts.

A text is built in layers: an outer frame of the Admin Console ("Automatic provisioning of user … to app … failed:"), an
action with its subject ("Error while creating user …:"), an HTTP reason phrase, and the words of the SCIM server after
"Errors reported by remote server:". When the server's error body was not JSON, these last words are the complaint of
Okta's JSON parser, and what the parser quotes is the real message. The layers come from real messages
(OB-254, OB-330, OB-333).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from oktascim.diagnose.actions import ACTIONS, CONNECTOR_CALLS
from oktascim.diagnose.body import SCIM_TYPES, ErrorBody, error_body_in
from oktascim.diagnose.class_names import without_class_names
from oktascim.diagnose.complaint import body_behind
from oktascim.diagnose.cut_off import is_cut_off
from oktascim.diagnose.evidence import NO_BODY, observed_in, telling
from oktascim.diagnose.exchange import DescribedExchange, exchanges_in
from oktascim.diagnose.markup import without_blocks
from oktascim.diagnose.paste import unwrap, without_pointers
from oktascim.diagnose.quoted_json import values_in
from oktascim.diagnose.status import PHRASES, REPORTED, split_status, whole_frame
from oktascim.lazy_pattern import LazyPattern
from oktascim.redact import clean

TEXT_LIMIT = 1_200
"""Characters of a text that are examined; an outcome.reason has at most 255 (OB-177)."""


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """One error text, parsed.

    Attributes:
        text: the whole text, control characters stripped, white space folded, cut to `TEXT_LIMIT`.
        operation: "provisioning", "profile push", "deprovisioning" or "group push" from the outer frame.
        user, app, group: the names in the outer frame.
        action: what Okta was doing, one of the names in `ACTIONS`.
        subject: the user or group that the action names.
        status: the HTTP status, from a reason phrase or a number; a 2xx only from an exchange.
        detail: the innermost words, as near to the SCIM server's own as the text allows.
        body: "html", "text" or "empty" when the text shows that the answer was not JSON.
        scim_type: the RFC 7644 3.12 scimType.
        okta_code: Okta's own error code, such as E0000001.
        event: the event type that preceded the text.
        is_cut: whether the text ends in the middle; never for an exchange, in which `…` stands for what is left out.
        sent: the request, when the text is an exchange ("PATCH /Users/42 {…} -> 400").
        seen: what the response shows without words, names from `OBSERVATIONS`.
    """

    text: str
    operation: str | None = None
    user: str | None = None
    app: str | None = None
    group: str | None = None
    action: str | None = None
    subject: str | None = None
    status: int | None = None
    detail: str = ""
    body: str | None = None
    scim_type: str | None = None
    okta_code: str | None = None
    event: str | None = None
    is_cut: bool = False
    sent: str = ""
    seen: frozenset[str] = frozenset()


_OUTER = re.compile(
    r"(?:(?:Failed|Failure)(?: on [\d-]+ [\d:]+ ?[AP]M UTC)?\s*:\s+)?"
    r"(?:Automatic (?P<operation>provisioning|profile push|deprovisioning) of (?:user )?(?P<user>.*?)\s?"
    r"(?:(?:to|from|in) app (?P<app>.+?) )?failed:\s*"
    r"|(?P<push>Unable to (?:update|delete|create) Group Push mapping target App group) "
    r"(?P<group>.+?(?=:\s+Error )|.+?):\s+)?"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_AFTER_ACTION = (
    r"(?:\s*,? received error\s*:\s+|\s*:(?:\s+|$)|\s+:(?=[A-Z])|\s+FAILURE\b[\s:]*|\.\s+"
    rf"|\s+(?=(?:{PHRASES})\. {REPORTED})|\s*$)"
)
"""The separator between an action with its subject and the words about it."""
_ACTION_PATTERNS = tuple(
    (name, LazyPattern(rf"(?:{words})(?:\s+(?P<subject>.*?))??{_AFTER_ACTION}", re.IGNORECASE))
    for name, words in ACTIONS
)
_CALL_PATTERNS = tuple((action, LazyPattern(words, re.IGNORECASE)) for action, words in CONNECTOR_CALLS)
_STARTS_AN_ACTION = re.compile(
    r"Error |Failed to |Unable to |Verif|API (?:error|rate)|Could not (?:push|update|create)|Push |Import profile"
    r"|Deprovision |Test API",
    re.IGNORECASE,
)
_WRAPPERS = re.compile(
    r"(?:Errors during execution:\s+)?(?:Error executing (?P<call>\w{1,60}):\s+)?(?:(?:Received|Returned) error:\s+)?"
    r"(?:The Provisioning Agent call to \w+ failed\.\s+)?(?:[\w.$]{1,120}(?:Exception|Error):\s+(?=HTTP [345]\d\d\b))?",
    re.IGNORECASE,
)
"""Okta's connectors wrap the words of the app in these sentences."""
_UNKNOWN_FRAME = re.compile(r".{1,200}?:\s+(?=Error while )", re.IGNORECASE)
"""Words before an action, in a frame that isn't known: they name a user and an app, and no cause."""
_TEST_TAIL = re.compile(r"\.?\s*The connector configuration could not be tested\b.*", re.IGNORECASE)

_END = 40
"""Characters at the end of a text that show whether two texts end alike."""

_QUOTES = "\"'“”"

_OKTA_CODE = re.compile(r"\bE0000\d{3}\b", re.IGNORECASE)
_PLAIN_WORDS = frozenset({"uniqueness", "mutability", "sensitive"})
"""The scimTypes that are words of any sentence, so that they count only after "scimType"."""
_SCIM_TYPE = re.compile(
    rf"\b(?:{'|'.join(sorted(SCIM_TYPES - _PLAIN_WORDS))})\b|(?<=scimType)\W{{1,4}}(?P<named>[a-zA-Z]{{3,20}})"
)


def parse_message(text: str) -> ParsedMessage:
    """Parse one error text.

    Args:
        text: an outcome.reason, a line of the Tasks page, the answer of a credential test, or an error body in JSON.

    Returns:
        The parts; for a text of unknown form, the detail is the whole text.
    """
    bare, event = unwrap(text)
    bare = without_blocks(bare)
    folded = fold(bare)
    whole = without_pointers(folded)
    if exchanges := exchanges_in(whole):
        return _parsed_exchange(whole, telling(exchanges), event)
    frame = _OUTER.match(whole)
    rest = frame["rest"] if frame else whole
    action, subject, detail = _split_action(rest)
    if wrapped := _WRAPPERS.match(detail):
        action = action or _action_of_call(wrapped["call"] or "")
        detail = detail[wrapped.end() :]
    document = None if "${" in detail else error_body_in(bare)
    is_cut = _is_cut_in_its_words(bare, folded, whole)
    scim_type, okta_code = _codes(document, detail)
    detail = whole_frame(detail) if is_cut else detail
    status, detail = split_status(_TEST_TAIL.sub("", detail) or detail)
    if document:
        status, detail = document.status or status, _words_of_body(document, detail)
    body, detail = body_behind(detail)
    if body == "html":
        status = status or split_status(detail)[0]
    return ParsedMessage(
        text=whole,
        detail=without_class_names(detail),
        operation="group push" if frame and frame["push"] else frame and frame["operation"],
        user=frame and frame["user"],
        app=frame and frame["app"],
        group=frame and frame["group"],
        action=action,
        subject=subject,
        status=status,
        body=body,
        scim_type=scim_type,
        okta_code=okta_code,
        event=event,
        is_cut=is_cut,
    )


def _is_cut_in_its_words(bare: str, folded: str, whole: str) -> bool:
    """Whether a text ends in the middle; not if that is in its pointer to a manual, which `whole` no longer has."""
    return is_cut_off(bare) and folded.endswith(whole[-_END:])


def _parsed_exchange(whole: str, exchange: DescribedExchange, event: str | None) -> ParsedMessage:
    """The parts of an exchange: the answer is the detail, and the request shows what Okta was doing."""
    document = error_body_in(exchange.answer)
    scim_type, okta_code = _codes(document, exchange.answer)
    status, detail = split_status(exchange.answer)
    if exchange.action and not exchange.failed:
        detail = f"{_words_beside_json(exchange.answer)} {exchange.later}"
    elif document and (document.words or exchange.action is None):
        status, detail = document.status or status, _words_of_body(document, detail)
    else:
        detail = NO_BODY.sub("", _words_beside_json(detail))
    body, detail = body_behind(detail)
    return ParsedMessage(
        text=whole,
        action=exchange.action,
        status=exchange.status or status,
        detail=without_class_names(fold(detail)),
        body=body,
        scim_type=scim_type,
        okta_code=okta_code,
        event=event,
        sent=exchange.sent,
        seen=observed_in(exchange),
    )


def _words_beside_json(answer: str) -> str:
    """What a person says about a response beside quoting it."""
    return values_in(answer)[1]


def _words_of_body(document: ErrorBody, detail: str) -> str:
    """The sentences of an error body; one that has only a status, or ends before its sentences, says nothing."""
    if document.is_cut and not document.words:
        before = detail.partition("{")[0].rstrip()
        return "" if before.endswith(":") else before
    return fold(document.words) or ("" if document.status else detail)


def fold(text: str) -> str:
    """The text without control characters, on one line, without quotes around it, cut to `TEXT_LIMIT`."""
    shown = text if text.isascii() and text.isprintable() else clean(text[: 2 * TEXT_LIMIT])
    folded = " ".join(shown.split())[:TEXT_LIMIT]
    is_quoted = len(folded) > 1 and folded[0] in _QUOTES and folded[-1] in _QUOTES
    return folded[1:-1] if is_quoted else folded


def _split_action(rest: str) -> tuple[str | None, str | None, str]:
    """Split "Error while creating user X: Conflict" into ("create_user", "X", "Conflict")."""
    if _STARTS_AN_ACTION.match(rest):
        for name, pattern in _ACTION_PATTERNS:
            if found := pattern.match(rest):
                parts = found.groupdict()
                return name, parts.get("found") or parts["subject"] or None, rest[found.end() :]
    behind = _UNKNOWN_FRAME.match(rest)
    return _split_action(rest[behind.end() :]) if behind else (None, None, rest)


def _action_of_call(call: str) -> str | None:
    """What Okta was doing, by the name of a connector's call such as pushUserProfile."""
    return next((action for action, words in _CALL_PATTERNS if words.search(call)), None)


def _codes(body: ErrorBody | None, detail: str) -> tuple[str | None, str | None]:
    """The scimType and the Okta error code, from the error body or from the words."""
    code = _OKTA_CODE.search(detail)
    named = _SCIM_TYPE.search(detail)
    scim_type = (body and body.scim_type) or (named and (named["named"] or named[0]))
    okta_code = (body and body.error_code) or (code[0] if code else None)
    return scim_type or None, okta_code.upper() if okta_code and _OKTA_CODE.fullmatch(okta_code) else okta_code
