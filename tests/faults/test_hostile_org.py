"""An org that answers anything at all: every command ends in words, and its JSON stays JSON.

`pytest --hypothesis-profile=attack tests/faults/test_hostile_org.py` makes 10,000 examples.
"""

from __future__ import annotations

import io
import json
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oktascim.cli.main import run
from oktascim.errors import ExitCode
from tests.support.hostile_org import ANSWERS, APP_ID, COMMANDS, GROUP_ID, SPOILT, TOKEN, HostileOrg, Spoilt, ask

__all__ = ["ask"]

CONNECTION = f"/api/v1/apps/{APP_ID}/connections/default"


def check(words: tuple[str, ...], answer: tuple[int, str, str]) -> None:
    code, out, err = answer
    said = f"{' '.join(words)}\n{err}"
    assert "should not happen" not in err, said
    assert "Internal error" not in err, said
    assert "Traceback" not in err, said
    assert TOKEN not in out + err
    assert code in {*ExitCode}, said
    if code and code not in {ExitCode.PERSON, ExitCode.SCIM, ExitCode.CHANGES} and "json" not in words:
        assert err, "it failed and said nothing"
    if "json" in words and out and code == ExitCode.DONE:
        json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in the JSON of {said}"))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_good_org_is_answered_well(ask, words):
    code, out, err = ask(HostileOrg(), *words)
    assert code in {ExitCode.DONE, ExitCode.SCIM}, err
    check(words, (code, out, err))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(COMMANDS), st.lists(SPOILT, min_size=1, max_size=3))
def test_any_answer_ends_in_words(ask, words, spoilt):
    org = HostileOrg({one.path: one for one in spoilt})
    check(words, ask(org, *words))
    assert len(org.requests) < 300
    assert org.waited < 3_600


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (("export", "Acme CRM"), "/api/v1/mappings/prm1", b'{"id":"prm1","properties":{"title":null}}'),
        (("doctor", "--app", "Acme CRM", "--evidence", "{evidence}"), CONNECTION, b"null"),
        (("export", "Acme CRM"), f"/api/v1/groups/{GROUP_ID}", b'{"id":"g","profile":{"name":null}}'),
        (("app", "list"), "/api/v1/apps", b'[{"id":"0oa1","label":"\\ud800"}]'),
    ],
)
def test_answers_that_once_were_a_traceback(ask, words, path, body):
    check(words, ask(HostileOrg({path: Spoilt(path, body=body)}), *words))


@pytest.mark.parametrize("words", [("app", "list"), ("plan", "{spec}"), ("logs", "--since", "1h"), ("doctor",)])
def test_a_server_that_returns_empty_lists_is_no_org(ask, words):
    org = HostileOrg({path: Spoilt(path, body=b"[]") for path in ANSWERS})
    code, out, err = ask(org, *words)
    assert code == ExitCode.FAILED
    assert "This doesn't look like an Okta org: its response to GET /.well-known/okta-organization" in out + err


@pytest.mark.parametrize("reset", ["99999999999", "inf", "0", "nan", "-inf", "soon"])
def test_a_rate_limit_without_end_is_waited_for_two_windows_at_most(ask, reset):
    limits = {"x-rate-limit-limit": "10", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
    spoilt = Spoilt("/api/v1/apps", status=429, body=b"{}", headers=tuple(limits.items()))
    org = HostileOrg({spoilt.path: spoilt})
    code, _, err = ask(org, "app", "list")
    assert code == ExitCode.FAILED
    assert err.count("Waiting") == 5
    assert org.waited <= 122
    assert "Error: Okta's rate limit stopped GET /api/v1/apps.\n" in err
    assert "Try again in a minute" in err


def test_a_silent_org_ends_by_the_deadline_and_each_retry_is_said():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environ = {"OKTA_CLIENT_ORGURL": f"http://127.0.0.1:{silent.getsockname()[1]}", "OKTA_CLIENT_TOKEN": TOKEN}
        err = io.StringIO()
        code = run(("app", "list", "--timeout", "1"), environ=environ, stderr=err, stdin=io.StringIO())
    assert code == ExitCode.FAILED
    first, *_ = err.getvalue().splitlines()
    assert (
        first == "Waiting up to 0.4 s: GET /api/v1/apps on 127.0.0.1: it didn't respond in time; then attempt 2 of 4."
    )
    assert "it didn't respond in time" in err.getvalue()
    assert "--timeout SECONDS" in err.getvalue()


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "x"])
def test_a_timeout_is_a_number_of_seconds(seconds):
    err = io.StringIO()
    assert run(("app", "list", f"--timeout={seconds}"), environ={}, stderr=err, stdin=io.StringIO()) == ExitCode.USAGE
    assert "--timeout" in err.getvalue()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[null]", "[] is missing"),
        (b"[1]", "[] is a number, not an object"),
        (b"{}", "it is an object, not a list"),
        (b"", "it is empty"),
        (b'[{"id":7}]', "[].id is a number, not text"),
        (b"[NaN]", "NaN isn't a JSON number"),
        (b"[1e999]", "the number 1e999 is too large"),
        (b"[" * 100_000 + b"]" * 100_000, "nested more than 100 levels"),
        (b"<html>Sign in</html>", "It is a web page"),
    ],
)
def test_an_answer_of_the_wrong_shape_is_named(ask, body, why):
    spoilt = Spoilt("/api/v1/apps", body=body, headers=(("x-okta-request-id", "req42"),))
    code, out, _ = ask(HostileOrg({spoilt.path: spoilt}), "app", "list", "-o", "json")
    error = json.loads(out)["error"]
    assert (code, error["what"]) == (ExitCode.FAILED, "Okta's response to GET /api/v1/apps can't be read.")
    assert why in error["why"]
    assert "[request id req42]" in error["why"]
