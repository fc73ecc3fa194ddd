"""Events for people: a line each, whatever the terminal's width."""

from __future__ import annotations

from unicodedata import east_asian_width

import pytest

from oktascim.diagnose.engine import explain_events
from oktascim.render.sinks.text import EventText
from tests.support.log_events import UNAUTHORIZED, make_event


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
