"""Reads a page and operates its controls: finds them by the template's locators and types with real key events."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal, TypeVar

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as BrowserError

from oktascim.http.clock import Clock
from oktascim.redact import clean
from oktascim.routes.observer import Observer
from oktascim.template import ConsoleText, Control

ControlKind = Literal["button", "field", "box", "list", "any"]
Found = TypeVar("Found")

PATIENCE = 20.0
_HEARD_SECONDS = 5.0  # after which a click counts as lost (our choice)
_POLL = 0.1
_SWEPT_AWAY = re.compile("interrupted by another navigation|net::ERR_ABORTED")
_STIR = 10.0  # an administrator can set sessions to end after a minute (OB-404)


class PageNotUnderstood(Exception):
    """The page doesn't behave as expected; the message says what was looked for."""


class SignedOut(Exception):
    """The browser was sent to the sign-in page (OB-404, OB-405)."""


@dataclass(frozen=True)
class PageMessage:
    """A text on the page that decides something: its meaning, and its whole line."""

    means: Literal["success", "failure"]
    words: str


@dataclass
class Screen:
    """One page of the browser.

    Args:
        page: the page.
        clock: the clock for waits; stopping the run interrupts them.
        home: the prefix that the URL must have; any other means that the session ended. None allows every URL.
        observer: receives every step as it begins.
        name: the integration's name, passed to the observer.
        step: the current step, for error messages.
    """

    page: Page
    clock: Clock
    home: str | None = None
    observer: Observer = field(default_factory=Observer)
    name: str = ""
    step: str = field(default="open the Admin Console", init=False)
    _stirred: bool = field(default=False, init=False)

    def begin(self, step: str) -> None:
        """Begin a step, which error messages then name."""
        self.step = step
        self.observer.began(self.name, f"{step[0].upper()}{step[1:]}")

    async def open(self, url: str) -> None:
        """Open a page, and once more if the previous page navigates away at the same moment."""
        try:
            await self.page.goto(url)
        except BrowserError as error:
            if not _SWEPT_AWAY.search(str(error)):
                raise
            await self.page.goto(url)

    async def find(self, control: Control, kind: ControlKind) -> ElementHandle | None:
        """Find a control with the first locator that matches; None if none matches now.

        Raises:
            SignedOut: the page is the sign-in page.
        """
        self._stay_home()
        for locator in control.locators:
            question = {"by": locator.by, "value": locator.value, "kind": kind, "pane": control.pane}
            try:
                handle = await self.page.evaluate_handle(_finder(), question)
            except BrowserError:  # the page is being replaced; the next poll asks the new one
                return None
            if found := handle.as_element():
                return found
        return None

    async def wait_for(self, control: Control, kind: ControlKind, name: str) -> ElementHandle:
        """Wait until the page shows a control.

        Raises:
            PageNotUnderstood: it didn't appear.
            SignedOut: the session has ended.
        """
        found = await self.until(lambda: self.find(control, kind))
        if found is None:
            raise PageNotUnderstood(f"{name} isn't on the page")
        return found

    async def until(self, look: Callable[[], Awaitable[Found | None]], seconds: float = PATIENCE) -> Found | None:
        """Call `look` until it returns something; None if it doesn't in time.

        In the console the mouse moves meanwhile; otherwise the session would count as idle and be locked (OB-404).
        """
        now = self.clock.monotonic()
        end, stir = now + seconds, now + _STIR
        while (found := await look()) is None and now < end:
            if self.home and now >= stir:
                await self._stir()
                stir = now + _STIR
            await self.clock.sleep(_POLL)
            now = self.clock.monotonic()
        return found

    async def _stir(self) -> None:
        """Move the mouse by one pixel, in a corner where it points at nothing."""
        self._stirred = not self._stirred
        await self.page.mouse.move(1 + self._stirred, 1)

    async def click(self, control: Control, name: str | None = None) -> None:
        """Click a control from script, which the console accepts and no overlay can intercept (OB-426)."""
        found = await self.wait_for(control, "button", name or f"'{control.label}'")
        await found.evaluate("element => element.click()")

    async def click_until(self, control: Control, shown: Control, kind: ControlKind) -> None:
        """Click a control, and once more if what it opens doesn't appear.

        A page can be drawn before its script listens; the click is then lost.
        """
        await self.click(control)
        opened = await self.until(lambda: self.find(shown, kind), _HEARD_SECONDS)
        if opened is None and await self.find(control, "button"):
            await self.click(control)

    async def type(self, control: Control, name: str, value: str) -> None:
        """Replace a field's content with real key events, and read it back (OB-413).

        Raises:
            PageNotUnderstood: the field is missing, or holds something else afterwards. The value isn't quoted.
        """
        field = await self.wait_for(control, "field", f"The field '{control.label or name}'")
        await field.focus()
        await field.select_text()
        await self.page.keyboard.press("Backspace")
        await self.page.keyboard.type(value)
        if await field.input_value() != value:
            raise PageNotUnderstood(f"The field '{control.label or name}' didn't accept the typed text")

    async def set_box(self, control: Control, name: str, *, on: bool) -> bool:
        """Tick or untick a checkbox, and check the result.

        Returns:
            Whether it had to be changed.

        Raises:
            PageNotUnderstood: the checkbox is missing, or doesn't keep its state.
        """
        title = control.label or name
        box = await self.wait_for(control, "box", f"The checkbox '{title}'")
        if await box.is_checked() == on:
            return False
        await box.evaluate("element => element.click()")
        if await box.is_checked() != on:
            raise PageNotUnderstood(f"The checkbox '{title}' can't be {'ticked' if on else 'unticked'}")
        return True

    async def choose(self, control: Control, entry: str) -> None:
        """Select an entry of a drop-down list by its text.

        Raises:
            PageNotUnderstood: the list or the entry is missing.
        """
        title = f"The list '{control.label}'"
        drop_down = await self.wait_for(control, "list", title)
        try:
            await drop_down.select_option(label=entry, timeout=2000)
        except BrowserError:
            raise PageNotUnderstood(f"{title} has no entry '{entry}'") from None

    async def text(self) -> str:
        """The visible text of the page; empty while it is being replaced."""
        try:
            shown: str = await self.page.evaluate("document.body?.innerText ?? ''")
        except BrowserError:
            return ""
        return clean(shown, keep_newlines=True)

    async def words_of(self, control: Control) -> frozenset[str]:
        """The text of every visible element that a control's first locator, a selector, finds."""
        script = "all => all.filter(one => one.checkVisibility()).map(one => one.innerText)"
        try:
            found = await self.page.locator(str(control.locators[0].value)).evaluate_all(script)
        except BrowserError:  # the page is being replaced
            return frozenset()
        return frozenset(" ".join(clean(words).split()) for words in found if words.strip())

    async def message(self, texts: Mapping[str, ConsoleText]) -> PageMessage | None:
        """The page's message of success or failure, by the template's texts; None if there is none yet."""
        self._stay_home()
        return decisive_text(await self.text(), texts)

    def _stay_home(self) -> None:
        if self.home is not None and not self.page.url.startswith(self.home):
            raise SignedOut


def decisive_text(shown: str, texts: Mapping[str, ConsoleText]) -> PageMessage | None:
    """The first decisive text; a failure takes precedence over a success.

    Args:
        shown: the visible text of a page.
        texts: the template's texts.
    """
    for means in ("failure", "success"):
        patterns = [re.compile(text.pattern, re.IGNORECASE) for text in texts.values() if text.means == means]
        for line in shown.splitlines():
            if any(pattern.search(line) for pattern in patterns):
                return PageMessage(means, line.strip())
    return None


@cache
def _finder() -> str:
    return files("oktascim.routes.browser").joinpath("find.js").read_text(encoding="utf-8")
