"""What the diagnosis reads in a System Log event (OB-177)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Event = Mapping[str, Any]

NO_DETAIL = frozenset({"", "null", "none", "undefined", "n/a", "-", "${app_error_code}", "{0}"})
"""Texts without information; the last two are placeholders that Okta failed to fill in."""

FAILED_RESULTS = frozenset({"FAILURE", "DENY", "RATE_LIMIT", "ABANDONED", "UNANSWERED"})
"""The outcome.result values that report a failure (OB-178, OB-188)."""

BAD_NEWS_BY_TYPE = frozenset({"application.integration.rate_limit_exceeded", "system.import.roadblock"})
"""Events that report a failure whatever their outcome: the first is logged as SUCCESS (OB-182). No
record shows the outcome of the second, so it is treated alike."""

_REASON_IN_DISPLAY = re.compile(r"due to error:\s*(?P<reason>.+)", re.IGNORECASE | re.DOTALL)


def reports_failure(event: Mapping[str, Any]) -> bool:
    """Whether an event reports a failure: by its outcome, or by a type that does so under any outcome."""
    outcome = event.get("outcome") or {}
    return outcome.get("result") in FAILED_RESULTS or event.get("eventType") in BAD_NEWS_BY_TYPE


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
