"""The org's errors, as exceptions with Okta's error code, summary and causes (OB-130, OB-133).

The HTTP status and the shape of the body are the API's (`api/errors.py`). Summaries come from recorded bodies where
there are any, otherwise from Okta's list of error codes. Causes that no recording shows have a comment where they are
raised.
"""

from __future__ import annotations

from typing import ClassVar


class OrgError(Exception):
    """An error of the org.

    Args:
        subject: what the summary's placeholder names, if it has one.
        causes: the texts of errorCauses.
    """

    code: ClassVar[str] = "E0000009"
    summary: ClassVar[str] = "Internal Server Error"

    def __init__(self, subject: str = "", *, causes: tuple[str, ...] = ()) -> None:
        super().__init__(subject)
        self.text = self.summary.format(subject)
        self.causes = causes


class ValidationFailed(OrgError):
    """A value that Okta doesn't accept; the subject is its field or object."""

    code, summary = "E0000001", "Api validation failed: {}"


class MalformedBody(OrgError):
    """A required body is missing, or isn't a JSON object."""

    code, summary = "E0000003", "The request body was not well-formed."


class BodyTooLarge(OrgError):
    """A body larger than the emulator's limit. Okta's response isn't recorded; code and text are ours."""

    code, summary = "E0000003", "The request body is too large."


class AccessDenied(OrgError):
    """The token's owner lacks the admin role for the call, or no role permits it."""

    code, summary = "E0000006", "You do not have permission to perform the requested action"


class NotFound(OrgError):
    """The resource doesn't exist."""

    code, summary = "E0000007", "Not found: Resource not found: {}"

    def __init__(self, resource_id: str, kind: str) -> None:
        super().__init__(f"{resource_id} ({kind})")


class MetadataNotSupported(OrgError):
    """A change to an inactive custom app."""

    code, summary = "E0000024", "This operation on app metadata is not yet supported."


class InvalidPaging(OrgError):
    """A cursor that the org didn't create."""

    code, summary = "E0000029", "Invalid paging request."


class InvalidSearch(OrgError):
    """An invalid filter or search."""

    code, summary = "E0000031", "Invalid search criteria."


class WrongUserStatus(OrgError):
    """A lifecycle operation that the user's status doesn't allow."""

    code, summary = "E0000038", "This operation is not allowed in the user's current status."


class CredentialsUpdateFailed(OrgError):
    """A wrong old password or answer. Where to raise this code is our choice."""

    code, summary = "E0000014", "Update of credentials failed"


class NotLockedOut(OrgError):
    """An unlock of a user who is not locked out."""

    code, summary = "E0000032", "Unlock is not allowed for this user."


class DuplicateRole(OrgError):
    """A role that the user or group already has. Code and text come from Okta's list."""

    code, summary = "E0000090", "Duplicate role assignment exception."


class DeleteForbidden(OrgError):
    """The app must be inactive before it can be deleted."""

    code, summary = "E0000056", "Delete application forbidden."


class ConnectorTestFailed(OrgError):
    """The SCIM server didn't pass the credential test."""

    code = "E0000059"
    summary = (
        "The connector configuration could not be tested. Make sure that the URL, Authentication Parameters are "
        "correct and that there is an implementation available at the URL provided."
    )


class AttributeIsMapped(OrgError):
    """An attribute of an app user that the profile mapping sets (OB-090, OB-091)."""

    code = "E0000075"
    summary = "Cannot modify the {} attribute because it has a field mapping and profile push is enabled."


class LogsError(OrgError):
    """The System Log rejects a query; the subject is the whole text."""

    summary = "{}"


class LogsValidationFailed(LogsError):
    """An invalid parameter of the System Log."""

    code = "E0000001"


class LogsInvalidFilter(LogsError):
    """An invalid filter of the System Log."""

    code = "E0000053"


class LogsUnsupportedOperator(LogsError):
    """An operator that a field of the System Log doesn't support."""

    code = "E0000031"
    summary = "The supplied combination of operator and field is not currently supported. {}"
