"""The page of `logs --html` in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oktascim.diagnose.engine import explain_events
from oktascim.diagnose.event import reports_failure
from oktascim.render.sinks.html import html_page
from tests.support.log_events import CONFLICT, UNAUTHORIZED, log_events, make_event

EVIL = "</script><img src=x onerror='window.hit=1'><script>window.hit=2</script>"

pytestmark = pytest.mark.browser


EVENTS = [
    *(make_event(number, published=f"2026-11-20T10:{number:02}:00.000Z") for number in range(38)),
    *(
        make_event(number, published=f"2026-11-20T10:{number}:00.000Z", transaction={"id": "job"})
        for number in (38, 39)
    ),
    make_event(40, outcome=UNAUTHORIZED),
    make_event(41, outcome=CONFLICT),
    make_event(
        42,
        published="2026-11-20T11:00:00.000Z",
        displayMessage=EVIL,
        eventType=EVIL,
        outcome={"result": "FAILURE", "reason": EVIL},
    ),
]


@pytest.fixture
def page(plain_browser: Any, tmp_path: Path) -> Iterator[Any]:
    path = tmp_path / "log.html"
    with html_page(path, f"Acme {EVIL}", is_failure=reports_failure, masked=lambda text: text) as html:
        html.page(log_events(*EVENTS), explain_events(EVENTS))
    page = plain_browser.new_page()
    troubles: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    yield page
    assert troubles == []
    assert asked == [path.as_uri()]
    page.close()


def shown(page: Any) -> list[str]:
    return page.locator("#events tr").all_inner_texts()


def test_it_shows_every_event_and_the_explanations(page):
    assert len(shown(page)) == 43
    assert "43 events, 3 failed" in page.inner_text("#subtitle")
    cards = page.locator("#findings article").all_inner_texts()
    assert any("auth.invalid_credentials" in card for card in cards)
    assert any("user.conflict" in card for card in cards)


def test_text_of_a_server_is_shown_and_not_run(page):
    assert page.inner_text("h1") == f"Acme {EVIL}"
    assert EVIL in shown(page)[-1]
    assert page.evaluate("window.hit") is None
    assert page.locator("img").count() == 0


def test_search_outcome_and_type_filter(page):
    page.fill("#search", "UUID-7 conflict")
    assert shown(page) == []
    page.fill("#search", "uuid-41")
    assert len(shown(page)) == 1
    page.fill("#search", "")
    page.select_option("#outcome", "failed")
    assert len(shown(page)) == 3
    page.select_option("#type", "application.provision.user.push")
    assert len(shown(page)) == 2
    assert page.inner_text("#count") == "2 of 43 events"


def test_a_bar_and_an_explanation_choose_their_events_and_reset_shows_all(page):
    page.locator("#timeline button").last.click()
    assert len(shown(page)) == 1
    page.get_by_role("button", name="Show all").click()
    page.locator("#events tr").nth(42).wait_for()
    assert len(shown(page)) == 43
    page.locator("#findings article", has_text="auth.invalid_credentials").get_by_role("button").click()
    assert ["Invalid token" in row for row in shown(page)] == [True]


def test_the_bars_are_stretches_that_people_count_in(page):
    titles = [bar.get_attribute("title") for bar in page.locator("#timeline button").all()]
    assert titles[0] == "2026-11-20 10:00 UTC: 7 events, 2 failed"
    assert titles[-1] == "2026-11-20 11:00 UTC: 1 event, 1 failed"
    assert "highest bar: 7 events" in page.inner_text("#axis")


def test_events_of_one_transaction_are_marked_together(page):
    assert page.locator("tr.together").count() == 2


def test_a_phone_needs_no_sideways_scrolling(page):
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.wide').scrollWidth <= document.querySelector('.wide').clientWidth")
    widths = page.evaluate("[...document.querySelectorAll('#events td:nth-child(3)')].map((cell) => cell.clientWidth)")
    assert min(widths) > 300


def test_details_say_why_and_what_to_do(page):
    page.fill("#search", "uuid-40")
    page.locator("#events summary").click()
    details = page.inner_text("#events dl")
    assert "uuid-40" in details
    assert "fix" in details


def test_an_empty_log_is_a_page_too(plain_browser, tmp_path):
    path = tmp_path / "empty.html"
    with html_page(path, "Acme CRM", is_failure=reports_failure, masked=lambda text: text):
        pass
    page = plain_browser.new_page()
    page.goto(path.as_uri())
    assert page.inner_text("#subtitle") == "No events in this window."
    page.close()
