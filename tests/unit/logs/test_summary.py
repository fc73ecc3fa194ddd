"""What events add up to."""

from __future__ import annotations

from itertools import pairwise

from oktascim.logs.summary import Summary
from tests.support.log_events import make_event


def failed(event):
    return event["outcome"]["result"] == "FAILURE"


def test_counts_reasons_and_people():
    failure = {"outcome": {"result": "FAILURE", "reason": "Unauthorized"}}
    silent = {"outcome": {"result": "FAILURE", "reason": None}, "target": None}
    summary = Summary(failed)
    summary.add([make_event(1), make_event(2, **failure), make_event(3, **failure), make_event(4, **silent)])
    document = summary.to_json()
    assert (document["events"], document["failures"], document["users"]) == (4, 3, 1)
    assert document["operations"] == [
        {"type": "application.provision.user.push", "outcome": "FAILURE", "count": 3},
        {"type": "application.provision.user.push", "outcome": "SUCCESS", "count": 1},
    ]
    assert document["reasons"] == [
        {"reason": "Unauthorized", "count": 2},
        {"reason": "(no reason given)", "count": 1},
    ]
    assert document["failed_users"] == [{"user": "ada@acme.example", "count": 2}]
    assert (document["first"], document["last"]) == ("2026-11-20T10:00:01.123Z", "2026-11-20T10:00:04.123Z")


def test_histogram_covers_the_gaps_and_loses_nothing():
    summary = Summary(failed)
    times = ["2026-11-01T23:59:59.000Z", "2026-11-02T00:00:00.000Z", "2026-11-09T12:00:00.000Z"]
    summary.add([make_event(1, published=time) for time in times])
    bars = summary.histogram()
    assert len(bars) <= 24
    assert sum(bar.events for bar in bars) == 3
    assert {bar.minutes for bar in bars} == {720}
    steps = {(later.start - bar.start).total_seconds() for bar, later in pairwise(bars)}
    assert steps == {720 * 60}


def test_a_year_still_fits():
    summary = Summary(failed)
    summary.add([make_event(1, published=f"{year}-01-01T00:00:00.000Z") for year in (2020, 2026)])
    assert sum(bar.events for bar in summary.histogram()) == 2
    assert len(summary.histogram()) <= 25


def test_nothing_adds_up_to_nothing():
    document = Summary(failed).to_json()
    assert document["events"] == 0
    assert document["histogram"] == []
    assert document["first"] is None
