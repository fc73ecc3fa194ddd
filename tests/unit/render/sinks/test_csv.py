"""Events as CSV, harmless to a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from oktascim.logs.fields import FIELDS
from oktascim.render.sinks.csv import CsvSink, csv_cell
from tests.support.log_events import log_events, make_event


def test_csv_has_a_header_and_a_line_an_event(streams):
    output, stdout = streams
    with CsvSink(output, None) as sink:
        sink.page(log_events(make_event(displayMessage='a "b", c\nd')), [])
    header, row = csv.reader(io.StringIO(stdout.written().decode(), newline=""))
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
