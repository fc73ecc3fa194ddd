"""What the page shows, and how its controls are worked: found by the template's locators, typed into with real keys."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal, TypeVar

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as BrowserError

from oktascim.catalog import ConsoleText, Control
from oktascim.http import Clock
from oktascim.redact import clean
from oktascim.routes.observer import Observer

Kind = Literal["button", "field", "box", "list", "any"]
Found = TypeVar("Found")

PATIENCE = 20.0
_POLL = 0.1
_SWEPT_AWAY = re.compile("interrupted by another navigation|net::ERR_ABORTED")
_STIR = 10.0  # an administrator can set sessions to end after a minute (OB-404)


class Stuck(Exception):
    """The page does not go on as expected; the words say what was looked for."""


class SignedOut(Exception):
    """The browser was sent to the sign-in page (OB-404, OB-405)."""


@dataclass(frozen=True)
class Verdict:
    """A text of the page that decides something: what it means, and its whole line."""

    means: Literal["success", "failure"]
    words: str


@dataclass
class Screen:
    """One page of the browser.

    Args:
        page: the page.
        clock: waits; a wish to end the run interrupts them.
        home: what the address must begin with; anything else means that the session has ended. None allows all.
        observer: told of every step as it begins.
        name: the integration's name, for the observer.
        step: what is being done, for reports of failure.
    """

    page: Page
    clock: Clock
    home: str | None = None
    observer: Observer = field(default_factory=Observer)
    name: str = ""
    step: str = field(default="open the Admin Console", init=False)
    _stirred: bool = field(default=False, init=False)

    def begin(self, step: str) -> None:
        """Begin a step; it is named in reports of failure."""
        self.step = step
        self.observer.began(self.name, f"{step[0].upper()}{step[1:]}")

    async def open(self, url: str) -> None:
        """Open a page; where the page that is left moves on by itself at that moment, open it once more."""
        try:
            await self.page.goto(url)
        except BrowserError as error:
            if not _SWEPT_AWAY.search(str(error)):
                raise
            await self.page.goto(url)

    async def find(self, control: Control, kind: Kind) -> ElementHandle | None:
        """The control, by the first of its locators that finds one; None when none does now.

        Raises:
            SignedOut: the page is the sign-in page.
        """
        self._stay_home()
        for locator in control.locators:
            question = {"by": locator.by, "value": locator.value, "kind": kind, "pane": control.pane}
            try:
                handle = await self.page.evaluate_handle(_finder(), question)
            except BrowserError:  # the page is being replaced; whoever polls asks the next one
                return None
            if found := handle.as_element():
                return found
        return None

    async def wait_for(self, control: Control, kind: Kind, name: str) -> ElementHandle:
        """The control, as soon as the page has painted it.

        Raises:
            Stuck: it did not appear.
            SignedOut: the session has ended.
        """
        found = await self.until(lambda: self.find(control, kind))
        if found is None:
            raise Stuck(f"{name} is not on the page")
        return found

    async def until(self, look: Callable[[], Awaitable[Found | None]], seconds: float = PATIENCE) -> Found | None:
        """What `look` finds at last, or None when it found nothing in time.

        In the console the mouse is moved meanwhile, or the session would count as unused and be covered (OB-404).
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
        """Move the mouse by a step, where there is nothing to point at."""
        self._stirred = not self._stirred
        await self.page.mouse.move(1 + self._stirred, 1)

    async def click(self, control: Control, name: str | None = None) -> None:
        """Click it from script, which the console takes, and which nothing that covers it can catch (OB-426)."""
        found = await self.wait_for(control, "button", name or f"'{control.label}'")
        await found.evaluate("element => element.click()")

    async def type(self, control: Control, name: str, value: str) -> None:
        """Replace what is in a field by real key events, and read it back (OB-413).

        Raises:
            Stuck: the field is not there, or holds something else afterwards. The value is not repeated.
        """
        field = await self.wait_for(control, "field", f"The field '{control.label or name}'")
        await field.focus()
        await field.select_text()
        await self.page.keyboard.press("Backspace")
        await self.page.keyboard.type(value)
        if await field.input_value() != value:
            raise Stuck(f"The field '{control.label or name}' did not take what was typed")

    async def set_box(self, control: Control, name: str, *, on: bool) -> bool:
        """Tick or untick a box and look again.

        Returns:
            Whether it had to be changed.

        Raises:
            Stuck: the box is not there, or does not stay as wanted.
        """
        title = control.label or name
        box = await self.wait_for(control, "box", f"The box '{title}'")
        if await box.is_checked() == on:
            return False
        await box.evaluate("element => element.click()")
        if await box.is_checked() != on:
            raise Stuck(f"The box '{title}' cannot be {'ticked' if on else 'unticked'}")
        return True

    async def choose(self, control: Control, entry: str) -> None:
        """Choose an entry of a drop-down list by its text.

        Raises:
            Stuck: the list or the entry is not there.
        """
        title = f"The list '{control.label}'"
        drop_down = await self.wait_for(control, "list", title)
        try:
            await drop_down.select_option(label=entry, timeout=2000)
        except BrowserError:
            raise Stuck(f"{title} has no entry '{entry}'") from None

    async def text(self) -> str:
        """The visible text of the page; empty while it is being replaced."""
        try:
            shown: str = await self.page.evaluate("document.body?.innerText ?? ''")
        except BrowserError:
            return ""
        return clean(shown, keep_newlines=True)

    async def words_of(self, control: Control) -> frozenset[str]:
        """The text of every visible element that its first locator, a selector, finds."""
        script = "all => all.filter(one => one.checkVisibility()).map(one => one.innerText)"
        try:
            found = await self.page.locator(str(control.locators[0].value)).evaluate_all(script)
        except BrowserError:  # the page is being replaced
            return frozenset()
        return frozenset(" ".join(clean(words).split()) for words in found if words.strip())

    async def verdict(self, texts: Mapping[str, ConsoleText]) -> Verdict | None:
        """What the page says of success or failure, in the words of the template's texts; None while it is silent."""
        self._stay_home()
        return judge(await self.text(), texts)

    def _stay_home(self) -> None:
        if self.home is not None and not self.page.url.startswith(self.home):
            raise SignedOut


def judge(shown: str, texts: Mapping[str, ConsoleText]) -> Verdict | None:
    """The first text that decides; a failure counts before a success.

    Args:
        shown: the visible text of a page.
        texts: the template's texts.
    """
    for means in ("failure", "success"):
        patterns = [re.compile(text.pattern, re.IGNORECASE) for text in texts.values() if text.means == means]
        for line in shown.splitlines():
            if any(pattern.search(line) for pattern in patterns):
                return Verdict(means, line.strip())
    return None


@cache
def _finder() -> str:
    return files("oktascim.routes.browser").joinpath("find.js").read_text(encoding="utf-8")
