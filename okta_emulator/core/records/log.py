"""The System Log."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from okta_emulator.core.records.json import Json

Result = Literal["SUCCESS", "FAILURE"]
Severity = Literal["INFO", "WARN", "ERROR", "DEBUG"]


class Entity(TypedDict):
    """An actor or a target of an event."""

    id: str
    type: str
    alternateId: str | None
    displayName: str | None
    detailEntry: None
    changeDetails: NotRequired[Json]


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
