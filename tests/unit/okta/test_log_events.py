"""The events of an answer as Okta's own bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oktascim.errors import OktascimError
from oktascim.okta.errors import UnreadableAnswer
from oktascim.okta.log_events import events_in
from tests.support.log_events import as_bytes, make_event


def test_events_keep_their_bytes():
    tricky = make_event(2, displayMessage='},{"actor":{"x":1}}] "uuid":"no" \u202e{')
    events = [as_bytes(event) for event in (make_event(1), tricky, make_event(3))]
    assert events_in(b"[" + b",".join(events) + b"]").raws == events


REST_OF_AN_EVENT = st.fixed_dictionaries(
    {"uuid": st.text()},
    optional={
        "target": st.lists(st.dictionaries(st.sampled_from(["actor", "id"]), st.text())),
        "debugContext": st.dictionaries(st.text().filter(lambda key: key != "uuid"), st.text()),
    },
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(), REST_OF_AN_EVENT)))
def test_any_array_of_events_is_cut_between_its_elements(parts):
    events = [{"actor": actor, **rest} for actor, rest in parts]
    found = events_in(json.dumps(events, separators=(",", ":")).encode())
    assert [json.loads(raw) for raw in found.raws] == events


def test_an_event_that_begins_otherwise_is_found_too():
    events = [make_event(1), {"uuid": "2", **make_event(2, uuid="2")}, make_event(3)]
    assert events_in(as_bytes(events)).values == events
    assert len(events_in(as_bytes(events)).raws) == 3


@pytest.mark.parametrize("indent", [None, 2])
def test_whitespace_in_the_array_makes_no_second_line(indent):
    events = [make_event(1), make_event(2)]
    pieces = events_in(json.dumps(events, indent=indent).encode())
    assert pieces.values == events
    assert len(pieces.raws) == len(pieces) == 2


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'[{"uuid":"1"', b"[1,", b"[", b"\xff"])
def test_a_body_that_is_no_array_is_refused(body):
    with pytest.raises(OktascimError, match="can't be read"):
        events_in(body)


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b" NaN", b"[1,NaN]"])
def test_a_number_that_json_does_not_have_is_not_passed_on(number):
    body = b'[{"uuid":"1","published":"2026-11-20T10:00:00.000Z","eventType":"x","n":' + number + b"}]"
    with pytest.raises(UnreadableAnswer, match="a JSON number"):
        events_in(body, "req42")


@pytest.mark.parametrize("word", ["aNaNb", "NaN", "it is, NaN, as one says", "Infinity", "half \\ud83d"])
def test_what_only_looks_like_no_json_is(word):
    body = as_bytes([make_event(1, displayMessage=word)])
    assert events_in(body).lines == body[1:-1]


@pytest.mark.parametrize("element", [b"7", b'"text"', b"null", b"[{}]"])
def test_an_element_that_is_no_event_is_refused(element):
    with pytest.raises(UnreadableAnswer, match="not an object"):
        events_in(as_bytes([make_event(1)])[:-1] + b"," + element + b"]")


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"uuid": 7}, "[].uuid is a number, not text"),
        ({"eventType": None}, "[].eventType is missing"),
        ({"published": "yesterday"}, "[].published isn't a time: 'yesterday'"),
        ({"published": "2026-13-01T00:00:00.000Z"}, "isn't a time"),
        ({"target": [None]}, "[].target[] is missing"),
        ({"outcome": "FAILURE"}, "[].outcome is text, not an object"),
    ],
)
def test_an_event_of_another_shape_is_named_with_the_request(members, place):
    with pytest.raises(UnreadableAnswer) as caught:
        assert events_in(as_bytes([make_event(1), make_event(2, **members)]), "req42").values
    assert place in caught.value.why
    assert "[request id req42]" in caught.value.why


def test_types_are_read_without_the_rest_of_the_events():
    events = events_in(as_bytes([make_event(1, eventType="a.b"), make_event(2, eventType="c")]))
    assert events.types == ["a.b", "c"]
    assert "values" not in vars(events)


def test_types_of_what_only_the_patient_parser_reads():
    half = rb'{"half": "\ud800", ' + as_bytes(make_event(1, eventType="a.b"))[1:]
    assert events_in(b"[" + half + b"]").types == ["a.b"]


def test_an_event_without_a_type_is_named_as_when_all_is_read():
    with pytest.raises(UnreadableAnswer, match="eventType"):
        _ = events_in(b'[{"uuid": "1", "published": "2026-11-01T00:00:00.000Z"}]').types
