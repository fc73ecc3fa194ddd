"""The page as a file: what is in it, and what a text in it can do (nothing)."""

from __future__ import annotations

import json
import re

import pytest

from oktascim.diagnose.engine import explain_events
from oktascim.diagnose.event import reports_failure
from oktascim.errors import OktascimError
from oktascim.redact import clean
from oktascim.render.sinks.html import html_page
from tests.support.log_events import log_events, make_event

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&__FINDINGS____EVENTS__\u2028"


def write(path, *pages, title="Acme CRM: System Log", masked=lambda text: text):
    with html_page(path, title, is_failure=reports_failure, masked=masked) as page:
        for events in pages:
            page.page(log_events(*events), explain_events(events))
    return path.read_text(encoding="utf-8")


def data(text, name):
    found = re.search(rf'<script type="application/json" id="{name}-data">(.*?)</script>', text, re.DOTALL)
    return json.loads(found.group(1))


def test_all_events_and_each_cause_once(tmp_path):
    failure = {"outcome": {"result": "FAILURE", "reason": "Unauthorized"}}
    text = write(tmp_path / "log.html", [make_event(1), make_event(2, **failure)], [], [make_event(3, **failure)])
    rows = data(text, "events")
    assert [row[-3][-1] for row in rows] == ["1", "2", "3"]
    assert [row[-2:] for row in rows] == [[False, -1], [True, 0], [True, 0]]
    assert len(data(text, "findings")) == 1


def test_text_of_a_server_stays_text(tmp_path):
    hostile = make_event(1, displayMessage=EVIL, outcome={"result": EVIL, "reason": EVIL}, eventType=EVIL)
    text = write(tmp_path / "log.html", [hostile], title=EVIL)
    assert text.count("<script") == 4
    assert "onerror" in text
    assert "<img" not in text
    assert data(text, "title") == clean(EVIL)
    assert data(text, "events")[0][3] == clean(EVIL)


def test_the_page_loads_nothing(tmp_path):
    text = write(tmp_path / "log.html", [make_event(1)])
    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|href)\s*=|@import|url\(|https?://", text)


def test_a_secret_is_masked(tmp_path):
    text = write(
        tmp_path / "log.html",
        [make_event(1, displayMessage="a s3cr3t")],
        masked=lambda text: text.replace("s3cr3t", "…"),
    )
    assert "s3cr3t" not in text


def test_after_a_failure_the_old_page_is_untouched(tmp_path):
    path = tmp_path / "log.html"
    path.write_text("old")
    with (
        pytest.raises(RuntimeError),
        html_page(path, "x", is_failure=reports_failure, masked=lambda text: text),
    ):
        raise RuntimeError("the connection broke")
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir()] == [("log.html", "old")]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(OktascimError, match="Can't write"):
        write(tmp_path / "missing" / "log.html")


def test_a_finding_is_written_once_a_page_however_many_events_it_explains(tmp_path):
    written = []

    class Finding:
        events = tuple(f"uuid-{number}" for number in range(1, 501))

        def to_json(self):
            written.append(self)
            return {"cause": "x", "events": self.events}

    events = [make_event(number) for number in range(1, 501)]
    with html_page(tmp_path / "log.html", "x", is_failure=reports_failure, masked=str) as page:
        page.page(log_events(*events), [Finding()])
    assert len(written) == 1
    rows = data((tmp_path / "log.html").read_text(encoding="utf-8"), "events")
    assert {row[-1] for row in rows} == {0}
