"""`/api/v1/logs`: polling never ends, bounded reading does, and neither loses an event (OB-170, OB-171)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.emulated import Emulated


def walk(org: Emulated, pages: int, **query: Any) -> tuple[list[str], str | None]:
    """The uuids of some pages, and the next link behind them."""
    url: str | None = str(org.http.build_request("GET", "/api/v1/logs", params=query).url)
    found: list[str] = []
    for _ in range(pages):
        if url is None:
            break
        answer = org.http.get(url)
        assert answer.status_code == 200, answer.text
        found += [event["uuid"] for event in answer.json()]
        url = answer.links.get("next", {}).get("url")
    return found, url


@pytest.fixture
def seeded(org: Emulated) -> Emulated:
    org.call("POST", "/_emulator/seed", {"events": 25, "apps": 1, "days": 3})
    return org


def moment(days: int) -> str:
    """An ISO date so many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_bounded_reading_ends_and_has_everything_once(seeded: Emulated) -> None:
    everything = [event["uuid"] for event in seeded.events()]
    found, following = walk(seeded, 100, limit=4, since=moment(-30), until=moment(1))
    assert following is None
    assert len(found) == len(set(found))
    assert set(found) == set(everything)
    backwards, _ = walk(seeded, 100, limit=7, sortOrder="DESCENDING")
    assert backwards == found[::-1]


def test_polling_has_always_a_next_link_that_brings_what_is_new(seeded: Emulated) -> None:
    everything = len(seeded.events())
    found, following = walk(seeded, everything // 10 + 3, limit=10)
    assert len(found) == len(set(found)) == everything
    assert following
    assert "since=" not in following
    assert seeded.http.get(following).json() == []
    seeded.group("News")
    (event,) = seeded.http.get(following).json()
    assert event["eventType"] == "group.lifecycle.create"
    again = seeded.http.get(following)
    assert [one["uuid"] for one in again.json()] == [event["uuid"]]
    assert seeded.http.get(again.links["next"]["url"]).json() == []


def test_the_next_link_keeps_the_query(seeded: Emulated) -> None:
    text = 'outcome.result eq "FAILURE"'
    found, following = walk(seeded, 1, limit=2, filter=text, q="application", since=moment(-30))
    assert len(found) == 2
    assert following
    assert "limit=2" in following
    assert "filter=outcome.result" in following
    assert "q=application" in following


def test_the_last_seven_days_are_the_default(org: Emulated) -> None:
    org.call("POST", "/_emulator/seed", {"events": 60, "days": 60})
    recent = org.events(filter='eventType sw "application.provision"')
    assert 5 <= len(recent) <= 8
    assert len(org.events(filter='eventType sw "application.provision"', sortOrder="DESCENDING")) == len(recent)


def test_self_is_the_question_as_asked(seeded: Emulated) -> None:
    answer = seeded.http.get("/api/v1/logs", params={"limit": 3, "q": "push"})
    assert answer.links["self"]["url"] == f"{seeded.org.url}/api/v1/logs?limit=3&q=push"
    assert len(answer.json()) == 3


def test_the_default_page_has_100_and_the_largest_1000(org: Emulated) -> None:
    org.call("POST", "/_emulator/seed", {"events": 1100, "apps": 1})
    assert len(org.call("GET", "/api/v1/logs")) == 100
    assert len(org.call("GET", "/api/v1/logs", limit=5000)) == 1000
    assert org.call("GET", "/api/v1/logs", limit=0) == []


@pytest.mark.parametrize(
    ("query", "code", "summary"),
    [
        ({"until": "tomorrow"}, "E0000001", "Api validation failed: 'until': The date format in your query is not"),
        ({"since": "2001-01-01T00:00:00Z"}, "E0000053", "Invalid parameter: The since parameter is over 180 days"),
        (
            {"filter": "eventType eqq 1"},
            "E0000053",
            "Invalid filter 'eventType eqq 1': Unrecognized attribute operator",
        ),
        ({"filter": 'nonsense eq "x"'}, "E0000053", "field is not valid: nonsense"),
        (
            {"q": "x" * 41},
            "E0000001",
            "Api validation failed: 'q': Freeform search cannot contain items longer than 40",
        ),
        ({"sortOrder": "UP"}, "E0000001", "Api validation failed: 'sortOrder'"),
        ({"after": "1627500044869_1"}, "E0000029", "Invalid paging request."),
    ],
)
def test_refusals(org: Emulated, query: dict[str, str], code: str, summary: str) -> None:
    got, text, _ = org.error("GET", "/api/v1/logs", status=400, **query)
    assert got == code
    assert text.startswith(summary)


def test_since_and_after_exclude_each_other(seeded: Emulated) -> None:
    _, following = walk(seeded, 1, limit=2)
    assert seeded.http.get(f"{following}&since={moment(-30)}").json()["errorCode"] == "E0000063"


def test_dates_may_have_an_offset(seeded: Emulated) -> None:
    now = seeded.call("GET", "/_emulator/clock")["now"].removesuffix("Z")
    assert len(seeded.events(until=f"{now}+00:00")) >= 25
    assert seeded.http.get(f"/api/v1/logs?until={now}+00:00&limit=1").status_code == 200
