"""Writes the org's System Log events in Okta's shape (OB-177, OB-180, OB-187).

The events of one operation share a transaction. A call of the API is a WEB transaction, its id the request's; what the
org does in the background is a JOB. Of a JOB one real event is known (OB-180): its actor is a user, its client empty.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from okta_emulator.core.clock import OrgClock, milliseconds
from okta_emulator.core.ids import Ids
from okta_emulator.core.store import Record
from okta_emulator.org.eventlog import EventLog

_NO_CLIENT: Record = {
    "userAgent": None,
    "zone": None,
    "device": None,
    "id": None,
    "ipAddress": None,
    "geographicalContext": None,
}
_NO_SECURITY: Record = {"asNumber": None, "asOrg": None, "isp": None, "domain": None, "isProxy": None}


@dataclass(frozen=True)
class WebCall:
    """What an event says of the HTTP request behind it."""

    path: str
    user_agent: str
    ip_address: str
    token_id: str


@dataclass(frozen=True)
class Cause:
    """Who does something, and in which transaction.

    Args:
        actor: the `actor` of the events.
        transaction_id: shared by the events of one operation.
        web: the request behind it, or None for a background job.
    """

    actor: Record
    transaction_id: str
    web: WebCall | None = None

    def as_job(self, ids: Ids) -> Cause:
        """The same actor in a background job of its own."""
        return replace(self, transaction_id=ids.new("puj"), web=None)


class Events:
    """Writes events to the log of an org."""

    def __init__(self, log: EventLog, clock: OrgClock) -> None:
        self._log = log
        self._clock = clock

    def write(
        self,
        cause: Cause,
        event_type: str,
        message: str,
        targets: list[Record],
        *,
        result: str = "SUCCESS",
        reason: str | None = None,
        severity: str = "INFO",
        legacy: str | None = None,
        debug: Record | None = None,
    ) -> None:
        """Write one event that happens now; the arguments are those of `log_event`."""
        published = milliseconds(self._clock.now())
        event = log_event(
            cause,
            event_type,
            message,
            targets,
            published,
            result=result,
            reason=reason,
            severity=severity,
            legacy=legacy,
            debug=debug,
        )
        self._log.append([event], persisted=published)


def log_event(
    cause: Cause,
    event_type: str,
    message: str,
    targets: list[Record],
    published: str,
    *,
    result: str = "SUCCESS",
    reason: str | None = None,
    severity: str = "INFO",
    legacy: str | None = None,
    debug: Record | None = None,
) -> Record:
    """One LogEvent.

    Args:
        cause: who, in which transaction.
        event_type: the event type.
        message: the display message.
        targets: the targets, in order.
        published: when it happened.
        result: SUCCESS or FAILURE.
        reason: the outcome's reason, at most 255 characters of it.
        severity: INFO, WARN, ERROR or DEBUG.
        legacy: the name in Okta's old events API, if it has one.
        debug: members of debugData.
    """
    return {
        "actor": cause.actor,
        "client": _client(cause.web),
        "device": None,
        "authenticationContext": _authentication(cause),
        "displayMessage": message,
        "eventType": event_type,
        "outcome": {"result": result, "reason": reason[:255] if reason else None},
        "published": published,
        "securityContext": _NO_SECURITY,
        "severity": severity,
        "debugContext": {"debugData": _debug_data(cause) | (debug or {})},
        "legacyEventType": legacy,
        "transaction": _transaction(cause),
        "uuid": str(uuid.uuid4()),
        "version": "0",
        "request": {"ipChain": _ip_chain(cause.web)},
        "target": targets or None,
    }


def _client(web: WebCall | None) -> Record:
    if web is None:
        return _NO_CLIENT
    agent = {"rawUserAgent": web.user_agent, "os": "Unknown", "browser": "UNKNOWN"}
    return _NO_CLIENT | {"userAgent": agent, "zone": "null", "device": "Unknown", "ipAddress": web.ip_address}


def _authentication(cause: Cause) -> Record:
    return {
        "authenticationProvider": None,
        "credentialProvider": None,
        "credentialType": None,
        "issuer": None,
        "interface": None,
        "authenticationStep": 0,
        "externalSessionId": f"trs{cause.transaction_id[3:20]}",
    }


def _debug_data(cause: Cause) -> Record:
    if cause.web is None:
        return {}
    return {"requestId": cause.transaction_id, "requestUri": cause.web.path, "url": f"{cause.web.path}?"}


def _transaction(cause: Cause) -> Record:
    if cause.web is None:
        return {"type": "JOB", "id": cause.transaction_id, "detail": {}}
    return {"type": "WEB", "id": cause.transaction_id, "detail": {"requestApiTokenId": cause.web.token_id}}


def _ip_chain(web: WebCall | None) -> list[Record]:
    if web is None:
        return []
    return [{"ip": web.ip_address, "geographicalContext": None, "version": "V4", "source": None}]


def entity(kind: str, entity_id: str, alternate_id: str | None, name: str | None) -> Record:
    """An actor or a target."""
    return {
        "id": entity_id,
        "type": kind,
        "alternateId": alternate_id,
        "displayName": name,
        "detailEntry": None,
    }


def user_entity(user: Record) -> Record:
    """An Okta user as actor or target."""
    return entity("User", user["id"], user["profile"]["login"], full_name(user))


def app_entity(app: Record) -> Record:
    """An app as target; its name in the catalogue stands where a user has the login."""
    return entity("AppInstance", app["id"], app["label"], app["label"])


def app_user_entity(assignment: Record, user: Record) -> Record:
    """A user's account in an app as target."""
    return entity("AppUser", assignment["app_user_id"], assignment["credentials"]["userName"], full_name(user))


def group_entity(group: Record) -> Record:
    """An Okta group as target; one that mirrors a group of an app has a type of its own."""
    kind = "AppGroup" if group["type"] == "APP_GROUP" else "UserGroup"
    return entity(kind, group["id"], "unknown", group["profile"]["name"])


def full_name(user: Record) -> str:
    """First and last name."""
    profile: dict[str, Any] = user["profile"]
    return f"{profile.get('firstName') or ''} {profile.get('lastName') or ''}".strip()
