"""What the diagnosis reads in a System Log event (OB-177)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from oktascim.diagnose.message import NO_DETAIL

Event = Mapping[str, Any]

_REASON_IN_DISPLAY = re.compile(r"due to error:\s*(?P<reason>.+)", re.IGNORECASE | re.DOTALL)


def type_of(event: Event) -> str | None:
    """The event type, if there is one and it is a string."""
    kind = event.get("eventType")
    return kind if isinstance(kind, str) else None


def transaction_of(event: Event) -> str | None:
    """The transaction id; the events of one operation share it."""
    return (event.get("transaction") or {}).get("id")


def person_of(event: Event) -> str:
    """The id of the user that the event is about, or ""."""
    targets = event.get("target") or ()
    return next((str(target.get("id") or "") for target in targets if target.get("type") == "User"), "")


def words_of(event: Event) -> str:
    """The words of an event: outcome.reason, else what a group-push message says after "due to error:"."""
    reason = (event.get("outcome") or {}).get("reason")
    if isinstance(reason, str) and reason.strip():
        return reason
    shown = _REASON_IN_DISPLAY.search(str(event.get("displayMessage") or ""))
    return shown["reason"] if shown else ""


def is_silent(event: Event) -> bool:
    """Whether an event gives no cause, as wrapper events do; "null" counts as none."""
    return words_of(event).strip() in NO_DETAIL
