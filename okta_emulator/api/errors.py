"""Errors of the Management API: the HTTP status of each code, and the body (OB-130, OB-133).

Errors that only an HTTP API has are defined here; all others belong to the org.
"""

from __future__ import annotations

import uuid
from typing import Any

from okta_emulator.api.call import Answer
from okta_emulator.core.errors import BodyTooLarge, LogsError, OrgError
from okta_emulator.core.ids import error_id

_STATUSES = {
    "E0000001": 400,
    "E0000003": 400,
    "E0000004": 401,
    "E0000006": 403,
    "E0000007": 404,
    "E0000008": 404,
    "E0000009": 500,
    "E0000011": 401,
    "E0000014": 403,
    "E0000019": 400,
    "E0000022": 405,
    "E0000024": 400,
    "E0000029": 400,
    "E0000031": 400,
    "E0000032": 403,
    "E0000038": 403,
    "E0000047": 429,
    "E0000053": 400,
    "E0000056": 403,
    "E0000059": 400,
    "E0000060": 501,
    "E0000063": 400,
    "E0000075": 403,
    "E0000090": 409,
}
MARK = ("x-emulator", "not-emulated")
_COVERAGE = "docs/emulator-coverage.md"
_TOO_LARGE = 413  # our choice, as is its code


class AuthenticationFailed(OrgError):
    """A wrong password or code at `/authn` (OB-134)."""

    code, summary = "E0000004", "Authentication failed"


class PathNotFound(OrgError):
    """No such endpoint."""

    code, summary = "E0000008", "The requested path was not found"


class InvalidToken(OrgError):
    """The API token is missing or wrong."""

    code, summary = "E0000011", "Invalid token provided"


class WrongMediaType(OrgError):
    """The Accept header asks for a type that the endpoint doesn't have."""

    code = "E0000019"
    summary = "Bad request. Accept and/or Content-Type headers likely do not match supported values."


class MethodNotSupported(OrgError):
    """The endpoint exists, the method doesn't."""

    code, summary = "E0000022", "The endpoint does not support the provided HTTP method"


class RateLimited(OrgError):
    """The bucket is empty."""

    code, summary = "E0000047", "API call exceeded rate limit due to too many requests."


class NotEmulated(OrgError):
    """Okta has this operation, but the emulator doesn't. The code is Okta's, but Okta doesn't use it for this."""

    code, summary = "E0000060", "Unsupported operation."

    def __init__(self, subject: str = "", *, causes: tuple[str, ...] = ()) -> None:
        super().__init__(subject, causes=causes or (f"The emulator doesn't have this operation. See {_COVERAGE}.",))


class InvalidCombination(OrgError):
    """Parameters that can't be used together."""

    code, summary = "E0000063", "Invalid combination of parameters specified."


def refusal(error: OrgError, status: int | None = None) -> Answer:
    """The response to a failed call.

    Args:
        error: the error.
        status: the HTTP status, if it differs from the code's usual one.
    """
    body = _logs_body(error) if isinstance(error, LogsError) else _body(error)
    usual = _TOO_LARGE if isinstance(error, BodyTooLarge) else _STATUSES[error.code]
    return Answer(body, status or usual, headers=[MARK] if isinstance(error, NotEmulated) else [])


def _body(error: OrgError) -> dict[str, Any]:
    return {
        "errorCode": error.code,
        "errorSummary": error.text,
        "errorLink": error.code,
        "errorId": error_id(),
        "errorCauses": _causes(error),
    }


def _logs_body(error: OrgError) -> dict[str, Any]:
    """The System Log's own shape: a UUID as errorId, no errorLink, and causes only if any (OB-176)."""
    body = {"errorCode": error.code, "errorSummary": error.text, "errorId": str(uuid.uuid4())}
    return body | ({"errorCauses": _causes(error)} if error.causes else {})


def _causes(error: OrgError) -> list[dict[str, str]]:
    return [{"errorSummary": cause} for cause in error.causes]
