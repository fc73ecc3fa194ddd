"""The inspector of SCIM exchanges in a real browser."""

from __future__ import annotations

import secrets
from contextlib import AsyncExitStack

import httpx
import pytest

from tests.support.console import SCIM_TOKEN

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror='window.hit=1'>"


@pytest.fixture
def look(shared_browser):
    """Runs work on the inspector's page of an org."""

    def run(stage, work):
        async def main():
            async with AsyncExitStack() as stack:
                page = await (await shared_browser.launch(stack)).new_page()
                troubles = []
                page.on("pageerror", lambda error: troubles.append(str(error)))
                page.on("console", lambda message: troubles.append(message.text))
                await page.goto(stage.call("POST", "/_emulator/console/key")["url"])
                found = await work(page)
                assert troubles == []
                return found

        return shared_browser.run(main())

    return run


@pytest.fixture
def busy(stage):
    """An org that has created one user, whose name is hostile, over SCIM."""
    org = stage.org.console.org
    app = stage.app("scim2-oauth")
    stage.attempt(app)
    login = f"ada-{secrets.token_hex(4)}@acme.example"  # the SCIM server outlives the test
    profile = {"firstName": EVIL, "lastName": "Lovelace", "email": login, "login": login}
    user = stage.call("POST", "/api/v1/users", {"profile": profile})
    stage.call("POST", f"/api/v1/apps/{app}/users", {"id": user["id"]})
    stage.call("GET", "/_emulator/idle")
    assert any(one["status"] == 201 for one in org.store.exchanges())
    return stage


def test_every_exchange_is_shown_with_its_events_and_without_secrets(busy, look):
    async def work(page):
        await page.wait_for_selector("details")
        rows = await page.locator("summary").all_inner_texts()
        await page.locator("summary").first.click()
        opened = await page.locator("details[open]").inner_text()
        return rows, opened, await page.content(), await page.evaluate("window.hit")

    rows, opened, html, hit = look(busy, work)
    assert len(rows) == len(busy.org.console.org.store.exchanges())
    assert "201" in rows[0]
    assert "POST" in rows[0]
    assert "application.provision.user.push" in opened
    assert '"userName": "ada-' in opened
    assert SCIM_TOKEN not in html
    assert hit is None


def test_a_page_that_is_still_loading_does_not_say_that_there_are_no_exchanges(busy):
    key = busy.call("POST", "/_emulator/console/key")["url"]
    page = httpx.get(key, follow_redirects=True).text
    assert '<p id="empty" hidden>' in page


def test_filters_hide_what_does_not_fit(busy, look):
    async def work(page):
        await page.wait_for_selector("details")
        await page.fill("#search", "/Users?filter")
        fitting = await page.locator("details:visible").count()
        await page.fill("#search", "")
        await page.check("#failures")
        return fitting, await page.locator("details:visible").count()

    assert look(busy, work) == (1, 0)


def test_new_exchanges_come_by_themselves(busy, look):
    async def work(page):
        await page.wait_for_selector("details")
        before = await page.locator("details").count()
        busy.org.console.org.store.add_exchange(
            "0oa0",
            {
                "app_id": "0oa0",
                "url": "http://127.0.0.1:1/Users",
                "method": "GET",
                "status": None,
                "error": "null",
                "started": "2026-11-24T05:00:00.000Z",
                "seconds": 0.1,
                "events": [],
                "request_headers": [],
                "request_body": None,
                "response_headers": [],
                "response_body": None,
            },
        )
        bad = page.locator("details.bad")
        await bad.wait_for()
        more = await page.locator("details").count() - before
        return more, await bad.locator(".status").inner_text(), await bad.locator("pre").last.text_content()

    assert look(busy, work) == (1, "none", "No response. Okta reports: null")
