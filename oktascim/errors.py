"""The expected failures of oktascim, each with its message and exit code.

An error states what happened, why, and what to do next. The command line prints exactly these three; nothing else in
the program prints an error or chooses an exit code.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """The process exit codes, a contract with users' scripts (`oktascim help exit-codes`)."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    CHANGES = 3
    IDENTITY = 4
    SCIM = 5
    PERSON = 6
    INTERRUPTED = 130


class OktascimError(Exception):
    """An expected failure.

    Args:
        what: one sentence about what happened.
        why: the cause as far as known (Okta's errorCode and cause, the request id), or None.
        fix: what the user can do next, with a command if one helps, or None.
    """

    exit_code: ExitCode = ExitCode.FAILED
    title = "Error"
    """The word printed before it; none if empty."""
    code = ""
    """Okta's errorCode, if the error comes from Okta's response."""
    request_id = ""
    """Okta's id of that request."""

    def __init__(self, what: str, *, why: str | None = None, fix: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        return "\n".join(part for part in (self.what, self.why, self.fix) if part)

    @property
    def what_and_why(self) -> str:
        """What happened and why, in one line."""
        return " ".join(part for part in (self.what, self.why) if part)

    def to_json(self) -> dict[str, Any]:
        """The error for programs: `what`, `why`, `fix`, Okta's `code` and `request_id`, and the exit code."""
        return {
            "what": self.what,
            "why": self.why,
            "fix": self.fix,
            "code": self.code or None,
            "request_id": self.request_id or None,
            "exit_code": int(self.exit_code),
        }


class UsageProblem(OktascimError):
    """The command line or a setting is invalid."""

    exit_code = ExitCode.USAGE


class Declined(OktascimError):
    """The user answered no, or didn't type the name that confirms. Like terraform, this ends with exit code 1."""

    title = ""

    def __init__(self, what: str = "nothing was changed.") -> None:
        super().__init__(f"Cancelled: {what}")


class IdentityRefused(OktascimError):
    """Okta rejected the identity: the token is wrong or expired, or lacks a permission or scope."""

    exit_code = ExitCode.IDENTITY


class ScimServerFailed(OktascimError):
    """The customer's SCIM server or its credentials failed the test."""

    exit_code = ExitCode.SCIM


class NotTaken(OktascimError):
    """Okta accepted a write, and a fresh read does not show it."""


class PersonNeeded(OktascimError):
    """A manual step in the Admin Console is required."""

    exit_code = ExitCode.PERSON
    title = "To do"


class Interrupted(OktascimError):
    """The user stopped the run; the work done so far has been reported."""

    exit_code = ExitCode.INTERRUPTED
    title = ""
