"""What holds for every format."""

from __future__ import annotations

from oktascim.diagnose.engine import explain_events
from oktascim.diagnose.event import reports_failure
from oktascim.logs.summary import Summary
from oktascim.render.sinks.csv import CsvSink
from oktascim.render.sinks.json import JsonLinesSink, JsonSink
from oktascim.render.sinks.summary import SummarySink
from oktascim.render.sinks.text import TextSink
from tests.support.log_events import log_events, make_event


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
    assert b"00verysecrettoken" not in stdout.written()
    assert stdout.written().count(b"bad token [hidden]") == len(sinks)
