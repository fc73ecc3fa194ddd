"""Pasted text: what stands around an error is taken away, and events are found where a message was expected."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oktascim.diagnose.engine import explain_text
from oktascim.diagnose.message import parse_message
from oktascim.diagnose.paste import event_in, unwrap

PUSH = "application.provision.user.push"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("2026-03-04T05:06:07.890Z ERROR Group is taken", "Group is taken"),
        ("2026-03-04 05:06:07,890 [WARN] [worker-3] Group is taken", "Group is taken"),
        ("Mar  4 05:06:07 ERROR: Group is taken", "Group is taken"),
        ("[ERROR] Group is taken", "Group is taken"),
        ("FAILURE: Group is taken", "Group is taken"),
        ("ERROR AUTHENTICATING: NULL", "ERROR AUTHENTICATING: NULL"),
        ("\x1b[1;31mGroup is taken\x1b[0m", "Group is taken"),
        ("• Group is taken", "Group is taken"),
        ("Error: Reason: Group is taken", "Group is taken"),
        ("Message: ", "Message: "),
        ("“Group is taken”", '"Group is taken"'),
        ("Field ‘title’ is too long", "Field 'title' is too long"),
        ("Field &quot;title&quot; is &lt;empty&gt;", 'Field "title" is <empty>'),
        ("Sales & Marketing; taken", "Sales & Marketing; taken"),
        ("System.Net.WebException: no answer", "System.Net.WebException: no answer"),
    ],
)
def test_prefixes_and_typography(text: str, left: str) -> None:
    assert unwrap(text) == (left, None)


@pytest.mark.parametrize(
    "text",
    [
        f"Okta Error: {PUSH}: Conflict",
        f"{PUSH} : Conflict",
        f"{PUSH} FAILURE: Conflict",
        f"2026-03-04T05:06:07Z {PUSH} FAILURE: Conflict",
    ],
)
def test_an_event_type_before_the_text_is_used(text: str) -> None:
    assert unwrap(text) == ("Conflict", PUSH)
    assert explain_text(text)[0].rule == "user.conflict.status"


def test_an_http_exchange_is_reduced_to_what_tells() -> None:
    text = (
        "* Connected to scim.acme.example port 443\n> GET /scim/v2/Users HTTP/1.1\n< HTTP/1.1 401 Unauthorized\n"
        '< Content-Type: text/html\n< WWW-Authenticate: Bearer error="invalid_token", error_description="lapsed"\n'
        "<\n"
    )
    parsed = parse_message(text)
    assert (parsed.status, parsed.detail, parsed.body) == (401, "invalid_token lapsed", None)


def test_headers_do_not_hide_the_body() -> None:
    parsed = parse_message('HTTP/2 409\nserver: edge\ncontent-type: text/html\n\n{"detail": "taken", "status": "409"}')
    assert (parsed.status, parsed.detail) == (409, "taken")


@pytest.mark.parametrize(
    "text",
    [
        'Traceback (most recent call last):\n  File "/srv/scim.py", line 4, in a\n    raise Taken\nTaken: name in use',
        "Taken: name in use\n    at Users.post (/srv/app/scim.js:4:11)\n    at process.run (node:internal:9:1)",
        "Taken: name in use\n\tat com.acme.Users.post(Users.java:4)\n\t... 31 more",
    ],
)
def test_stack_frames_are_left_out(text: str) -> None:
    assert parse_message(text).text == "Taken: name in use"


def test_a_line_of_prose_is_no_stack_frame() -> None:
    assert parse_message("Expecting a text\nat 0.1.title but found: null").detail.endswith(
        "at 0.1.title but found: null"
    )


def test_a_text_of_frames_alone_is_kept() -> None:
    assert parse_message("  at Users.post(a)\n  at Users.get(b)").text == "at Users.post(a) at Users.get(b)"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"eventType": PUSH, "uuid": "u", "outcome": {"result": "FAILURE", "reason": "Conflict"}}, indent=2),
        json.dumps([{"eventType": PUSH, "uuid": "u", "outcome": {"result": "FAILURE", "reason": "Conflict"}}]),
        f'"eventType": "{PUSH}", "outcome": {{"result": "FAILURE", "reason": "Conflict"}}, "published": "2026-0',
    ],
)
def test_an_event_given_as_text_is_explained_as_an_event(text: str) -> None:
    (finding,) = explain_text(text)
    assert (finding.rule, len(finding.events)) == ("user.conflict.status", 1)


def test_an_event_without_a_failure_is_not_made_one() -> None:
    text = f'see: {{"eventType": "{PUSH}", "outcome": {{"result": "SUCCESS", "reason": "Conflict"}}}}'
    assert event_in(text)["outcome"]["result"] == "SUCCESS"
    assert explain_text(text)[0].events == ()


def test_words_about_events_are_no_events() -> None:
    assert event_in("The eventType of the failure is missing") is None
    assert event_in('"eventType" is a member of events') is None


@given(st.text(alphabet=st.sampled_from(['"', "{", "}", "\n", " ", ":", "H", "T", "P", "/", "1", "e", "&", ";", "\\"])))
def test_no_paste_breaks_it(text: str) -> None:
    bare, _ = unwrap(text)
    assert len(bare) <= len(text)
