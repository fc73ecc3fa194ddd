"""The browser: one installed on this machine, never a download."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from oktascim.children import desktop_children

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, StorageState

BROWSER_VARIABLE = "OKTASCIM_BROWSER"

_COMMANDS = (
    *("google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
    *("chromium", "chromium-browser"),
)
_PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ),
    "win32": (
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ),
}


def find_browser(environ: Mapping[str, str]) -> Path | None:
    """Find Chrome, Edge or Chromium through OKTASCIM_BROWSER, the PATH or the usual locations; or None."""
    chosen = environ.get(BROWSER_VARIABLE)
    if chosen:
        found = shutil.which(chosen, path=environ.get("PATH"))
        return Path(found) if found else None
    for command in _COMMANDS:
        if found := shutil.which(command, path=environ.get("PATH")):
            return Path(found)
    return next((place for place in map(Path, _PLACES.get(sys.platform, ())) if place.is_file()), None)


def what_is_missing(environ: Mapping[str, str], *, headed: bool = False) -> str | None:
    """Say why no browser can be used and what to install; None if one can.

    Args:
        environ: may name the browser and the display.
        headed: whether the browser needs a window.
    """
    if environ.get("DEBUG", "").startswith("pw:"):
        return "DEBUG=pw:… would print every secret that is typed in the browser; unset it."
    if importlib.util.find_spec("playwright") is None:
        return "Playwright isn't installed: pip install 'oktascim[console]'."
    if find_browser(environ) is None:
        return " ".join(why_no_browser(environ))
    if headed and not has_display(environ):
        return "No display for a browser window (DISPLAY, WAYLAND_DISPLAY); omit --headed."
    return None


def why_no_browser(environ: Mapping[str, str]) -> tuple[str, str]:
    """Say why `find_browser` found nothing, and how to fix it."""
    if chosen := environ.get(BROWSER_VARIABLE):
        return f"{BROWSER_VARIABLE} isn't a program: {chosen}.", "Correct or unset it."
    install = "Install Chrome, Edge or Chromium (Debian and Ubuntu: apt install chromium)"
    return "No browser was found.", f"{install}, or set {BROWSER_VARIABLE} to its program."


def has_display(environ: Mapping[str, str]) -> bool:
    """Whether a window can be opened; only Linux and similar systems can lack a display."""
    return sys.platform in _PLACES or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


async def new_context(browser: Browser, state: StorageState | None = None) -> BrowserContext:
    """Open a browser context without cookies, or with those of a saved session.

    The language determines the console's texts, and the size determines which elements overlap (OB-426).
    """
    return await browser.new_context(viewport={"width": 1440, "height": 1200}, locale="en-US", storage_state=state)


async def launch(stack: AsyncExitStack, environ: Mapping[str, str], *, headed: bool) -> Browser:
    """Start the browser; `stack` closes it. Neither it nor its driver sees a secret in the environment.

    The program handles Ctrl-C and closes the browser in order. Chromium's sandbox is disabled only for
    root, because Chromium doesn't start as root with it.
    """
    from playwright.async_api import Error, async_playwright

    program = find_browser(environ)
    assert program is not None
    try:
        with desktop_children():  # the driver inherits this, and the browser from the driver
            playwright = await async_playwright().start()
    except Exception as error:  # a driver interrupted by Ctrl-C while starting raises no more specific type
        raise Error(str(error)) from error
    stack.push_async_callback(playwright.stop)
    browser = await playwright.chromium.launch(
        executable_path=program,
        headless=not headed,
        args=["--no-sandbox"] if _is_root() else [],
        handle_sigint=False,
        handle_sigterm=False,
        handle_sighup=False,
    )
    stack.push_async_callback(browser.close)
    return browser


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
