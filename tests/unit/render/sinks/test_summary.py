"""What many events add up to, on a terminal."""

from __future__ import annotations

import pytest

from oktascim.diagnose.engine import explain_events
from oktascim.diagnose.event import reports_failure
from oktascim.logs.summary import Summary
from oktascim.render.sinks.summary import SummarySink, SummaryText
from tests.support.log_events import UNAUTHORIZED, log_events, make_event


def test_the_summary_counts_and_draws(streams):
    output, stdout = streams
    with SummarySink(output, Summary(reports_failure), as_json=False, explained=True) as sink:
        events = log_events(make_event(1), make_event(2, outcome=UNAUTHORIZED), make_event(3, outcome=UNAUTHORIZED))
        sink.page(events, explain_events(events.values))
    text = stdout.written().decode()
    assert text.startswith("3 events, 2 failures, 2026-11-20 10:00Z")
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
    assert stdout.written() == b"No events.\n"
