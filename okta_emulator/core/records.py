"""The records of the org, as the store keeps them: one type for each kind.

Their keys are those of Okta's JSON where a record is shown as it is; what only the emulator needs is in snake_case.
Profiles and other free-form parts are plain JSON objects.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

Json = dict[str, Any]
"""A JSON object whose members are not known here: a body as sent or received, or a profile."""

AppStatus = Literal["ACTIVE", "INACTIVE"]
UserStatus = Literal["STAGED", "PROVISIONED", "ACTIVE", "SUSPENDED", "RECOVERY", "DEPROVISIONED"]
GroupType = Literal["OKTA_GROUP", "BUILT_IN", "APP_GROUP"]
Scope = Literal["USER", "GROUP"]
AppUserStatus = Literal["STAGED", "ACTIVE", "PROVISIONED"]
SyncState = Literal["DISABLED", "ERROR"]
MappingStatus = Literal["ACTIVE", "INACTIVE"]
Result = Literal["SUCCESS", "FAILURE"]
Severity = Literal["INFO", "WARN", "ERROR", "DEBUG"]


class Identity(TypedDict):
    """The ids that belong to the org itself, and when it was created."""

    id: str
    user_type: str
    user_schema: str
    admin: str
    token: str
    everyone: str
    policy: str
    created: str


class Hidden(TypedDict):
    """Where an app is hidden from its users."""

    iOS: bool
    web: bool


class Visibility(TypedDict):
    """How users see an app."""

    autoLaunch: bool
    autoSubmitToolbar: bool
    hide: Hidden
    appLinks: dict[str, bool]


JsonWebKey = TypedDict(
    "JsonWebKey",
    {
        "kty": str,
        "created": str,
        "lastUpdated": str,
        "expiresAt": str,
        "kid": str,
        "use": str,
        "x5c": list[str],
        "x5t#S256": str,
        "e": str,
        "n": str,
    },
)
"""The certificate of a signing key."""


class AppChanges(TypedDict):
    """What a POST sets of an app and a PUT replaces."""

    label: str
    lastUpdated: str
    accessibility: Json
    visibility: Visibility
    signOnMode: str | None
    credentials: Json
    settings: Json


class App(AppChanges):
    """An app instance."""

    id: str
    name: str
    status: AppStatus
    created: str
    wizard: bool
    external_key: str
    link_id: str
    keys: list[JsonWebKey]


class User(TypedDict):
    """A user of the org."""

    id: str
    status: UserStatus
    created: str
    activated: str | None
    statusChanged: str | None
    lastLogin: str | None
    lastUpdated: str
    passwordChanged: str | None
    profile: Json


class Group(TypedDict):
    """A group of the org, or one of an app (`app_id`) that a pushed group leads to."""

    id: str
    created: str
    lastUpdated: str
    lastMembershipUpdated: str
    type: GroupType
    profile: Json
    app_id: NotRequired[str]


class Membership(TypedDict):
    """That a user is in a group; it has no data of its own."""


class AppCredentials(TypedDict):
    """What a user signs in to an app with."""

    userName: str


class AppUser(TypedDict):
    """A user's assignment to an app; `profile` holds the attributes that were set by hand."""

    id: str
    app_user_id: str
    externalId: str | None
    created: str
    lastUpdated: str
    scope: Scope
    status: AppUserStatus
    statusChanged: str
    syncState: SyncState
    lastSync: str | None
    credentials: AppCredentials
    profile: Json


class GroupAssignment(TypedDict):
    """A group's assignment to an app."""

    id: str
    lastUpdated: str
    priority: int
    profile: Json


class PushMapping(TypedDict):
    """A group that is pushed to an app.

    `pushed` holds the members that the SCIM server has: by Okta user id, the server's id and the user name.
    """

    id: str
    app_id: str
    created: str
    lastUpdated: str
    lastPush: str | None
    sourceGroupId: str
    status: Literal["ACTIVE", "INACTIVE", "ERROR"]
    targetGroupId: str
    target_name: str
    external_id: str | None
    pushed: dict[str, list[str]]
    pushed_name: str | None
    errorSummary: str | None


class MappingProperty(TypedDict):
    """How one attribute is filled, and whether its changes are pushed."""

    expression: str
    pushStatus: str


MappingProperties = dict[str, MappingProperty]


class ProfileMapping(TypedDict):
    """A profile mapping between the Okta user and the user of an app."""

    id: str
    app_id: str
    to_app: bool
    properties: MappingProperties


class ProvisioningSettings(TypedDict):
    """The provisioning settings of an app; `org/provisioning.py` says what they mean."""

    status: Literal["ENABLED", "DISABLED"]
    auth_scheme: str | None
    base_url: str | None
    authorization: str
    import_groups: bool
    unique_identifier: str
    to_app: list[str]
    actions: list[str] | None
    mode: str
    oauth: dict[str, str]
    password: dict[str, str]
    inbound: Json


class Entity(TypedDict):
    """An actor or a target of an event."""

    id: str
    type: str
    alternateId: str | None
    displayName: str | None
    detailEntry: None


class EventOutcome(TypedDict):
    """How the operation of an event ended."""

    result: Result
    reason: str | None


class LogEvent(TypedDict):
    """One event of the System Log, with the members of Okta's LogEvent (OB-177)."""

    actor: Entity
    client: Json
    device: None
    authenticationContext: Json
    displayMessage: str
    eventType: str
    outcome: EventOutcome
    published: str
    securityContext: Json
    severity: Severity
    debugContext: Json
    legacyEventType: str | None
    transaction: Json
    uuid: str
    version: str
    request: Json
    target: list[Entity] | None


Headers = list[list[str]]


class Exchange(TypedDict):
    """One SCIM request and its response; secrets are hidden.

    `events` are the types of the events that it led to; `watch` marks a read of the emulator's own.
    """

    method: str
    url: str
    request_headers: Headers
    request_body: str | None
    status: int | None
    response_headers: Headers
    response_body: str | None
    error: str | None
    started: str
    seconds: float
    app_id: str
    transaction_id: str
    events: list[str]
    watch: bool


class Finding(TypedDict):
    """A silent fault: the server answered 2xx, and its data differ from what was sent.

    `exchange` is the number of the exchange that it is about; `attribute` is "" if the whole resource differs.
    """

    app_id: str
    exchange: int
    attribute: str
    sent: Any
    found: Any
    seen_in: Literal["response", "read", "search"]
    text: str


class NumberedFinding(Finding):
    """A finding with its number, in the order in which they were kept."""

    n: int


class NumberedExchange(Exchange):
    """An exchange with its number, in the order in which they were kept."""

    n: int


class JournalEntry(TypedDict):
    """One request to the Management API; `status` is null until it is answered."""

    n: int
    method: str
    path: str
    query: str
    status: int | None
    bucket: str
    body_keys: list[str]
    body: Any
