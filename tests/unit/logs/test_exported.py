"""Events in the forms in which people have them."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oktascim.diagnose.engine import explain_events
from oktascim.errors import UsageProblem
from oktascim.logs.exported import decoded, holds_events, read_events
from oktascim.redact import Masker
from oktascim.render.sinks.csv import CsvSink
from oktascim.render.streams import Output
from tests.support.log_events import CONFLICT, UNAUTHORIZED, log_events, make_event

EVENT = make_event(1, outcome=CONFLICT)
LINE = json.dumps(EVENT)
CONSOLE = (
    '"severity","event_type","display_message","uuid","timestamp","outcome.result","outcome.reason","transaction.id"\r\n'
    f'"WARN","application.provision.user.push","Push","u-1","2026-11-20","FAILURE","{CONFLICT["reason"]}","t"\r\n'
    '"WARN","application.provision.user.sync","Sync, ""user""","u-2","2026-11-20","FAILURE","","t"\r\n'
)


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("", 0),
        ("[]", 0),
        (LINE, 1),
        (json.dumps(EVENT, indent=2), 1),
        (json.dumps([EVENT, EVENT], indent=2), 2),
        (json.dumps({"events": [EVENT], "findings": []}), 1),
        (json.dumps({"eventType": "com.okta.event_hook", "data": {"events": [EVENT]}}), 1),
        (f"\ufeff{LINE}\r\n\r\n" + json.dumps({"finding": {}}) + f"\r\n{LINE}\r\n", 2),
    ],
)
def test_every_form_of_json(content, count):
    assert list(read_events(content)) == [EVENT] * count


def test_a_line_separator_inside_a_text_does_not_end_a_line():
    event = make_event(1, displayMessage="one\u2028two\x85three")
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in (event, EVENT))
    assert list(read_events(lines)) == [event, EVENT]


def test_csv_of_the_admin_console_is_explained_with_its_neighbours():
    (finding,) = explain_events(read_events(CONSOLE))
    assert finding.category == "user.conflict"
    assert finding.events == ("u-1", "u-2")


def test_our_own_csv_is_explained_like_the_events_it_was_made_of():
    events = [EVENT, make_event(2), make_event(3, outcome=UNAUTHORIZED)]
    stdout = io.StringIO()
    with CsvSink(Output(Masker(), {}, stdout=stdout), None) as sink:
        sink.page(log_events(*events), [])
    assert explain_events(read_events(stdout.getvalue())) == explain_events(events)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f'{LINE}\n{{"broken', "Line 2 of the events"),
        (json.dumps([EVENT], indent=2)[:-20], "line"),
        ('{"uuid": 1,\n"x": ', "line 2"),
        ("[1]", "Event 1: it is a number, not an object"),
        ('"text"', "Event 1: it is text, not an object"),
        (f"[{LINE}, null]", "Event 2: it is null, not an object"),
        (f"{LINE}\n[7]", "Line 2: it is a list, not an object"),
        ('{"eventType": 7}', "Event 1: its eventType is a number, not text"),
        ('{"outcome": {"result": []}}', "Event 1: its outcome.result is a list, not text"),
        ('{"target": 7}', "Event 1: its target is a number, not a list"),
        ('{"target": [7]}', "Event 1: one of its targets is a number, not an object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        (f'[{{"eventType": {"9" * 5_000}}}]', "The events aren't JSON: a number has 5,000 digits"),
        (f"{LINE}\n{'[' * 100_000}", "Line 2 of the events isn't JSON: it is nested too deeply"),
        ("1" * 5_000, "neither JSON nor CSV"),
        (f"{'x' * 200_000},y\n", "The events aren't CSV after line 0"),
        ('{"outcome": "FAILURE"}', "Event 1: its outcome is text, not an object"),
        ('[{"transaction": ["t"]}]', "Event 1: its transaction is a list, not an object"),
        ("name,age\nAda,36\n", "neither JSON nor CSV"),
        (f'reason,type\n"{"x" * 200_000}",y\n', "The events aren't CSV after line 1"),
    ],
)
def test_what_is_no_export_is_refused_by_its_place(content, message):
    with pytest.raises(UsageProblem) as refused:
        list(read_events(content))
    assert message in str(refused.value)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
ODD_EVENTS = st.dictionaries(
    st.sampled_from(["uuid", "eventType", "displayMessage", "outcome", "transaction", "target", "finding", "data"]),
    JSON_VALUES
    | st.dictionaries(st.sampled_from(["id", "result", "reason", "type", "events"]), JSON_VALUES | st.just("FAILURE"))
    | st.lists(st.dictionaries(st.sampled_from(["id", "type"]), JSON_VALUES | st.just("User"))),
)


@given(st.one_of(st.text(), st.builds(json.dumps, st.lists(ODD_EVENTS) | ODD_EVENTS | JSON_VALUES)))
def test_whatever_it_holds_it_is_explained_or_refused_in_words(content):
    try:
        findings = explain_events(read_events(content))
    except UsageProblem as refused:
        assert refused.what
        assert "oktascim logs -o jsonl" in refused.fix
    else:
        assert all(finding.events and finding.cause for finding in findings)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_encodings_of_editors_and_of_powershell(encoding):
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    assert list(read_events(decoded((mark + LINE).encode(encoding)))) == [EVENT]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\xff\x00"])
def test_what_is_no_text_is_refused(content):
    with pytest.raises(UnicodeDecodeError):
        decoded(content)


def test_pasted_events_are_not_taken_for_a_message():
    assert holds_events(LINE)
    assert holds_events(f"\n{json.dumps([EVENT])}")
    assert not holds_events('{"errorCode": "E0000001"}')
    assert not holds_events('Error: "eventType"')
