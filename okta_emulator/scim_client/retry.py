"""When Okta retries an operation (OB-286): only after a 429.

Whether Okta retries after a 5xx or a timeout is unknown; not retrying is our choice (OB-287).
"""

from __future__ import annotations

from okta_emulator.scim_client.logged_actions import RATE_LIMITED
from okta_emulator.scim_client.outcome import LogFact, Outcome

MAX_ATTEMPTS = 10


def next_delay(outcome: Outcome, attempt: int) -> float | None:
    """Seconds until the next attempt, or None if there is none.

    Args:
        outcome: how this attempt ended.
        attempt: its number, the first being 1.

    Returns:
        The seconds of Retry-After (or 300), doubled with each 429 after the first; None after the tenth attempt and
        for every other end. That Retry-After is doubled too is our reading of the documentation.
    """
    if outcome.retry_after is None or attempt >= MAX_ATTEMPTS:
        return None
    return float(outcome.retry_after * 2 ** (attempt - 1))


def facts_to_log(outcome: Outcome, attempt: int) -> tuple[LogFact, ...]:
    """The facts to log after an attempt: all of them, or only the rate limit if another attempt follows."""
    if next_delay(outcome, attempt) is None:
        return outcome.facts
    return tuple(fact for fact in outcome.facts if fact == RATE_LIMITED)
