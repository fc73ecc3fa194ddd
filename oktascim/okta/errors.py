"""Okta's error responses as exceptions (OB-130, OB-131)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx

from oktascim.errors import IdentityRefused, OktascimError
from oktascim.http.text import text_of
from oktascim.http.unreachable import Ambiguous
from oktascim.quote import page_in_words, quoted
from oktascim.redact import clean
from oktascim.strict_json import parse_json

_IDENTITY_CODES = frozenset({"E0000004", "E0000005", "E0000006", "E0000011"})


class OktaError(OktascimError):
    """An unsuccessful response from Okta.

    Attributes:
        status: the HTTP status.
        code: Okta's errorCode (the only stable part of an error), or "" if the response had none.
        summary: Okta's errorSummary, cleaned.
        causes: the summaries of errorCauses, cleaned.
        request_id: the x-okta-request-id header, or "".
    """

    def __init__(
        self,
        what: str,
        *,
        status: int,
        code: str = "",
        summary: str = "",
        causes: tuple[str, ...] = (),
        request_id: str = "",
        fix: str | None = None,
    ) -> None:
        said = " ".join(part for part in (code, quoted(summary), *(f"({quoted(cause)})" for cause in causes)) if part)
        sender = "Okta" if code or request_id else "The server"
        why = f"{sender} returned {status}: {said or 'no error message'}{_reference(request_id)}"
        super().__init__(what, why=why, fix=fix)
        self.status = status
        self.code = code
        self.summary = summary
        self.causes = causes
        self.request_id = request_id


class NotFound(OktaError):
    """The object doesn't exist in this org (404)."""


class RateLimited(OktaError):
    """Too many requests (429)."""


class OktaRefusedIdentity(OktaError, IdentityRefused):
    """The token is wrong or expired, or lacks a role or scope."""


_CHECK_URL = (
    "Check that the org URL is that of an Okta org, such as https://your-org.okta.com, and that no proxy changes its "
    "responses."
)


class UnreadableAnswer(OktascimError):
    """A success whose body oktascim can't read, or an endless list."""


class LostAnswer(UnreadableAnswer, Ambiguous):
    """The same for a write: it probably took effect, and its result must be looked up."""


def unreadable(response: httpx.Response, why: str) -> UnreadableAnswer:
    """The error for an unreadable response.

    Args:
        response: the response; its body need not be read.
        why: what is wrong with it, a sentence.
    """
    request = response.request
    return unreadable_call(request.method, request.url.path, why, request_id_of(response))


def unreadable_call(method: str, path: str, why: str, request_id: str) -> UnreadableAnswer:
    """The same, given the call."""
    kind = UnreadableAnswer if method == "GET" else LostAnswer
    call = f"{method} {path}"
    fault = f"response to {call} can't be read."
    what = f"Okta's {fault}" if request_id else _no_okta(f"its {fault}")
    return kind(what, why=clean(f"{why}{_reference(request_id)}"), fix=_CHECK_URL)


def _no_okta(found: str) -> str:
    """The message about a response that has neither Okta's form nor the header that Okta sends with each (OB-137)."""
    return f"This doesn't look like an Okta org: {found}"


def request_id_of(response: httpx.Response) -> str:
    """Okta's id of the request, cleaned, or ""."""
    return clean(response.headers.get("x-okta-request-id", ""))


def _reference(request_id: str) -> str:
    return f" [request id {request_id}]" if request_id else ""


def error_from(response: httpx.Response, token_source: str = "", mask: Callable[[str], str] = str) -> OktaError:
    """Turn a response other than 2xx into the most specific exception.

    Args:
        response: the response, its body read.
        mask: masks this run's secrets; Okta quotes a SCIM server's text, which may contain a password.
        token_source: where the token came from, such as "OKTA_CLIENT_TOKEN" or "~/.okta/okta.yaml"; "" if not known.

    Returns:
        OktaRefusedIdentity for a refused token or scope, NotFound for 404, RateLimited for 429, else OktaError.
    """
    envelope = _envelope(response)
    fields: dict[str, Any] = {
        "status": response.status_code,
        "code": _text(envelope, "errorCode") or _text(envelope, "error"),
        "summary": mask(
            _text(envelope, "errorSummary") or _text(envelope, "error_description") or page_in_words(text_of(response))
        ),
        "causes": tuple(map(mask, _causes(envelope))),
        "request_id": request_id_of(response),
    }
    return _refused_identity(response, envelope, token_source, fields) or _of_status(response, fields)


def _refused_identity(
    response: httpx.Response, envelope: dict[str, Any], token_source: str, fields: dict[str, Any]
) -> OktaRefusedIdentity | None:
    """The error if the token is the cause: a missing scope, a missing proof, or a token that Okta rejects."""
    request = _call(response)
    if missing_scope := _missing_scope(response):
        return OktaRefusedIdentity(
            f"The token isn't allowed to call {request}: it lacks the scope {missing_scope}.",
            fix=f"Grant {missing_scope} to the app or role behind this token.",
            **fields,
        )
    if _misses_proof(response, envelope):
        return OktaRefusedIdentity(
            f"Okta accepted no DPoP proof for {request}.",
            fix="Check that no proxy removes or changes the DPoP header, or that the clock of this machine is right.",
            **fields,
        )
    code = fields["code"]
    if code in _IDENTITY_CODES or (response.status_code == 401 and not code and _is_of_okta(response, code)):
        return OktaRefusedIdentity(
            f"Okta rejected the token for {request}.", fix=_identity_fix(code, token_source), **fields
        )
    return None


def _of_status(response: httpx.Response, fields: dict[str, Any]) -> OktaError:
    """The error by its status; a 4xx without any mark of Okta's is another server's."""
    request, is_of_okta = _call(response), _is_of_okta(response, fields["code"])
    if response.is_client_error and not is_of_okta:
        kind = NotFound if response.status_code == 404 else OktaError
        return kind(_no_okta(f"its response to {request} isn't an Okta error."), fix=_CHECK_URL, **fields)
    fix = None if fields["code"] else _CHECK_URL  # each 4xx of Okta's has a code
    if response.status_code == 404:
        return NotFound(f"Okta couldn't find the object of {request}.", fix=fix, **fields)
    if response.status_code == 429:
        later = "Try again in a minute; `oktascim auth status` shows the limits and the remaining calls."
        return RateLimited(f"Okta's rate limit stopped {request}.", fix=later, **fields)
    if response.is_redirect:
        elsewhere = _destination(response)
        return OktaError(
            f"{response.request.url.host} redirected {request}{elsewhere}; oktascim doesn't follow redirects.",
            fix="Use the org's own URL, such as https://your-org.okta.com, without -admin.",
            **fields,
        )
    if response.is_server_error:
        sender = "Okta" if is_of_okta else response.request.url.host
        fix = f"Try again later. If the error persists, {_CHECK_URL[0].lower()}{_CHECK_URL[1:]}"
        return OktaError(f"{sender} failed during {request}.", fix=fix, **fields)
    return OktaError(f"Okta rejected {request}.", fix=fix, **fields)


def _call(response: httpx.Response) -> str:
    return f"{response.request.method} {response.request.url.path}"


def _is_of_okta(response: httpx.Response, code: str) -> bool:
    """Whether an error has a mark of Okta's: a code, a request id (OB-137), a challenge, or the status of a limit."""
    challenged = "www-authenticate" in response.headers
    return bool(code or request_id_of(response)) or challenged or response.status_code == 429


def _destination(response: httpx.Response) -> str:
    location = response.headers.get("location", "")
    return f" to {quoted(location, 100)}" if location else ""


def _misses_proof(response: httpx.Response, envelope: dict[str, Any]) -> bool:
    """Whether a DPoP proof is missing or wrong (RFC 9449, section 7.1; Okta's token endpoint says it in the body)."""
    challenge = response.headers.get("www-authenticate", "")
    return "invalid_dpop_proof" in {_text(envelope, "error"), *re.findall(r'error="([^"]*)"', challenge)}


def _identity_fix(code: str, source: str) -> str:
    if code == "E0000006":
        return "Give the token's creator the required admin role; `oktascim auth status` shows what the token can do."
    create = "Create a new API token (Admin Console, Security > API > Tokens)"
    if source.startswith("keyring (profile "):
        profile = source.removeprefix("keyring (profile ").removesuffix(")")
        return f"{create} and run `oktascim auth login --profile {profile}`; the rejected one is in the {source}."
    if source.endswith("okta.yaml"):
        return f"{create} and save it in {source} (okta > client > token), which contains the rejected one."
    if source.startswith("OKTA_"):
        return f"{create} and set {source} to it; that variable contains the rejected one."
    if source:
        return f"{create} and use it; the rejected one came from {source}."
    return f"{create} and run `oktascim auth login`."


def _envelope(response: httpx.Response) -> dict[str, Any]:
    """Okta's error object; anything else in an error body is ignored and causes no second error."""
    try:
        body = parse_json(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _text(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    return clean(found) if isinstance(found, str) else ""


def _causes(envelope: dict[str, Any]) -> tuple[str, ...]:
    causes = envelope.get("errorCauses")
    members = causes if isinstance(causes, list) else []
    return tuple(_text(cause, "errorSummary") for cause in members if isinstance(cause, dict))


def _missing_scope(response: httpx.Response) -> str:
    challenge = response.headers.get("www-authenticate", "")
    if "insufficient_scope" not in challenge:
        return ""
    scope = re.search(r'scope="([^"]*)"', challenge)
    return clean(scope.group(1)) if scope else "that this call needs"
