"""The System Log as witness: what counts, what does not, and when it has nothing to say."""

from __future__ import annotations

import pytest

from oktascim.errors import ScimServerFailed
from oktascim.routes.witness import Witness
from tests.support.log_events import log_page, make_event

NOW = "Fri, 15 Jan 2027 08:00:00 GMT"
CHANGED = make_event(1, eventType="application.lifecycle.update", published="2027-01-15T08:00:02.000Z")
REFUSED = make_event(
    2,
    eventType="application.integration.authentication_failure",
    outcome={"result": "FAILURE", "reason": "Unauthorized"},
)


def hear(org, *, wait=False):
    async def work():
        async with org.client() as okta:
            witness = Witness(okta, "0oa1")
            await witness.begin()
            return await (witness.wait() if wait else witness.look())

    return org.clock.run(work())


def test_only_what_was_logged_after_the_beginning_counts_by_oktas_clock(fake_okta):
    log = fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), log_page([CHANGED], date=NOW))
    said = hear(fake_okta)
    assert said == "the System Log shows application.lifecycle.update at 2027-01-15T08:00:02.000Z by ola@acme.example"
    assert log.requests[1].url.params["since"] == "2027-01-15T08:00:01.000Z"
    assert 'target.id eq "0oa1"' in log.requests[1].url.params["filter"]
    assert fake_okta.clock.slept == [1]


def test_an_event_may_take_a_while(fake_okta):
    fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), log_page([]), log_page([]), log_page([CHANGED]))
    assert hear(fake_okta, wait=True)
    assert fake_okta.clock.elapsed == 7


def test_silence_is_no_word(fake_okta):
    fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), log_page([]))
    assert hear(fake_okta, wait=True) is None
    assert fake_okta.clock.elapsed == 13


@pytest.mark.parametrize(("events", "wait"), [([CHANGED, REFUSED], False), ([REFUSED], True)])
def test_a_refusal_of_the_new_credentials_is_the_scim_servers(fake_okta, events, wait):
    fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), log_page(events))
    with pytest.raises(ScimServerFailed, match="rejected the new credentials: Unauthorized") as failure:
        hear(fake_okta, wait=wait)
    assert failure.value.fix


def test_who_mistypes_the_token_may_try_again(fake_okta):
    fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), log_page([REFUSED]))
    assert hear(fake_okta) is None


def test_a_change_after_a_refusal_counts(fake_okta):
    fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), log_page([REFUSED, CHANGED]))
    assert hear(fake_okta).startswith("the System Log shows application.lifecycle.update")


def test_a_refusal_without_words_is_one_too(fake_okta):
    silent = {**REFUSED, "outcome": {"result": "FAILURE", "reason": None}}
    fake_okta.on("GET /api/v1/logs", log_page([], date=NOW), log_page([CHANGED, silent]))
    with pytest.raises(ScimServerFailed, match="no reason given"):
        hear(fake_okta)


def test_who_may_not_read_the_log_has_no_witness(fake_okta, okta_error):
    log = fake_okta.on("GET /api/v1/logs", okta_error(403, "E0000006", "You do not have permission"))
    assert hear(fake_okta, wait=True) is None
    assert len(log.requests) == 1
