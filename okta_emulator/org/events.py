"""Writes the org's System Log events in Okta's shape (OB-177, OB-180, OB-187).

The events of one operation share a transaction. An API call is a WEB transaction with the id of the request;
background work of the org is a JOB. One real event of a JOB is known (OB-180): its actor is a user and its client is
empty.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from okta_emulator.core.clock import OrgClock, milliseconds
from okta_emulator.core.ids import Ids
from okta_emulator.core.records import App, AppUser, Entity, Group, Json, LogEvent, Result, Severity, User
from okta_emulator.core.switches import Switches
from okta_emulator.org.eventlog import EventLog

_LONGEST_REASON = 255
_LOGGED = ("label", "signOnMode", "visibility", "accessibility")  # what changeDetails show of an app
_NO_CLIENT: Json = {
    "userAgent": None,
    "zone": None,
    "device": None,
    "id": None,
    "ipAddress": None,
    "geographicalContext": None,
}
_NO_SECURITY: Json = {"asNumber": None, "asOrg": None, "isp": None, "domain": None, "isProxy": None}


@dataclass(frozen=True)
class WebCall:
    """The details of the HTTP request that caused an event."""

    path: str
    user_agent: str
    ip_address: str
    token_id: str


@dataclass(frozen=True)
class Cause:
    """An actor and a transaction.

    Args:
        actor: the `actor` of the events.
        transaction_id: shared by the events of one operation.
        web: the request that caused it, or None for a background job.
    """

    actor: Entity
    transaction_id: str
    web: WebCall | None = None

    def as_job(self, ids: Ids) -> Cause:
        """The same actor in a background job with its own transaction."""
        return replace(self, transaction_id=ids.new("puj"), web=None)


@dataclass(frozen=True)
class NewEvent:
    """An event to log.

    Args:
        event_type: the event type.
        message: the display message.
        targets: the targets, in order.
        result: SUCCESS or FAILURE.
        reason: the outcome's reason; the log keeps 255 characters of it, or with a switch all of it (OB-177).
        severity: INFO, WARN, ERROR or DEBUG.
        legacy: the name in Okta's old events API, if it has one.
        debug: members of debugData.
    """

    event_type: str
    message: str
    targets: list[Entity]
    result: Result = "SUCCESS"
    reason: str | None = None
    severity: Severity = "INFO"
    legacy: str | None = None
    debug: Mapping[str, str] = field(default_factory=dict)


class Events:
    """Writes events to the log of an org.

    Args:
        log: the log.
        clock: the org's clock.
        switches: returns the org's switches, one of which sets how much of a reason is kept.
    """

    def __init__(self, log: EventLog, clock: OrgClock, switches: Callable[[], Switches]) -> None:
        self._log = log
        self._clock = clock
        self._switches = switches

    def write(self, cause: Cause, event: NewEvent) -> None:
        """Write an event that happens now."""
        self.write_all(cause, (event,))

    def write_all(self, cause: Cause, events: Iterable[NewEvent]) -> None:
        """Write several events that happen now, in their order."""
        published = milliseconds(self._clock.now())
        cut = self._switches().log_reason == "255"
        found = [replace(one, reason=one.reason[:_LONGEST_REASON]) if one.reason and cut else one for one in events]
        self._log.append([log_event(cause, one, published) for one in found], persisted=published)


def log_event(cause: Cause, event: NewEvent, published: str) -> LogEvent:
    """The LogEvent of something that happened at `published`."""
    return {
        "actor": cause.actor,
        "client": _client(cause.web),
        "device": None,
        "authenticationContext": _authentication(cause),
        "displayMessage": event.message,
        "eventType": event.event_type,
        "outcome": {"result": event.result, "reason": event.reason or None},
        "published": published,
        "securityContext": _NO_SECURITY,
        "severity": event.severity,
        "debugContext": {"debugData": _debug_data(cause) | dict(event.debug)},
        "legacyEventType": event.legacy,
        "transaction": _transaction(cause),
        "uuid": str(uuid.uuid4()),
        "version": "0",
        "request": {"ipChain": _ip_chain(cause.web)},
        "target": event.targets or None,
    }


def _client(web: WebCall | None) -> Json:
    if web is None:
        return _NO_CLIENT
    agent = {"rawUserAgent": web.user_agent, "os": "Unknown", "browser": "UNKNOWN"}
    return _NO_CLIENT | {"userAgent": agent, "zone": "null", "device": "Unknown", "ipAddress": web.ip_address}


def _authentication(cause: Cause) -> Json:
    return {
        "authenticationProvider": None,
        "credentialProvider": None,
        "credentialType": None,
        "issuer": None,
        "interface": None,
        "authenticationStep": 0,
        "externalSessionId": f"trs{cause.transaction_id[3:20]}",
    }


def _debug_data(cause: Cause) -> dict[str, str]:
    if cause.web is None:
        return {}
    return {"requestId": cause.transaction_id, "requestUri": cause.web.path, "url": f"{cause.web.path}?"}


def _transaction(cause: Cause) -> Json:
    if cause.web is None:
        return {"type": "JOB", "id": cause.transaction_id, "detail": {}}
    return {"type": "WEB", "id": cause.transaction_id, "detail": {"requestApiTokenId": cause.web.token_id}}


def _ip_chain(web: WebCall | None) -> list[Json]:
    if web is None:
        return []
    return [{"ip": web.ip_address, "geographicalContext": None, "version": "V4", "source": None}]


def entity(kind: str, entity_id: str, alternate_id: str | None, name: str | None) -> Entity:
    """An actor or a target."""
    return {
        "id": entity_id,
        "type": kind,
        "alternateId": alternate_id,
        "displayName": name,
        "detailEntry": None,
    }


def user_entity(user: User) -> Entity:
    """An Okta user as actor or target."""
    return entity("User", user["id"], user["profile"]["login"], full_name(user))


def app_entity(app: App) -> Entity:
    """An app as target; its label is shown where a user's login would be."""
    return entity("AppInstance", app["id"], app["label"], app["label"])


def changed_app_entity(before: App, after: App) -> Entity:
    """An app as target, with its changes, under the names that the API uses (OB-190)."""
    names = [name for name in _LOGGED if before.get(name) != after.get(name)]
    if not names:
        return app_entity(after)
    details = {"from": {name: before.get(name) for name in names}, "to": {name: after.get(name) for name in names}}
    return {**app_entity(after), "changeDetails": details}


def app_user_entity(app_user: AppUser, user: User) -> Entity:
    """A user's account in an app as target."""
    return entity("AppUser", app_user["app_user_id"], app_user["credentials"]["userName"], full_name(user))


def group_entity(group: Group) -> Entity:
    """An Okta group as target; an app's group has its own type."""
    kind = "AppGroup" if group["type"] == "APP_GROUP" else "UserGroup"
    return entity(kind, group["id"], "unknown", group["profile"]["name"])


def full_name(user: User) -> str:
    """First and last name."""
    profile = user["profile"]
    return f"{profile.get('firstName') or ''} {profile.get('lastName') or ''}".strip()
