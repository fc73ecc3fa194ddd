"""The result of an operation on a SCIM server: its exchanges, its log entries, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from okta_emulator.core.records import Result, Severity
from okta_emulator.scim_client.silent_faults import SilentFault, Write

GONE = (404, 410)
"""The statuses of a read of something that isn't there."""
_CONFLICT = 409


@dataclass(frozen=True)
class Exchange:
    """One request and its response, safe to show: no authorization, no password.

    Without a response, `status` and the response members are None or empty, and `error` is Okta's text ("Read timed
    out") or "null", if Okta has none. `started` is ISO 8601 in UTC with milliseconds. `watch` marks a read of the
    emulator's own, which Okta doesn't send.
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
    watch: bool = False


@dataclass(frozen=True)
class LogFact:
    """What the System Log says about one action; the caller adds ids, actor and transaction."""

    event_type: str
    display_message: str
    result: Result
    reason: str | None
    legacy_event_type: str | None
    severity: Severity
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Uncertain:
    """A creation without a response, with a server's error, or with a response that Okta can't use.

    Args:
        exchange: the index of its exchange.
        collection: "/Users" or "/Groups".
        value: the userName or displayName.
        text: the request and its end, safe to show.
    """

    exchange: int
    collection: str
    value: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """The end of one operation.

    Args:
        ok: whether it succeeded for Okta.
        external_id: the server's id of the user or group, if there is one.
        exchanges: every exchange, in order.
        facts: what the System Log gets, in order. After a 429 they include the failure, which counts only if no other
            attempt follows: `retry.facts_to_log` decides.
        error: the sentence of the Tasks page without its "Automatic ... failed:" frame (OB-330), or the whole text of
            the credential test.
        silent_faults: where the server's data differs from what Okta expects, and no event reports it.
        found: the server's id of the account that the look-up found, even if the operation failed afterwards.
        writes: the writes that the server accepted.
        members: the members of each group that was read, as the server's ids, by the group's path.
        active: whether each user is active that was read after a write, by the user's path.
        uncertain: the creation that failed for Okta though the server may have done it, or will.
        retry_after: seconds to wait after a 429 (300 if Retry-After isn't a whole number of seconds), else None.
    """

    ok: bool
    external_id: str | None = None
    exchanges: tuple[Exchange, ...] = ()
    facts: tuple[LogFact, ...] = ()
    error: str | None = None
    retry_after: float | None = None
    found: str | None = None
    silent_faults: tuple[SilentFault, ...] = ()
    writes: tuple[Write, ...] = ()
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    active: Mapping[str, bool] = field(default_factory=dict)
    uncertain: Uncertain | None = None

    @property
    def conflict(self) -> bool:
        """Whether the server ended the operation with a 409."""
        return not self.ok and bool(self.exchanges) and self.exchanges[-1].status == _CONFLICT


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
class DiscoveredAttribute:
    """An attribute of users that the server declares; `path` is its external name, `urn` its external namespace."""

    path: str
    title: str
    kind: str
    urn: str
    many: bool
    required: bool


@dataclass(frozen=True)
class DiscoveryOutcome(Outcome):
    """The end of a schema discovery: the attributes, and what every outcome has."""

    attributes: tuple[DiscoveredAttribute, ...] = ()


@dataclass(frozen=True)
class ImportOutcome(Outcome):
    """The end of an import: what was read, and what every outcome has."""

    users: tuple[ImportedUser, ...] = ()
    groups: tuple[ImportedGroup, ...] = ()
