"""Filters and `q` as SQL, and the two ways of reading, on events that are in no server."""

from __future__ import annotations

from typing import Any

import pytest

from okta_emulator.api.errors import refusal
from okta_emulator.core.errors import LogsError
from okta_emulator.core.store import Store
from okta_emulator.org.eventlog import EventLog
from okta_emulator.org.logquery import filter_condition, words_condition

ALL = ("1", ())
ALWAYS = ("2000", "3000")


def event(number: int, published: str, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "uuid": f"event-{number}",
        "eventType": "application.provision.user.push",
        "published": published,
        "severity": "INFO",
        "displayMessage": "Push new user",
        "outcome": {"result": "SUCCESS", "reason": None},
        "actor": {"id": "00u1", "displayName": "Ada O'Neill"},
        "debugContext": {"debugData": {"url": "/api?x", "appname": "scim2headerauth"}},
        "target": [{"id": "0oa1", "type": "AppInstance", "detailEntry": {"kind": "x"}}, {"id": "00u2", "type": "User"}],
    }
    return base | more


@pytest.fixture
def log() -> EventLog:
    found = EventLog(Store().db)
    found.append(
        [
            event(1, "2026-01-01T00:00:01.000Z"),
            event(2, "2026-01-01T00:00:03.000Z", severity="ERROR", outcome={"result": "FAILURE", "reason": "50% off_"}),
            event(3, "2026-01-01T00:00:02.000Z", eventType="user.lifecycle.create", target=None),
        ]
    )
    return found


def uuids(bodies: list[bytes]) -> str:
    import json

    return "".join(json.loads(body)["uuid"].removeprefix("event-") for body in bodies)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('target.id eq "0oa1"', "12"),
        ('target.id eq "0oa1" and target.id eq "00u2"', "12"),
        ('target.id eq "nobody"', ""),
        ('target.type eq "user"', "12"),
        ('target.detailEntry.kind eq "x"', "12"),
        ("target.id pr", "12"),
        ("not (target pr)", "3"),
        ('eventType sw "application."', "12"),
        ('eventType ew "create"', "3"),
        ('outcome.result ne "SUCCESS"', "2"),
        ('outcome.reason co "50% off_"', "2"),
        ("outcome.reason pr", "2"),
        ('severity eq "error" or eventType eq "user.lifecycle.create"', "23"),
        ('actor.displayName eq "ada o\'neill"', "123"),
        ('debugContext.debugData.appname eq "scim2headerauth"', "123"),
        ('uuid gt "event-1"', "23"),
        ("outcome.reason eq 99999999999999999999999999", ""),
        ("outcome.reason eq true", ""),
    ],
)
def test_a_filter_picks(log: EventLog, text: str, found: str) -> None:
    assert uuids(log.polled(filter_condition(text), 0, "2000", 10).bodies) == found


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('published gt "2026"', "E0000053", "field is not valid: published"),
        ('some_invalid_field eq "x"', "E0000053", "field is not valid: some_invalid_field"),
        ('target.changeDetails.to eq "x"', "E0000053", "field is not valid: target.changeDetails.to"),
        ("actor.id') OR 1=1 -- pr", "E0000053", "Invalid filter"),
        ("actor.id'x pr", "E0000053", "field is not valid: actor.id'x"),
        (
            'debugContext.debugData.url co "/api"',
            "E0000031",
            (
                "The supplied combination of operator and field is not currently supported. "
                "Operator: co, Field: debugContext.debugData.url"
            ),
        ),
        (
            'eventType eqq "x"',
            "E0000053",
            (
                "Invalid filter 'eventType eqq \"x\"': Unrecognized attribute operator 'eqq' at position 10. "
                "Expected: eq,co,sw,pr,gt,ge,lt,le"
            ),
        ),
    ],
)
def test_a_filter_is_refused(text: str, code: str, message: str) -> None:
    with pytest.raises(LogsError) as caught:
        filter_condition(text)
    body = refusal(caught.value).content
    assert body["errorCode"] == code
    assert body["errorSummary"].startswith(message)
    assert len(body["errorId"]) == 36
    assert "errorLink" not in body


@pytest.mark.parametrize(
    ("words", "found"),
    [("user.push", "12"), ("eventType", ""), ("PUSH 50%", "2"), ("off_ nothing", ""), ("lifecycle", "3")],
)
def test_every_word_must_stand_in_the_event(log: EventLog, words: str, found: str) -> None:
    assert uuids(log.polled(words_condition(words), 0, "2000", 10).bodies) == found


@pytest.mark.parametrize("words", ["x" * 41, "a b c d e f g h i j k"])
def test_too_many_or_too_long_words_are_refused(words: str) -> None:
    with pytest.raises(LogsError) as caught:
        words_condition(words)
    assert caught.value.text.startswith("Api validation failed: 'q': Freeform search cannot contain")


def test_polling_follows_persistence_and_bounded_reading_the_publication(log: EventLog) -> None:
    assert uuids(log.polled(ALL, 0, "2000", 10).bodies) == "123"
    assert uuids(log.bounded(ALL, ALWAYS, None, "ASCENDING", 10).bodies) == "132"
    assert uuids(log.bounded(ALL, ALWAYS, None, "DESCENDING", 10).bodies) == "231"


def test_pages_continue_behind_the_last_event(log: EventLog) -> None:
    first = log.bounded(ALL, ALWAYS, None, "ASCENDING", 2)
    assert (uuids(first.bodies), first.full) == ("13", True)
    second = log.bounded(ALL, ALWAYS, first.last, "ASCENDING", 2)
    assert (uuids(second.bodies), second.full) == ("2", False)


def test_a_late_event_reaches_those_who_poll_though_it_was_published_before(log: EventLog) -> None:
    seen = log.polled(ALL, 0, "2026-01-01", 10)
    assert seen.last
    log.append([event(4, "2025-12-01T00:00:00.000Z")], persisted="2026-01-01T00:00:09.000Z")
    assert uuids(log.polled(ALL, seen.last[1], "2026-01-01", 10).bodies) == "4"
    assert uuids(log.bounded(ALL, ("2026-01-01", "2027"), None, "ASCENDING", 10).bodies) == "132"
