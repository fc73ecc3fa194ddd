"""The members of an event by the names that people use."""

from __future__ import annotations

from oktascim.logs.fields import FIELDS


def test_a_reason_that_okta_wrote_into_the_message_is_the_reason_in_every_format() -> None:
    silent = {"outcome": {"result": "FAILURE"}, "displayMessage": "Group push failed due to error: Bad Request"}
    assert FIELDS["reason"](silent) == "Bad Request"
    assert FIELDS["reason"](silent | {"outcome": {"reason": "Forbidden"}}) == "Forbidden"
    assert FIELDS["reason"]({}) == ""


def test_field_names_are_a_contract():
    assert list(FIELDS) == [
        *("time", "outcome", "type", "message", "reason", "user", "group", "app", "actor", "ip", "severity"),
        *("transaction", "uuid"),
    ]
