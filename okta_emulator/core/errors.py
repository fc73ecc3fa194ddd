"""Okta's error codes as exception classes, and the envelope around them (OB-130, OB-133).

Only the codes that the emulator gives are here. Summaries are those of recorded bodies where there are any, else those
of Okta's catalogue of codes; causes that no recording shows are marked where they are raised.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from okta_emulator.core.ids import error_id


class ApiError(Exception):
    """An error answer of the Management API.

    Args:
        field: what the summary's placeholder takes, if it has one.
        causes: the texts of errorCauses.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "E0000009"
    summary: ClassVar[str] = "Internal Server Error"

    def __init__(self, field: str = "", *, causes: tuple[str, ...] = ()) -> None:
        super().__init__(field)
        self.text = self.summary.format(field)
        self.causes = causes

    def envelope(self) -> dict[str, Any]:
        """The body."""
        return {
            "errorCode": self.code,
            "errorSummary": self.text,
            "errorLink": self.code,
            "errorId": error_id(),
            "errorCauses": [{"errorSummary": cause} for cause in self.causes],
        }


class LogsError(ApiError):
    """An error of the System Log: a UUID as errorId and no errorLink (OB-176)."""

    summary = "{}"

    def envelope(self) -> dict[str, Any]:
        """The body; errorCauses is there only when it holds something."""
        body: dict[str, Any] = {"errorCode": self.code, "errorSummary": self.text, "errorId": str(uuid.uuid4())}
        return body | ({"errorCauses": [{"errorSummary": cause} for cause in self.causes]} if self.causes else {})


class ValidationFailed(ApiError):
    """A value that Okta does not take; the field or object is named."""

    status, code, summary = 400, "E0000001", "Api validation failed: {}"


class BodyTooLarge(ApiError):
    """A body that is larger than the emulator reads. What Okta answers is not recorded; status and words are ours."""

    status, code, summary = 413, "E0000003", "The request body is too large."


class MalformedBody(ApiError):
    """No body where one is needed, or one that is not a JSON object."""

    status, code, summary = 400, "E0000003", "The request body was not well-formed."


class NotFound(ApiError):
    """The thing named in the path is not there."""

    status, code, summary = 404, "E0000007", "Not found: Resource not found: {}"

    def __init__(self, resource_id: str, kind: str) -> None:
        super().__init__(f"{resource_id} ({kind})")


class PathNotFound(ApiError):
    """No such endpoint."""

    status, code, summary = 404, "E0000008", "The requested path was not found"


class InvalidToken(ApiError):
    """The API token is missing or wrong."""

    status, code, summary = 401, "E0000011", "Invalid token provided"


class WrongMediaType(ApiError):
    """The Accept header asks for what the endpoint does not give."""

    status, code = 400, "E0000019"
    summary = "Bad request. Accept and/or Content-Type headers likely do not match supported values."


class MethodNotSupported(ApiError):
    """The endpoint exists, the method does not."""

    status, code, summary = 405, "E0000022", "The endpoint does not support the provided HTTP method"


class MetadataNotSupported(ApiError):
    """A change of a custom app that is not active."""

    status, code, summary = 400, "E0000024", "This operation on app metadata is not yet supported."


class InvalidPaging(ApiError):
    """The cursor is not one of ours."""

    status, code, summary = 400, "E0000029", "Invalid paging request."


class InvalidSearch(ApiError):
    """A filter or search that cannot be used."""

    status, code, summary = 400, "E0000031", "Invalid search criteria."


class WrongUserStatus(ApiError):
    """A lifecycle step that the user's status does not allow."""

    status, code, summary = 403, "E0000038", "This operation is not allowed in the user's current status."


class RateLimited(ApiError):
    """The bucket is empty."""

    status, code, summary = 429, "E0000047", "API call exceeded rate limit due to too many requests."


class DeleteForbidden(ApiError):
    """The app must be inactive before it can be deleted."""

    status, code, summary = 403, "E0000056", "Delete application forbidden."


class ConnectorTestFailed(ApiError):
    """The SCIM server did not pass the credential test."""

    status, code = 400, "E0000059"
    summary = (
        "The connector configuration could not be tested. Make sure that the URL, Authentication Parameters are "
        "correct and that there is an implementation available at the URL provided."
    )


class InvalidCombination(ApiError):
    """Parameters that exclude each other."""

    status, code, summary = 400, "E0000063", "Invalid combination of parameters specified."


class AttributeIsMapped(ApiError):
    """An attribute of an app user that the profile mapping sets (OB-090, OB-091)."""

    status, code = 403, "E0000075"
    summary = "Cannot modify the {} attribute because it has a field mapping and profile push is enabled."


class LogsValidationFailed(LogsError):
    """A parameter of the System Log that is not valid."""

    status, code = 400, "E0000001"


class LogsInvalidFilter(LogsError):
    """A filter of the System Log that is not valid."""

    status, code = 400, "E0000053"


class LogsUnsupportedOperator(LogsError):
    """An operator that a field of the System Log does not take."""

    status, code = 400, "E0000031"
    summary = "The supplied combination of operator and field is not currently supported. {}"
