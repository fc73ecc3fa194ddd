"""Who changed an app in Okta since the last apply, as far as the System Log says (OB-183 to OB-185, OB-190).

Okta logs a change in two ways: as details with the values before and after, whose names aren't documented, and as text
in the reason or in `customMessage`. Both are passed on as they are, without interpretation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_OURS = "oktascim/"  # the beginning of our own User-Agent
_CREATED = "application.lifecycle.create"
TYPES = (
    _CREATED,
    "application.lifecycle.update",
    "application.lifecycle.deactivate",
    "application.provision.field_mapping_rule.change",
)
"""The events that can say who changed an app."""
_MOST_EVENTS, _MOST_VALUES, _LONGEST = 3, 5, 60


@dataclass(frozen=True)
class Culprit:
    """A change that was made to an app in Okta.

    Attributes:
        who: the login or name of the actor.
        at: when, as Okta writes it.
        event_type: the type of the event.
        values: name, value before and value after, as Okta names them.
        said: Okta's text, or "".
    """

    who: str
    at: str
    event_type: str
    values: tuple[tuple[str, Any, Any], ...] = ()
    said: str = ""

    def to_json(self) -> dict[str, Any]:
        """The change's JSON."""
        values = [{"name": name, "from": before, "to": after} for name, before, after in self.values]
        return {"by": self.who, "at": self.at, "event_type": self.event_type, "said": self.said, "values": values}


def culprits_of(app_id: str, newest_first: Iterable[Mapping[str, Any]]) -> tuple[Culprit, ...]:
    """The latest changes to an app after our own latest write; at most 3, newest first."""
    found: list[Culprit] = []
    for event in newest_first:
        targets = [target for target in event.get("target") or () if target.get("id") == app_id]
        if not targets:
            continue
        if _is_ours(event) or event["eventType"] == _CREATED or len(found) == _MOST_EVENTS:
            break
        found.append(_culprit(event, targets[0]))
    return tuple(found)


def _is_ours(event: Mapping[str, Any]) -> bool:
    agent = ((event.get("client") or {}).get("userAgent") or {}).get("rawUserAgent") or ""
    return agent.startswith(_OURS)


def _culprit(event: Mapping[str, Any], target: Mapping[str, Any]) -> Culprit:
    actor = event.get("actor") or {}
    debug = (event.get("debugContext") or {}).get("debugData") or {}
    details = target.get("changeDetails") or {}
    words = [(event.get("outcome") or {}).get("reason"), debug.get("customMessage")]
    return Culprit(
        actor.get("alternateId") or actor.get("displayName") or actor.get("id") or "someone",
        event["published"],
        event["eventType"],
        tuple(_differing(details.get("from"), details.get("to")))[:_MOST_VALUES],
        "; ".join(dict.fromkeys(word for word in words if word)),
    )


def _differing(before: Any, after: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Each value that differs, with the path to it."""
    if isinstance(before, dict) or isinstance(after, dict):
        old, new = (side if isinstance(side, dict) else {} for side in (before, after))
        for key in dict.fromkeys((*old, *new)):
            yield from _differing(old.get(key), new.get(key), f"{place}.{key}" if place else key)
    elif before != after:
        yield place, _short(before), _short(after)


def _short(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
