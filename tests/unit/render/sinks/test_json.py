"""Events as JSON: an array, an object with explanations, or one a line."""

from __future__ import annotations

import json

import pytest

from oktascim.diagnose.engine import explain_events
from oktascim.logs.fields import choose_fields
from oktascim.okta.log_events import Events
from oktascim.render.sinks.json import JsonLinesSink, JsonSink
from tests.support.log_events import UNAUTHORIZED, log_events, make_event


def test_jsonl_is_oktas_own_bytes(streams):
    output, stdout = streams
    raw = [b'{"uuid" : "1", "x":"\\u00e9"}', '{"uuid":"2","x":"é"}'.encode()]
    sink = JsonLinesSink(output, None)
    sink.page(Events(b"\n".join(raw)), [])
    sink.page(Events(), [])
    assert stdout.written() == raw[0] + b"\n" + raw[1] + b"\n"


def test_json_on_a_terminal_spells_tricks_as_escapes(streams, monkeypatch):
    output, stdout = streams
    monkeypatch.setattr(stdout, "isatty", lambda: True, raising=False)
    event = make_event(displayMessage="\u202egone\x9b2J é")
    events = log_events(event)
    for sink in (JsonLinesSink(output, None), JsonSink(output, None, explained=True)):
        with sink:
            sink.page(events, [])
    text = stdout.written().decode()
    assert all(character.isprintable() or character == "\n" for character in text)
    line, _, document = text.partition("\n")
    assert json.loads(line) == json.loads(document)["events"][0] == event
    assert "é" in line


def test_jsonl_explains_on_lines_of_their_own(streams):
    output, stdout = streams
    events = log_events(make_event(outcome=UNAUTHORIZED))
    JsonLinesSink(output, None).page(events, explain_events(events.values))
    event, finding = map(json.loads, stdout.written().splitlines())
    assert event["uuid"] == "uuid-1"
    assert finding["finding"]["events"] == ["uuid-1"]


@pytest.mark.parametrize("pages", [[], [[]], [[1]], [[1, 2], [], [3]]])
def test_json_is_one_array(streams, pages):
    output, stdout = streams
    with JsonSink(output, None, explained=False) as sink:
        for page in pages:
            sink.page(log_events(*map(make_event, page)), [])
    assert [event["uuid"][-1] for event in json.loads(stdout.written())] == [str(n) for page in pages for n in page]


@pytest.mark.parametrize("pages", [[], [[1], [2]]])
def test_json_with_explanations_is_an_object(streams, pages):
    output, stdout = streams
    with JsonSink(output, None, explained=True) as sink:
        for page in pages:
            events = log_events(*(make_event(number, outcome=UNAUTHORIZED) for number in page))
            sink.page(events, explain_events(events.values))
    document = json.loads(stdout.written())
    assert list(document) == ["events", "findings"]
    assert [finding["events"] for finding in document["findings"]] == ([["uuid-1", "uuid-2"]] if pages else [])


def test_fields_are_chosen_by_name_and_by_path(streams):
    output, stdout = streams
    event = make_event(debugContext={"debugData": {"appname": "scim2headerauth"}})
    JsonLinesSink(output, choose_fields("time, user,debugContext.debugData.appname,target")).page(log_events(event), [])
    assert json.loads(stdout.written()) == {
        "time": "2026-11-20T10:00:01.123Z",
        "user": "ada@acme.example",
        "debugContext.debugData.appname": "scim2headerauth",
        "target": event["target"],
    }


def test_a_failure_leaves_json_open(streams):
    output, stdout = streams
    with pytest.raises(RuntimeError), JsonSink(output, None, explained=False) as sink:
        sink.page(log_events(make_event(1)), [])
        raise RuntimeError("the connection broke")
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(stdout.written())
