"""The page of SCIM exchanges shows all of them, page by page, with the silent faults of each."""

from __future__ import annotations

import re

import httpx

from okta_emulator.core.records import ExchangeRecord
from tests.support.emulated import Emulated

EXCHANGE: ExchangeRecord = {
    "method": "PATCH",
    "url": "http://scim.example/Users/1",
    "request_headers": [],
    "request_body": "{}",
    "status": 200,
    "response_headers": [],
    "response_body": "{}",
    "error": None,
    "started": "2026-11-28T00:00:00.000Z",
    "seconds": 0.01,
    "app_id": "0oa1",
    "transaction_id": "puj1",
    "events": [],
    "watch": False,
}


def test_every_exchange_is_on_some_page(org: Emulated) -> None:
    store = org.org.console.org.store
    numbers = [store.add_exchange("0oa1", EXCHANGE) for _ in range(401)]
    fault = "PATCH /Users/1 200: active is true in the response, not false"
    place = {"app_id": "0oa1", "exchange": numbers[300], "attribute": "active", "seen_in": "response"}
    store.add_finding("0oa1", {**place, "sent": False, "found": True, "text": fault})  # type: ignore[typeddict-item]
    pages, after = [], 0
    with httpx.Client(follow_redirects=True) as browser:
        browser.get(org.call("POST", "/_emulator/console/key")["url"])
        while True:
            answer = browser.get(f"{org.org.url}/_emulator/console/exchanges", params={"after": after})
            assert answer.headers["X-Total"] == "401"
            if int(answer.headers["X-Last"]) == after:
                break
            after = int(answer.headers["X-Last"])
            pages.append(answer.text)
    shown = [int(number) for page in pages for number in re.findall(r'id="n(\d+)"', page)]
    assert sorted(shown) == numbers
    assert [page.count(fault) for page in pages] == [0, 1, 0]


def test_any_exchange_is_shown_as_text(org: Emulated) -> None:
    evil = "'\"><img src=x onerror=alert(1)><script>alert(2)</script>"
    bodies = [
        evil,
        "[" * 500 + "]" * 500,
        "[" * 5_000,
        "9" * 5_000,
        '{"a": NaN}',
        '"\\ud800"',
        '{"a": "' + evil[4:] + '"}',
    ]
    store = org.org.console.org.store
    for body in bodies:
        texts = {"request_body": body, "response_body": body, "url": f"http://[x/Users/{evil}", "method": evil}
        headers = [[evil, evil]]
        shown = {**EXCHANGE, **texts, "request_headers": headers, "response_headers": headers, "events": [evil]}
        store.add_exchange(evil, shown | {"app_id": evil, "error": evil})  # type: ignore[arg-type]
    with httpx.Client(follow_redirects=True) as browser:
        browser.get(org.call("POST", "/_emulator/console/key")["url"])
        answer = browser.get(f"{org.org.url}/_emulator/console/exchanges")
    assert (answer.status_code, answer.text.count('id="n')) == (200, len(bodies))
    assert not re.search(r"<(script|img)|\son\w+=[^&]*>", answer.text)


def test_the_emulators_own_read_that_finds_nothing_is_no_failure(org: Emulated) -> None:
    store = org.org.console.org.store
    for status, watch in ((404, True), (410, True), (404, False), (500, True)):
        store.add_exchange("0oa1", EXCHANGE | {"status": status, "watch": watch})
    with httpx.Client(follow_redirects=True) as browser:
        browser.get(org.call("POST", "/_emulator/console/key")["url"])
        page = browser.get(f"{org.org.url}/_emulator/console/exchanges").text
    assert re.findall(r'class="exchange ([a-z ]+)"', page) == ["bad watch", "bad", "fair watch", "fair watch"]


def test_the_page_says_how_to_open_it_without_marks_of_markdown(org: Emulated) -> None:
    answer = httpx.get(f"{org.org.url}/_emulator/console")
    assert answer.status_code == 401
    assert "oktascim emulator console" in answer.text
    assert "`" not in answer.text
