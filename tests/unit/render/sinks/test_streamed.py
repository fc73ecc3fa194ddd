"""Events for people and for programs: text, json, jsonl, csv, summary."""

from __future__ import annotations

import csv
import io
import json
from unicodedata import east_asian_width

import pytest

from oktascim.diagnose.engine import explain_events, reports_failure
from oktascim.logs.fields import FIELDS, choose_fields
from oktascim.logs.summary import Summary
from oktascim.okta.log_events import Events
from oktascim.redact import Masker
from oktascim.render.sinks.csv import CsvSink, csv_cell
from oktascim.render.sinks.json import JsonLinesSink, JsonSink
from oktascim.render.sinks.summary import SummarySink, SummaryText
from oktascim.render.sinks.text import EventText, TextSink
from oktascim.render.streams import Output
from tests.support.log_events import UNAUTHORIZED, log_events, make_event


@pytest.fixture
def streams():
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    masker = Masker()
    masker.add("00verysecrettoken")
    return Output(masker, {}, stdout=stdout, stderr=io.StringIO(), stdin=io.StringIO()), stdout


def written(stdout):
    stdout.flush()
    return stdout.buffer.getvalue()


def lines(*events, wide=False, color=False, explain=False, columns=None):
    text = EventText(color=color, wide=wide)
    return text.page(events, explain_events(events) if explain else (), columns).splitlines()


def test_a_line_says_time_what_who_outcome_and_reason():
    first, second = lines(make_event(outcome=UNAUTHORIZED))
    assert first.split("  ")[0].startswith("2026-11-20 10:00:01Z")
    assert "FAILURE" in first
    assert "Push new user to external application" in first
    assert "ada@acme.example" in first
    assert first.endswith("by ola@acme.example")
    assert second.strip() == UNAUTHORIZED["reason"]


def test_events_of_one_operation_stand_together():
    job = {"transaction": {"id": "job"}}
    events = [make_event(1, **job), make_event(2), make_event(3, **job), make_event(4, **job, outcome=UNAUTHORIZED)]
    shown = lines(*events)
    assert [line[21] for line in shown] == ["┌", "├", "└", " ", " "]
    assert [line[17:19] for line in shown if line.startswith("2026")] == ["01", "03", "04", "02"]


@pytest.mark.parametrize("columns", [None, 80, 100, 120])
def test_no_text_is_cut(columns):
    message, login = "Verify user exists in external application " * 4, f"{'x' * 60}@acme.example"
    event = make_event(displayMessage=message.strip())
    event["target"] = [{"type": "User", "alternateId": login}]
    said = " ".join(" ".join(lines(event, columns=columns)).split())
    assert message.strip() in said
    assert f"{login} by ola@acme.example" in said


def test_wide_adds_what_an_event_is_found_by():
    wide = lines(make_event(), wide=True)
    assert "uuid=uuid-1" in wide[1]
    assert "type=application.provision.user.push" in wide[1]


def test_a_reason_is_never_cut():
    reason = "Bad Request. " + "y" * 240
    assert reason in lines(make_event(outcome={"result": "FAILURE", "reason": reason}))[1]


@pytest.mark.parametrize("columns", [40, 63, 64, 80, 109, 110, 120, 200])
@pytest.mark.parametrize("wide", [False, True])
def test_nothing_runs_over_the_edge_of_a_terminal(columns, wide):
    reason = (
        "Bad Gateway. Errors reported by remote server: Invalid JSON: Unrecognized token 'error': was expecting more"
    )
    events = [
        make_event(number, outcome={"result": result, "reason": reason}, transaction={"id": "job"})
        for number, result in enumerate(("FAILURE", "UNANSWERED", "SUCCESS"), 1)
    ]
    shown = lines(*events, explain=True, wide=wide, columns=columns)
    longest = max(shown, key=len)
    assert len(longest) <= columns, longest
    text = " ".join(" ".join(shown).replace("│", " ").split())
    assert text.count(reason) == 3
    assert "ada@acme.example by ola@acme.example" in text
    assert "fix Check the health" in text


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_characters_of_two_columns_are_counted_as_such(columns):
    event = make_event(outcome={"result": "FAILURE", "reason": "部門が必要です " * 20})
    event["target"] = [{"type": "User", "alternateId": "日本語ユーザー名前@例え.jp"}]
    for line in lines(event, columns=columns):
        assert len(line) + sum(east_asian_width(character) in "WF" for character in line) <= columns


@pytest.mark.parametrize(("columns", "expected"), [(200, 1), (120, 1), (80, 2), (40, 3)])
def test_people_stand_behind_what_happened_where_there_is_room(columns, expected):
    assert len(lines(make_event(), columns=columns)) == expected


def test_a_pipe_gets_one_line_an_event_and_one_its_reason():
    reason = "x " * 200
    assert len(lines(make_event(outcome={"result": "FAILURE", "reason": reason.strip()}))) == 2


@pytest.mark.parametrize("member", ["displayMessage", "eventType", "published", "uuid"])
def test_server_text_cannot_reach_the_terminal(member):
    trick = "\x1b[2Jgone\x07\u202eevil\u2066\r\nfake line"
    event = make_event(**{member: trick, "outcome": {"result": trick, "reason": trick}})
    event["target"][2]["alternateId"] = event["actor"]["alternateId"] = event["transaction"]["id"] = trick
    shown = lines(event, wide=True)
    assert len(shown) == 3
    assert all(line.isprintable() for line in shown)


def test_colour_only_where_asked():
    assert not any("\x1b" in line for line in lines(make_event(), explain=True))
    assert "\x1b[32mSUCCESS" in lines(make_event(), color=True)[0]


@pytest.mark.parametrize(
    "members",
    [
        {"outcome": None, "target": None, "actor": None, "transaction": None, "displayMessage": None},
        {"outcome": {}, "target": [], "actor": {}, "transaction": {}, "eventType": None},
    ],
)
def test_members_that_okta_leaves_out_are_no_trouble(members):
    assert len(lines(make_event(**members), wide=True)) == 2


def test_an_explanation_is_written_once_in_full():
    events = [make_event(number, outcome=UNAUTHORIZED) for number in (1, 2)]
    shown = lines(*events, explain=True)
    assert sum("why   as above" in line for line in shown) == 1
    assert sum(line.strip().startswith("fix ") for line in shown) == 1
    assert any("auth.invalid_credentials" in line for line in shown)


def test_jsonl_is_oktas_own_bytes(streams):
    output, stdout = streams
    raw = [b'{"uuid" : "1", "x":"\\u00e9"}', '{"uuid":"2","x":"é"}'.encode()]
    sink = JsonLinesSink(output, None)
    sink.page(Events(b"\n".join(raw)), [])
    sink.page(Events(), [])
    assert written(stdout) == raw[0] + b"\n" + raw[1] + b"\n"


def test_json_on_a_terminal_spells_tricks_as_escapes(streams, monkeypatch):
    output, stdout = streams
    monkeypatch.setattr(stdout, "isatty", lambda: True, raising=False)
    event = make_event(displayMessage="\u202egone\x9b2J é")
    events = log_events(event)
    for sink in (JsonLinesSink(output, None), JsonSink(output, None, explained=True)):
        with sink:
            sink.page(events, [])
    text = written(stdout).decode()
    assert all(character.isprintable() or character == "\n" for character in text)
    line, _, document = text.partition("\n")
    assert json.loads(line) == json.loads(document)["events"][0] == event
    assert "é" in line


def test_jsonl_explains_on_lines_of_their_own(streams):
    output, stdout = streams
    events = log_events(make_event(outcome=UNAUTHORIZED))
    JsonLinesSink(output, None).page(events, explain_events(events.values))
    event, finding = map(json.loads, written(stdout).splitlines())
    assert event["uuid"] == "uuid-1"
    assert finding["finding"]["events"] == ["uuid-1"]


@pytest.mark.parametrize("pages", [[], [[]], [[1]], [[1, 2], [], [3]]])
def test_json_is_one_array(streams, pages):
    output, stdout = streams
    with JsonSink(output, None, explained=False) as sink:
        for page in pages:
            sink.page(log_events(*map(make_event, page)), [])
    assert [event["uuid"][-1] for event in json.loads(written(stdout))] == [str(n) for page in pages for n in page]


@pytest.mark.parametrize("pages", [[], [[1], [2]]])
def test_json_with_explanations_is_an_object(streams, pages):
    output, stdout = streams
    with JsonSink(output, None, explained=True) as sink:
        for page in pages:
            events = log_events(*(make_event(number, outcome=UNAUTHORIZED) for number in page))
            sink.page(events, explain_events(events.values))
    document = json.loads(written(stdout))
    assert list(document) == ["events", "findings"]
    assert [finding["events"] for finding in document["findings"]] == ([["uuid-1", "uuid-2"]] if pages else [])


def test_fields_are_chosen_by_name_and_by_path(streams):
    output, stdout = streams
    event = make_event(debugContext={"debugData": {"appname": "scim2headerauth"}})
    JsonLinesSink(output, choose_fields("time, user,debugContext.debugData.appname,target")).page(log_events(event), [])
    assert json.loads(written(stdout)) == {
        "time": "2026-11-20T10:00:01.123Z",
        "user": "ada@acme.example",
        "debugContext.debugData.appname": "scim2headerauth",
        "target": event["target"],
    }


def test_field_names_are_a_contract():
    assert list(FIELDS) == [
        *("time", "outcome", "type", "message", "reason", "user", "group", "app", "actor", "ip", "severity"),
        *("transaction", "uuid"),
    ]


def test_csv_has_a_header_and_a_line_an_event(streams):
    output, stdout = streams
    with CsvSink(output, None) as sink:
        sink.page(log_events(make_event(displayMessage='a "b", c\nd')), [])
    header, row = csv.reader(io.StringIO(written(stdout).decode(), newline=""))
    assert header == list(FIELDS)
    assert dict(zip(header, row, strict=True))["message"] == 'a "b", c d'
    assert dict(zip(header, row, strict=True))["app"] == "Acme CRM"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM", "'@SUM"),
        ("\t=1", "' =1"),
        ("\r=1", "'=1"),
        ("\u202e=1", "'=1"),
        (None, ""),
        (["a"], '["a"]'),
        ("a=1", "a=1"),
    ],
)
def test_a_cell_is_no_formula(value, cell):
    assert csv_cell(value) == cell


def test_no_output_carries_a_secret(streams):
    output, stdout = streams
    event = make_event(outcome={"result": "FAILURE", "reason": "bad token 00verysecrettoken"})
    sinks = [
        TextSink(output, wide=True),
        JsonLinesSink(output, None),
        JsonSink(output, None, explained=True),
        CsvSink(output, None),
        SummarySink(output, Summary(reports_failure), as_json=False, explained=True),
        SummarySink(output, Summary(reports_failure), as_json=True, explained=True),
    ]
    for sink in sinks:
        with sink:
            sink.page(log_events(event), explain_events([event]))
    assert b"00verysecrettoken" not in written(stdout)
    assert written(stdout).count(b"bad token [hidden]") == len(sinks)


def test_the_summary_counts_and_draws(streams):
    output, stdout = streams
    with SummarySink(output, Summary(reports_failure), as_json=False, explained=True) as sink:
        events = log_events(make_event(1), make_event(2, outcome=UNAUTHORIZED), make_event(3, outcome=UNAUTHORIZED))
        sink.page(events, explain_events(events.values))
    text = written(stdout).decode()
    assert text.startswith("3 events, 2 of them failures, 2026-11-20 10:00Z")
    assert "2  FAILURE   application.provision.user.push" in text
    assert f"2  {UNAUTHORIZED['reason']}" in text
    assert "2  ada@acme.example" in text
    assert "█" in text
    assert "▒" in text
    assert "auth.invalid_credentials" in text


@pytest.mark.parametrize("columns", [50, 80, 120])
def test_a_summary_fits_its_terminal(columns):
    summary = Summary(reports_failure)
    long = {
        "result": "FAILURE",
        "reason": "Bad Request. Errors reported by remote server: " + "department is required " * 8,
    }
    summary.add([make_event(1), make_event(2, outcome=long), make_event(200, outcome=UNAUTHORIZED)])
    shown = list(SummaryText(columns, color=False).lines(summary))
    assert max(map(len, shown)) <= columns
    assert any(line.startswith(f"{'':13}") and "required" in line for line in shown)
    assert max(line.count("█") for line in shown) > (20 if columns == 80 else 5)


def test_a_summary_is_coloured_for_a_terminal_that_takes_it():
    summary = Summary(reports_failure)
    summary.add([make_event(1), make_event(2, outcome=UNAUTHORIZED)])
    shown = "\n".join(SummaryText(100, color=True).lines(summary))
    assert "\x1b[31m▒" in shown
    assert "\x1b[1mOperations" in shown
    assert "\x1b" not in "\n".join(SummaryText(100, color=False).lines(summary))


def test_an_empty_summary_says_so(streams):
    output, stdout = streams
    with SummarySink(output, Summary(reports_failure), as_json=False, explained=False):
        pass
    assert written(stdout) == b"No events.\n"


def test_a_failure_leaves_json_open(streams):
    output, stdout = streams
    with pytest.raises(RuntimeError), JsonSink(output, None, explained=False) as sink:
        sink.page(log_events(make_event(1)), [])
        raise RuntimeError("the connection broke")
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(written(stdout))
