"""When a job runs again (OB-286): after a 429 only, never by itself after anything else.

Whether Okta repeats after a 5xx or a time-out is unknown; not repeating is our choice (OB-287).
"""

from __future__ import annotations

from okta_emulator.scim_client.logged_actions import RATE_LIMITED
from okta_emulator.scim_client.outcome import LogFact, Outcome

MAX_ATTEMPTS = 10


def next_delay(outcome: Outcome, attempt: int) -> float | None:
    """Seconds until the next attempt, or None when there is none.

    Args:
        outcome: how this attempt ended.
        attempt: its number, the first being 1.

    Returns:
        What the answer's Retry-After asks for (or 300), doubled at each further 429; None after the tenth attempt and
        for every other end. That the doubling applies to a Retry-After too is our reading of the documentation.
    """
    if outcome.retry_after is None or attempt >= MAX_ATTEMPTS:
        return None
    return float(outcome.retry_after * 2 ** (attempt - 1))


def facts_to_log(outcome: Outcome, attempt: int) -> tuple[LogFact, ...]:
    """The events to write after an attempt: while another follows, the exceeded rate limit alone; else all of them."""
    if next_delay(outcome, attempt) is None:
        return outcome.facts
    return tuple(fact for fact in outcome.facts if fact == RATE_LIMITED)
