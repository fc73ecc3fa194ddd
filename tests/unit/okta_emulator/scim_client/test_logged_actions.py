"""The event types exist in Okta's own catalogue."""

import json

import pytest

from okta_emulator.scim_client import logged_actions

ACTIONS = [value for value in vars(logged_actions).values() if isinstance(value, logged_actions.LoggedAction)]


def test_every_event_type_is_one_of_oktas(ground_truth):
    known = {entry["id"] for entry in json.loads((ground_truth / "event-types.json").read_text())}
    used = {fact.event_type for event in ACTIONS for fact in (event.success(), event.failure("x"))}
    used |= {logged_actions.PUSHED_USER.event_type, logged_actions.RATE_LIMITED.event_type}
    assert len(used) > 20
    assert used <= known


@pytest.mark.parametrize("event", ACTIONS, ids=lambda event: event.event_type)
def test_a_failure_is_an_error_with_its_reason_and_a_success_has_none(event):
    failure, success = event.failure("Bad Gateway"), event.success()
    assert (failure.result, failure.reason, failure.severity) == ("FAILURE", "Bad Gateway", "ERROR")
    assert (success.result, success.reason, success.severity) == ("SUCCESS", None, "INFO")
    assert event.failure("null").reason is None
