"""Judges an HTTP response as Okta's credential test does (OB-250, OB-254)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, NamedTuple

from oktascim.quote import quoted
from oktascim.scim.report import Judgement, failed
from oktascim.strict_json import parse_json

_QUOTED = 120


class Answer(NamedTuple):
    """An HTTP response, its texts free of secrets and control characters.

    Attributes:
        status: the HTTP status.
        reason: the reason phrase as the server wrote it.
        text: the body, decoded.
        content_type: the header of that name, or "".
        location: the target of a redirect, or "".
        challenge: the WWW-Authenticate header, or "".
        address: the IP address that answered, or "" if the transport doesn't tell.
        tls_version: such as "TLSv1.3", or "" if the transport doesn't tell.
    """

    status: int
    reason: str
    text: str
    content_type: str = ""
    location: str = ""
    challenge: str = ""
    address: str = ""
    tls_version: str = ""


_MISSING = "Nothing exists at this address: the base URL is wrong, or the server doesn't serve it."
_STATUS_WORDS = {
    400: ("The server rejected the request as malformed.", "Accept startIndex and count as query parameters."),
    401: ("The server rejected the credential.", "Store the right credential; create a new one if it has expired."),
    403: (
        "The credential is valid but isn't allowed to read users, or a firewall or allow list rejected the request.",
        "Grant the credential permission to read and write users, and allow Okta's addresses.",
    ),
    404: (_MISSING, "Correct the path of the base URL; /Users is appended to it."),
    405: (_MISSING, "Correct the path of the base URL, and allow GET on /Users."),
    406: (
        "The server doesn't support the media type that Okta accepts.",
        "Serve application/scim+json (SCIM 2.0) or application/json (1.1), or ignore Accept.",
    ),
    429: (
        "The server limits requests. Okta waits for Retry-After in whole seconds, else five minutes, then longer.",
        "Raise the limit for Okta, and send Retry-After as a whole number of seconds.",
    ),
    501: ("The server hasn't implemented this.", "Implement listing with startIndex and count."),
    502: ("A proxy couldn't reach the server behind it.", "Start the server behind the proxy."),
    503: ("The server or a proxy in front of it is overloaded or down.", "Start it, or wait."),
    504: ("A proxy gave up waiting for the server.", "Make the server respond faster, or raise the proxy's limit."),
}

_TO_USERS = "Use the address that the server redirects to as the base URL, without /Users."
_ELSEWHERE = (
    "If it redirects to a sign-in page, exempt the SCIM path from it. Otherwise, use the base URL under which the"
    " server responds to /Users itself."
)


def judge_status(answer: Answer, hint: str) -> tuple[Judgement, ...]:
    """Whether the server answered directly, and with 200.

    Args:
        answer: the response.
        hint: how the credential's form may explain a refusal, or "".
    """
    seen = f"{answer.status} {answer.reason}".strip()
    if 300 <= answer.status < 400:
        return (
            failed(
                "redirect",
                f"The server redirects ({seen}) to {answer.location or 'nowhere'}.",
                cause="Whether Okta follows redirects isn't known, and a credential must not be forwarded.",
                fix=_TO_USERS if "/Users" in answer.location else _ELSEWHERE,
            ),
        )
    direct = Judgement("redirect", passed=True, detail="The server responded directly, without a redirect.")
    if answer.status == 200:
        return direct, Judgement("status", passed=True, detail=seen)
    cause, fix = _STATUS_WORDS.get(answer.status, _class_words(answer.status))
    if hint and answer.status in {401, 403}:
        cause = f"{cause} {hint}"
    said = _scim_detail(answer.text) or answer.text
    detail = f"The server returned {seen}" + (f": {_quoted(said)}" if said else ".")
    return direct, failed(
        "status", detail, cause=cause, fix=fix, okta_shows=_okta_message(answer) if answer.status >= 400 else None
    )


def read_object(answer: Answer) -> tuple[Judgement, Any]:
    """Whether the body is a JSON object, and the object, or None."""
    check = "json"
    if not answer.text.strip():
        return failed(check, "The response has no body.", fix="Return a ListResponse."), None
    try:
        body = parse_json(answer.text)
    except ValueError as error:
        return _not_json(answer, str(error)), None
    if not isinstance(body, dict):
        return failed(check, f"The body is JSON, but not an object: {_quoted(answer.text)}", fix=_LIST), None
    return Judgement(check, passed=True, detail=f"A JSON object, sent as {answer.content_type or 'no type'}."), body


def _quoted(text: str) -> str:
    """A server's text as a verdict quotes it."""
    return quoted(text, _QUOTED)


_LIST = "Return a SCIM ListResponse."


def _not_json(answer: Answer, reason: str) -> Judgement:
    if answer.text.lstrip().startswith("<"):
        return failed(
            "json",
            f"The response is HTML or XML: {_quoted(answer.text)}",
            cause="The base URL leads to a web page: a login page, a proxy's page, or another application.",
            fix="Correct the base URL, and exempt the SCIM path from any sign-in page.",
        )
    meant = f" ({reason})" if answer.text.lstrip()[:1] in {"{", "["} else ""
    return failed("json", f"The response isn't JSON: {_quoted(answer.text)}{meant}", fix=_LIST)


def _class_words(status: int) -> tuple[str, str]:
    if status >= 500:
        return "The server failed.", "Check the server's log for this request."
    if status >= 400:
        return "The server rejected the request.", "Check the server's log for this request."
    return "Okta expects 200 with a list.", _LIST


def _okta_message(answer: Answer) -> str:
    """The message in the Admin Console, in the form of OB-254."""
    reason = answer.reason or _standard_reason(answer.status)
    message = f"Error authenticating: {reason}"
    if not answer.text.strip():
        return message
    remote = _scim_detail(answer.text)
    remote = "Invalid JSON: …" if remote is None else _quoted(remote)
    return f"{message}. Errors reported by remote server: {remote}" if remote else message


def _standard_reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return str(status)


def _scim_detail(text: str) -> str | None:
    """The message of a SCIM error; "" for JSON without one, None for what isn't JSON."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return ""
    errors = body.get("Errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    return str(body.get("detail") or first.get("description") or "")
