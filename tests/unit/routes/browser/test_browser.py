"""Which browser is found, and what is said where there is none."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack

import pytest

from oktascim.routes.browser import browser


def program(folder, name):
    file = folder / name
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


def test_chrome_comes_before_chromium(tmp_path):
    program(tmp_path, "chromium")
    chrome = program(tmp_path, "google-chrome")
    assert browser.find_browser({"PATH": str(tmp_path)}) == chrome


def test_the_variable_decides(tmp_path):
    program(tmp_path, "chromium")
    own = program(tmp_path, "my-browser")
    assert browser.find_browser({"PATH": str(tmp_path), "OKTASCIM_BROWSER": "my-browser"}) == own
    assert browser.find_browser({"PATH": "/nowhere", "OKTASCIM_BROWSER": str(own)}) == own


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"PATH": "/nowhere"}, "apt install chromium"),
        ({"DEBUG": "pw:protocol"}, "would print every secret"),
        ({"PATH": "/nowhere", "OKTASCIM_BROWSER": "no-such"}, "OKTASCIM_BROWSER isn't a program: no-such"),
    ],
)
def test_no_browser_names_what_to_install(environ, words, monkeypatch):
    monkeypatch.setattr(browser, "_PLACES", {})
    monkeypatch.setattr(browser.importlib.util, "find_spec", lambda _name: object())
    assert words in browser.what_is_missing(environ)


def test_no_playwright_names_the_extra(monkeypatch):
    monkeypatch.setattr(browser.importlib.util, "find_spec", lambda _name: None)
    assert browser.what_is_missing({}) == "Playwright isn't installed: pip install 'oktascim[console]'."


def test_a_driver_that_ends_as_it_begins_is_a_browser_that_does_not_start(monkeypatch):
    from playwright import async_api

    class Gone:
        async def start(self):
            raise Exception("Connection closed while reading from the driver")  # noqa: TRY002 - Playwright's own

    async def work():
        async with AsyncExitStack() as stack:
            await browser.launch(stack, {"OKTASCIM_BROWSER": sys.executable}, headed=False)

    monkeypatch.setattr(async_api, "async_playwright", Gone)
    with pytest.raises(async_api.Error, match="Connection closed"):
        asyncio.run(work())


@pytest.mark.parametrize(
    ("headed", "environ", "words"),
    [
        (True, {}, "No display"),
        (True, {"DISPLAY": ":0"}, None),
        (True, {"WAYLAND_DISPLAY": "w"}, None),
        (False, {}, None),
    ],
)
def test_a_window_needs_a_display(monkeypatch, headed, environ, words):
    monkeypatch.setattr(browser.sys, "platform", "linux")
    missing = browser.what_is_missing({"OKTASCIM_BROWSER": sys.executable, **environ}, headed=headed)
    assert (words in missing) if words else missing is None
