"""One call to the System Log: its parameters, and what a refusal says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from oktascim.errors import ExitCode, UsageProblem
from oktascim.okta.errors import OktaRefusedIdentity
from oktascim.okta.logs import LogQuery, read_page
from tests.support.log_events import log_page

SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def ask(org, query):
    return org.clock.run(read_page(org.client(), query))


def test_polling_query_sends_no_end(fake_okta):
    log = fake_okta.on("GET /api/v1/logs", log_page([], "p2"))
    page = ask(fake_okta, LogQuery(since=SINCE))
    assert "until" not in log.requests[0].url.params
    assert page.following is not None
    assert len(page.events) == 0


def test_missing_scope_names_okta_logs_read(fake_okta, okta_error):
    fake_okta.on(
        "GET /api/v1/logs",
        okta_error(403, www_authenticate='Bearer error="insufficient_scope", scope="okta.logs.read"'),
    )
    with pytest.raises(OktaRefusedIdentity) as caught:
        ask(fake_okta, LogQuery())
    assert caught.value.exit_code == ExitCode.IDENTITY
    assert "okta.logs.read" in str(caught.value)


def test_a_role_that_may_not_read_the_log_names_the_scope_too(fake_okta, okta_error):
    fake_okta.on(
        "GET /api/v1/logs", okta_error(403, "E0000006", "You do not have permission to perform the requested action")
    )
    with pytest.raises(OktaRefusedIdentity, match=r"okta\.logs\.read"):
        ask(fake_okta, LogQuery())


def test_okta_position_becomes_a_caret_under_the_filter(fake_okta, okta_error):
    summary = "Unrecognized attribute operator 'eqq' at position 16. Expected: eq,co,sw,pr,gt,ge,lt,le"
    fake_okta.on("GET /api/v1/logs", okta_error(400, "E0000053", f"Invalid filter '…': {summary}"))
    with pytest.raises(UsageProblem) as caught:
        ask(fake_okta, LogQuery('display_message eqq "Create okta user"'))
    lines = caught.value.why.split("\n")
    assert summary in lines[0]
    assert lines[1].startswith("display_message eqq")
    assert lines[2] == " " * 16 + "^"
    assert caught.value.exit_code == ExitCode.USAGE


def test_a_position_that_no_number_can_hold_gets_no_caret(fake_okta, okta_error):
    fake_okta.on("GET /api/v1/logs", okta_error(400, "E0000053", f"Invalid filter at position {'9' * 5_000}"))
    with pytest.raises(UsageProblem, match=r"Okta doesn't accept this query"):
        ask(fake_okta, LogQuery('not some_field eq "x"'))


def test_a_named_field_gets_the_caret_too(fake_okta, okta_error):
    fake_okta.on("GET /api/v1/logs", okta_error(400, "E0000053", "field is not valid: some_field"))
    with pytest.raises(UsageProblem, match=r"\n {4}\^"):
        ask(fake_okta, LogQuery('not some_field eq "x"'))


def test_other_refusals_keep_okta_text(fake_okta, okta_error):
    fake_okta.on("GET /api/v1/logs", okta_error(400, "E0000001", "Api validation failed: 'until'"))
    with pytest.raises(UsageProblem, match="Api validation failed") as caught:
        ask(fake_okta, LogQuery())
    assert "^" not in str(caught.value)
