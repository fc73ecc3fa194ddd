"""Event fields under short names: the columns of csv and parquet, `--fields`, text and html."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from oktascim.diagnose.event import Event, words_of
from oktascim.errors import UsageProblem

_LOG_EVENT_MEMBERS = (
    *("actor", "authenticationContext", "client", "debugContext", "device", "displayMessage", "eventType"),
    *("legacyEventType", "outcome", "published", "request", "securityContext", "severity", "target"),
    *("transaction", "uuid", "version"),
)


def member_at(event: Event, path: str) -> Any:
    """The value at a dotted path such as `outcome.result`, or None if a part is missing."""
    value: Any = event
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def target_of(event: Event, *types: str) -> Event:
    """The first target with one of the types, in the order of the types; an event's targets have no fixed order."""
    targets: Sequence[Event] = event.get("target") or ()
    for wanted in types:
        for target in targets:
            if target.get("type") == wanted:
                return target
    return {}


def name_of(party: Event) -> str:
    """The best name of an actor or target: the login or label, otherwise the display name, otherwise the id."""
    return party.get("alternateId") or party.get("displayName") or party.get("id") or ""


def user_of(event: Event) -> str:
    """The login of the user that the event is about, or ""."""
    return name_of(target_of(event, "User", "AppUser"))


def group_of(event: Event) -> str:
    """The name of the group that the event is about, or ""."""
    group = target_of(event, "UserGroup", "AppGroup")
    return group.get("displayName") or name_of(group)


def app_of(event: Event) -> str:
    """The label of the app, or ""."""
    app = target_of(event, "AppInstance")
    return app.get("alternateId") or app.get("displayName") or ""


def outcome_of(event: Event) -> str:
    """outcome.result, or ""."""
    return (event.get("outcome") or {}).get("result") or ""


FIELDS: dict[str, Callable[[Event], Any]] = {
    "time": lambda event: event.get("published"),
    "outcome": outcome_of,
    "type": lambda event: event.get("eventType"),
    "message": lambda event: event.get("displayMessage"),
    "reason": words_of,
    "user": user_of,
    "group": group_of,
    "app": app_of,
    "actor": lambda event: name_of(event.get("actor") or {}),
    "ip": lambda event: member_at(event, "client.ipAddress"),
    "severity": lambda event: event.get("severity"),
    "transaction": lambda event: member_at(event, "transaction.id"),
    "uuid": lambda event: event.get("uuid"),
}
"""The value of each field; the names and their order are a contract."""


def choose_fields(names: str) -> dict[str, Callable[[Event], Any]]:
    """Parse the value of --fields.

    Args:
        names: comma-separated names of `FIELDS` and dotted paths in Okta's event (debugContext.debugData.appname).

    Raises:
        UsageProblem: a name is neither.
    """
    chosen: dict[str, Callable[[Event], Any]] = {}
    for name in (part.strip() for part in names.split(",")):
        if name in FIELDS:
            chosen[name] = FIELDS[name]
        elif name.split(".")[0] in _LOG_EVENT_MEMBERS:
            chosen[name] = partial(member_at, path=name)
        else:
            raise UsageProblem(
                f"Unknown field {name or '(empty)'}.",
                fix=f"Fields: {', '.join(FIELDS)}; or a path in Okta's event, such as debugContext.debugData.appname.",
            )
    return chosen
