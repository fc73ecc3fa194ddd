"""Opening a page while the one that is left moves on by itself, without a browser."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("playwright", reason="the extra `console` is not installed")

from playwright.async_api import Error

from oktascim.http.clock import Clock
from oktascim.routes.browser.screen import Screen


class Page:
    """Fails as it is told to, and keeps what was asked of it."""

    def __init__(self, *failures: str) -> None:
        self.failures, self.opened = list(failures), []

    async def goto(self, url):
        self.opened.append(url)
        if self.failures:
            raise Error(self.failures.pop(0))


def opened(page):
    asyncio.run(Screen(page, Clock()).open("https://a"))
    return page.opened


@pytest.mark.parametrize(
    "words", ['Page.goto: Navigation to "https://a" is interrupted by another navigation to "b"', "net::ERR_ABORTED at"]
)
def test_a_page_that_is_swept_away_is_opened_once_more(words):
    assert opened(Page(words)) == ["https://a", "https://a"]
    with pytest.raises(Error):
        opened(Page(words, words))


def test_another_failure_is_a_failure():
    page = Page("net::ERR_CONNECTION_REFUSED")
    with pytest.raises(Error, match="REFUSED"):
        opened(page)
    assert len(page.opened) == 1


class Deaf(Screen):
    """A page on which the first clicks are lost, because its script doesn't listen yet."""

    def __init__(self, lost: int) -> None:
        self.waited = 0.0
        super().__init__(Page(), Clock(monotonic=lambda: self.waited, sleep=self._sleep))
        self.lost, self.clicks = lost, 0

    async def _sleep(self, seconds):
        self.waited += seconds

    async def click(self, control, name=None):
        self.clicks += 1

    async def find(self, control, kind):
        return "shown" if control == "edit" or self.clicks > self.lost else None


@pytest.mark.parametrize(("lost", "clicks"), [(0, 1), (1, 2), (9, 2)])
def test_a_click_that_was_lost_is_repeated_once(lost, clicks):
    screen = Deaf(lost)
    asyncio.run(screen.click_until("edit", "form", "box"))
    assert screen.clicks == clicks
