"""What comes of an operation on a SCIM server: its exchanges, its log entries, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from okta_emulator.core.records import Result, Severity


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, safe to show: no authorization, no password.

    `status` and the response members are None or empty when no answer came; `error` then says why in Okta's words
    ("Read timed out"), or "null" where Okta knows nothing better. `started` is ISO 8601 in UTC with milliseconds.
    """

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: str | None
    status: int | None
    response_headers: tuple[tuple[str, str], ...]
    response_body: str | None
    error: str | None
    started: str
    seconds: float


@dataclass(frozen=True)
class LogFact:
    """What the System Log says about one step; ids, actor and transaction are the caller's to add."""

    event_type: str
    display_message: str
    result: Result
    reason: str | None
    legacy_event_type: str | None
    severity: Severity
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """The end of one operation.

    Args:
        ok: whether Okta regards it as done.
        external_id: the server's id of the user or group, where the operation yields one.
        exchanges: every request sent, in order.
        facts: what the System Log gets, in order. On a 429 they include the failure that is final only when no
            further attempt follows: `retry.facts_to_log` chooses.
        error: the sentence of the Tasks page without its "Automatic ... failed:" frame (OB-330),
            or the whole text under the credential test.
        retry_after: seconds that a 429 asks to wait (300 when it does not say so in whole seconds), else None.
    """

    ok: bool
    external_id: str | None = None
    exchanges: tuple[Exchange, ...] = ()
    facts: tuple[LogFact, ...] = ()
    error: str | None = None
    retry_after: float | None = None


@dataclass(frozen=True)
class ImportedUser:
    """A user read from the server; `attributes` are in Okta's names."""

    external_id: str
    user_name: str
    active: bool
    attributes: dict[str, Any]


@dataclass(frozen=True)
class ImportedGroup:
    """A group read from the server, with the server's ids of its members."""

    external_id: str
    name: str
    member_ids: tuple[str, ...]


@dataclass(frozen=True)
class ImportOutcome(Outcome):
    """The end of an import: what was read, besides what every outcome has."""

    users: tuple[ImportedUser, ...] = ()
    groups: tuple[ImportedGroup, ...] = ()
