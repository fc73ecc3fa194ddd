"""The browser: one that is installed on this machine, never a download."""

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
    """Chrome, Edge or Chromium on this machine: OKTASCIM_BROWSER, else the PATH, else the usual places; or None."""
    chosen = environ.get(BROWSER_VARIABLE)
    if chosen:
        found = shutil.which(chosen, path=environ.get("PATH"))
        return Path(found) if found else None
    for command in _COMMANDS:
        if found := shutil.which(command, path=environ.get("PATH")):
            return Path(found)
    return next((place for place in map(Path, _PLACES.get(sys.platform, ())) if place.is_file()), None)


def what_is_missing(environ: Mapping[str, str], *, headed: bool = False) -> str | None:
    """Why no browser can be driven here, with what to install; None when one can.

    Args:
        environ: names the browser and the display, if they are in no usual place.
        headed: whether the browser is to have a window.
    """
    if environ.get("DEBUG", "").startswith("pw:"):
        return "DEBUG=pw:… would print every secret that the browser types; unset it."
    if importlib.util.find_spec("playwright") is None:
        return "The package playwright is not installed: pip install 'oktascim[console]'."
    if find_browser(environ) is None:
        return " ".join(why_no_browser(environ))
    if headed and not has_display(environ):
        return "There is no display for a browser with a window (DISPLAY, WAYLAND_DISPLAY): leave out --headed."
    return None


def why_no_browser(environ: Mapping[str, str]) -> tuple[str, str]:
    """What was found where `find_browser` finds nothing, and what to do about it."""
    if chosen := environ.get(BROWSER_VARIABLE):
        return f"{BROWSER_VARIABLE} names no program: {chosen}.", "Correct or unset it."
    install = "Install Chrome, Edge or Chromium (Debian and Ubuntu: apt install chromium)"
    return "No browser was found.", f"{install}, or name its program in {BROWSER_VARIABLE}."


def has_display(environ: Mapping[str, str]) -> bool:
    """Whether a window can be opened; only Linux and its like may be without a display."""
    return sys.platform in _PLACES or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


async def new_context(browser: Browser, state: StorageState | None = None) -> BrowserContext:
    """A window without cookies, or with those of a kept session.

    The language decides the console's texts, the size what covers what (OB-426).
    """
    return await browser.new_context(viewport={"width": 1440, "height": 1200}, locale="en-US", storage_state=state)


async def launch(stack: AsyncExitStack, environ: Mapping[str, str], *, headed: bool) -> Browser:
    """Start the browser; `stack` ends it. Neither it nor its driver sees a secret in the environment.

    Ctrl-C is left to the program: the browser is closed by it, in order. Chromium's sandbox is given up only for
    root, with whom it does not start.
    """
    from playwright.async_api import Error, async_playwright

    program = find_browser(environ)
    assert program is not None
    try:
        with desktop_children():  # the driver inherits this, and the browser from the driver
            playwright = await async_playwright().start()
    except Exception as error:  # a driver that Ctrl-C ended as it began is said by no other type
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
