"""429 and nothing else is tried again (OB-286, OB-287)."""

import pytest

from okta_emulator.scim_client import retry, users
from okta_emulator.scim_client.outcome import Outcome


def test_the_delay_doubles_up_to_ten_attempts():
    limited = Outcome(ok=False, retry_after=300.0)
    delays = [retry.next_delay(limited, attempt) for attempt in range(1, 11)]
    assert delays == [300 * 2**n for n in range(9)] + [None]


def test_success_and_other_failures_are_not_tried_again():
    assert retry.next_delay(Outcome(ok=True), 1) is None
    assert retry.next_delay(Outcome(ok=False, error="Bad Gateway"), 1) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": " 0 "}, 0.0),
        ({}, 300.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 300.0),
        ({"Retry-After": "1.5"}, 300.0),
        ({"Retry-After": "-1"}, 300.0),
        ({"Retry-After": "9" * 400}, 86_400.0),
    ],
)
def test_only_a_whole_number_of_seconds_is_honoured(play, answer, connect, jane, header, seconds):
    played = play(lambda http: users.update(connect(), jane, "u1", http), answer.error(429, "slow down", **header))
    assert played.outcome.retry_after == seconds
    assert played.outcome.error == (
        "Error while trying to push profile update for jane.doe@example.com: "
        "Too Many Requests. Errors reported by remote server: slow down"
    )


def test_the_failure_is_logged_only_after_the_last_attempt(play, answer, connect, jane):
    played = play(lambda http: users.update(connect(), jane, "u1", http), answer.error(429, "slow"))
    first = retry.facts_to_log(played.outcome, 1)
    assert [(fact.event_type, fact.result, fact.severity) for fact in first] == [
        ("application.integration.rate_limit_exceeded", "SUCCESS", "INFO")
    ]
    assert retry.facts_to_log(played.outcome, 10) == played.outcome.facts
    assert played.events[-1] == "application.provision.user.push_profile FAILURE"
