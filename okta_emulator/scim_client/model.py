"""The values that go into and come out of a provisioning operation. Nothing here knows storage or HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

ScimVersion = Literal["2.0", "1.1"]
Kind = Literal["template", "wizard"]
Result = Literal["SUCCESS", "FAILURE"]


@dataclass(frozen=True)
class Connection:
    """One app's way to its SCIM server.

    Args:
        base_url: the SCIM base URL as configured; `/Users` and `/Groups` are added to its path.
        authorization: the whole value of the Authorization header (OB-233 to OB-235); never shown.
        scim_version: "2.0" or "1.1".
        kind: "template" sends PATCH where Okta's catalogue apps do, "wizard" GET and PUT (OB-270).
        unique_identifier: the attribute of the existence filter (OB-241).
        import_groups: whether Import Groups is on; decides the group read at save (OB-246).
        timeout: seconds until an unanswered request is closed (OB-242).
        connect_timeout: seconds until a TCP connect is given up. Our choice: Okta's own value is unknown.
        space_as_plus: write a space in a filter as `+` instead of `%20` (OB-240).
        batch_size: members per group PATCH; Okta can configure it, 256 was observed (OB-305).
        app_label: the app's label, for the texts that name it.
    """

    base_url: str
    authorization: str = field(repr=False)
    scim_version: ScimVersion = "2.0"
    kind: Kind = "template"
    unique_identifier: str = "userName"
    import_groups: bool = True
    timeout: float = 60.0
    connect_timeout: float = 10.0
    space_as_plus: bool = False
    batch_size: int = 256
    app_label: str = "the app"


@dataclass(frozen=True)
class Person:
    """A user as the app sees them.

    Args:
        okta_id: Okta's user id (`00u...`), sent as `externalId`.
        user_name: the app user name.
        attributes: the app user's profile in Okta's names (firstName, email, department, ...).
    """

    okta_id: str
    user_name: str
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Member:
    """A group member as it is sent: the server's user id and the user name (OB-301)."""

    value: str
    display: str | None = None


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
    severity: str
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
        error: the sentence of the Tasks page without its "Automatic ... failed:" frame (see `texts.tasks_sentence`),
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
