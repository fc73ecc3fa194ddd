"""The call itself: parameters, next links, the bytes of each event, what a refusal says."""

from __future__ import annotations

import asyncio
import gc
import json
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oktascim.errors import ExitCode, OktascimError, UsageProblem
from oktascim.okta.errors import OktaRefusedIdentity, UnreadableAnswer
from oktascim.okta.log_events import events_in
from oktascim.okta.logs import LogQuery, history, read_page
from tests.support.log_events import as_bytes, log_page, make_event

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
UNTIL = datetime(2026, 11, 2, tzinfo=UTC)


def read_history(org, query):
    async def collect():
        return [raw async for page in history(org.client(), query) for raw in page.events.raws]

    return org.clock.run(collect())


def ask(org, query):
    return org.clock.run(read_page(org.client(), query))


def test_bounded_query_follows_every_next_link_and_ends(fake_okta):
    log = fake_okta.on(
        "GET /api/v1/logs",
        log_page([make_event(1), make_event(2)], "p2"),
        log_page([make_event(3)], "p3"),
        log_page([]),
    )
    events = read_history(fake_okta, LogQuery("a eq 1", SINCE, UNTIL))
    assert [json.loads(raw)["uuid"][-1] for raw in events] == ["1", "2", "3"]
    assert dict(log.requests[0].url.params) == {
        "filter": "a eq 1",
        "since": "2026-11-01T00:00:00.000Z",
        "until": "2026-11-02T00:00:00.000Z",
        "limit": "1000",
    }
    assert [request.url.params["after"] for request in log.requests[1:]] == ["p2", "p3"]


def test_history_without_times_is_the_last_seven_days(fake_okta):
    log = fake_okta.on("GET /api/v1/logs", log_page([]))
    read_history(fake_okta, LogQuery())
    sent = log.requests[0].url.params
    assert sent["until"] == "2027-01-15T08:00:00.000Z"
    assert sent["since"] == "2027-01-08T08:00:00.000Z"


def test_history_asks_again_where_this_machines_clock_lags(fake_okta):
    late = "Fri, 15 Jan 2027 08:10:00 GMT"
    log = fake_okta.on("GET /api/v1/logs", log_page([], date=late), log_page([make_event(1)], date=late))
    assert len(read_history(fake_okta, LogQuery())) == 1
    assert log.requests[1].url.params["until"] == "2027-01-15T08:10:00.000Z"


class BodyAfter(httpx.AsyncByteStream):
    """A body that comes only once something has happened."""

    def __init__(self, body: bytes, happened: asyncio.Event) -> None:
        self._body, self._happened = body, happened

    async def __aiter__(self):
        await self._happened.wait()
        yield self._body


def test_a_page_is_asked_for_while_the_body_of_the_one_before_is_on_its_way(fake_okta):
    asked = asyncio.Event()
    second, third = log_page([make_event(2)], "p3"), log_page([make_event(3)])

    def answer_third(_request):
        asked.set()
        return third

    def answer_second(_request):
        return httpx.Response(200, headers=second.headers, stream=BodyAfter(second.content, asked))

    fake_okta.on("GET /api/v1/logs", log_page([make_event(1)], "p2"), answer_second, answer_third)
    assert len(read_history(fake_okta, LogQuery("", SINCE, UNTIL))) == 3


class TornOff(httpx.AsyncByteStream):
    """A body that breaks off, late."""

    async def __aiter__(self):
        await asyncio.sleep(6)
        raise httpx.ReadError("connection reset")
        yield b""


def test_a_page_that_fails_ends_the_reading_though_the_next_one_fails_too(fake_okta, caplog):
    headers = log_page([], "p3").headers
    torn = [lambda _request: httpx.Response(200, headers=headers, stream=TornOff())] * 4
    fake_okta.on("GET /api/v1/logs", log_page([make_event(1)], "p2"), *torn)
    fake_okta.on("GET /api/v1/logs?limit=1000&after=p3", httpx.ReadError("gone too"))
    assert "connection reset" in what_ends_it(fake_okta)
    for request in fake_okta.requests:  # they are kept here, and know who waits for their answers
        request.extensions.clear()
    gc.collect()
    assert not caplog.records  # of a task whose failure nobody was told


def what_ends_it(org):
    try:
        read_history(org, LogQuery("", SINCE, UNTIL))
    except OktascimError as error:
        return str(error)


def test_without_looking_ahead_no_page_is_asked_for_in_vain(fake_okta):
    log = fake_okta.on("GET /api/v1/logs", log_page([make_event(1)], "p2"))

    async def first():
        return await anext(history(fake_okta.client(), LogQuery("", SINCE, UNTIL), ahead=False))

    assert fake_okta.clock.run(first()).events.values == [make_event(1)]
    assert len(log.requests) == 1


def test_polling_query_sends_no_end(fake_okta):
    log = fake_okta.on("GET /api/v1/logs", log_page([], "p2"))
    page = ask(fake_okta, LogQuery(since=SINCE))
    assert "until" not in log.requests[0].url.params
    assert page.following is not None
    assert len(page.events) == 0


def test_a_next_link_to_another_host_is_not_followed(fake_okta):
    first = log_page([make_event(1)])
    first.headers["link"] = '<https://evil.example/api/v1/logs?after=x>; rel="next"'
    log = fake_okta.on("GET /api/v1/logs", first)
    with pytest.raises(OktascimError, match="evil"):
        read_history(fake_okta, LogQuery("", SINCE, UNTIL))
    assert len(log.requests) == 1


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


def test_a_named_field_gets_the_caret_too(fake_okta, okta_error):
    fake_okta.on("GET /api/v1/logs", okta_error(400, "E0000053", "field is not valid: some_field"))
    with pytest.raises(UsageProblem, match=r"\n {4}\^"):
        ask(fake_okta, LogQuery('not some_field eq "x"'))


def test_other_refusals_keep_okta_text(fake_okta, okta_error):
    fake_okta.on("GET /api/v1/logs", okta_error(400, "E0000001", "Api validation failed: 'until'"))
    with pytest.raises(UsageProblem, match="Api validation failed") as caught:
        ask(fake_okta, LogQuery())
    assert "^" not in str(caught.value)


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b" NaN", b"[1,NaN]"])
def test_a_number_that_json_does_not_have_is_not_passed_on(number):
    body = b'[{"uuid":"1","published":"2026-11-20T10:00:00.000Z","eventType":"x","n":' + number + b"}]"
    with pytest.raises(UnreadableAnswer, match="not JSON"):
        assert events_in(body, "req42").json_lines


@pytest.mark.parametrize("word", ["aNaNb", "NaN", "it is, NaN, as one says", "Infinity"])
def test_the_same_letters_in_a_text_are(word):
    body = as_bytes([make_event(1, displayMessage=word)])
    assert events_in(body).json_lines == body[1:-1]


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"uuid": 7}, "[].uuid is a number, not text"),
        ({"eventType": None}, "[].eventType is missing"),
        ({"published": "yesterday"}, "[].published is not a time: 'yesterday'"),
        ({"published": "2026-13-01T00:00:00.000Z"}, "is not a time"),
        ({"target": [None]}, "[].target[] is missing"),
        ({"outcome": "FAILURE"}, "[].outcome is text, not an object"),
    ],
)
def test_an_event_of_another_shape_is_named_with_the_request(members, place):
    with pytest.raises(UnreadableAnswer) as caught:
        assert events_in(as_bytes([make_event(1), make_event(2, **members)]), "req42").values
    assert place in caught.value.why
    assert "[request id req42]" in caught.value.why
