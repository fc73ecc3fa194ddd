"""The emulated console's session: a warning covers an unused page, and the end comes if nobody touches it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect, sync_playwright

pytestmark = pytest.mark.browser

IDLE = 3.0


@pytest.fixture
def page(stage):
    from oktascim.routes.browser.browser import find_browser

    stage.behave(idle_seconds=IDLE)
    keys = stage.call("POST", "/_emulator/console/key")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser({}), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(keys["admin_url"])
        yield page
        browser.close()


def test_the_warning_comes_and_goes_when_the_page_is_used(page):
    warning = page.get_by_role("alertdialog")
    expect(warning).to_be_hidden()
    expect(warning).to_be_visible(timeout=IDLE * 1000)
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()


def test_a_page_that_is_touched_keeps_its_session(page):
    for step in range(10):
        page.mouse.move(step, 1)
        page.wait_for_timeout(IDLE * 100 * 1.5)
    page.reload()
    expect(page.get_by_role("heading", name="Applications")).to_be_visible()


def test_a_page_that_nobody_touches_loses_it(page):
    page.evaluate("setInterval(() => document.dispatchEvent(new PointerEvent('pointermove')), 100)")
    page.wait_for_timeout(IDLE * 1000 * 1.3)
    page.reload()
    expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
