"""The emulated console's session: a warning covers an unused page, and the end comes if nobody touches it."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from okta_emulator.admin_console import sessions

pytestmark = pytest.mark.browser

IDLE = 60.0


@pytest.fixture
def page(stage, plain_browser):
    stage.behave(idle_seconds=IDLE)
    with plain_browser.new_context() as context:
        page = context.new_page()
        page.clock.install()
        page.goto(stage.call("POST", "/_emulator/console/key")["admin_url"])
        yield page


@pytest.fixture
def let_pass(page, monkeypatch):
    """Lets time pass, in the page and in the org."""
    ahead = 0.0
    monkeypatch.setattr(sessions, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + ahead))

    def let_pass(seconds):
        nonlocal ahead
        ahead += seconds
        page.clock.run_for(seconds * 1000)

    return let_pass


def test_the_warning_comes_and_goes_when_the_page_is_used(page, let_pass):
    warning = page.get_by_role("alertdialog")
    expect(warning).to_be_hidden()
    let_pass(IDLE * 0.7)
    expect(warning).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()


def test_a_page_that_is_touched_keeps_its_session(page, let_pass):
    for step in range(10):
        page.mouse.move(step, 1)
        let_pass(IDLE * 0.15)
    page.reload()
    expect(page.get_by_role("heading", name="Applications")).to_be_visible()


def test_a_page_that_nobody_touches_loses_it(page, let_pass):
    page.evaluate("setInterval(() => document.dispatchEvent(new PointerEvent('pointermove')), 100)")
    let_pass(IDLE * 1.3)
    page.reload()
    expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
