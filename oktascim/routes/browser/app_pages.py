"""One app in the Admin Console: its Provisioning tab, the To App options, and the test of its connection.

The steps and what may go wrong in each: OB-409 to OB-419.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from playwright.async_api import Error as BrowserError
from playwright.async_api import Page

from oktascim.catalog import Console, Control
from oktascim.routes.browser.screen import Screen, Stuck, Verdict

_REOPENINGS = 3
_TO_APP_TRIES = 3
_BOX_SECONDS = 3.0
_BACK_SECONDS = 3.0  # after which a window that came back from the server does not close by itself any more
_MOST_WORDS = 200
_POPUP_MS, _RELOAD_MS = 10_000.0, 2_000.0
_ALERT_SECONDS = 5.0
_REOPEN_SECONDS = 4.0  # the working browser code waits 8 s before it opens the page again (OB-415)
_TEST_SECONDS = 90.0  # Okta itself gives up after 60 s (OB-242)


class ConnectionRefused(Exception):
    """Okta asked the SCIM server, and what the console shows about it is a failure; the words are Okta's."""


class ConsentNeeded(Exception):
    """An OAuth 2 connection is saved, and the consent is a person's (OB-236); the words are those of its window."""


@dataclass(frozen=True)
class AppPages:
    """The pages of one app.

    Attributes:
        screen: the browser's page.
        console: what the app's template knows of the console.
        url: the app's page, without a fragment: with one, opening it again would not load it again.
        consent_seconds: how long a consent may take: no time for a person where none can see the window.
    """

    screen: Screen
    console: Console
    url: str
    consent_seconds: float = 0.0

    def control(self, name: str) -> Control:
        """A control of the console by its name in the template."""
        return self.console.controls[name]

    async def open_provisioning(self) -> bool:
        """Open the Provisioning tab afresh; the fragment of the address is ignored there (OB-408).

        Returns:
            Whether provisioning is set up: its list of settings then has To App.
        """
        self.screen.begin("open the Provisioning tab")
        await self.screen.open(self.url)
        await self.screen.click(self.control("provisioning_tab"))

        async def state() -> bool | None:
            if await self.screen.find(self.control("to_app"), "button"):
                return True
            unset = self.console.controls.get("configure", self.control("integration"))
            return False if await self.screen.find(unset, "button") else None

        found = await self.screen.until(state)
        if found is None:
            raise Stuck("The settings of the Provisioning tab do not appear")
        return found

    async def open_connection(self) -> None:
        """Open the form of a connection that exists."""
        self.screen.begin("open the connection's form")
        await self.screen.click(self.control("integration"))
        await self.screen.click(self.control("edit"))

    async def test(self) -> None:
        """Have Okta test what is in the form, and judge the banner or dialog.

        Raises:
            ConnectionRefused: the SCIM server or its credentials failed.
            Stuck: no result appeared.
        """
        self.screen.begin("test the credentials")
        before = await self._alerts()
        await self.screen.click(self.control("test"))
        verdict = await self.screen.until(self._judge(before), _TEST_SECONDS)
        if verdict is None:
            raise Stuck(f"No result of the test appeared within {_TEST_SECONDS:.0f} s")
        if verdict.means == "failure":
            raise ConnectionRefused(verdict.words)

    def _judge(self, before: frozenset[str]) -> Callable[[], Awaitable[Verdict | None]]:
        """A look for the result: a text that is known, or else a new alert that stays and is not known as harmless.

        The markup of a failure is not known, nor are all texts (OB-425).
        """
        first_seen: dict[str, float] = {}

        async def look() -> Verdict | None:
            known = await self.screen.verdict(self.console.texts)
            now = self.screen.clock.monotonic()
            lasting = (
                Verdict("failure", words)
                for words in sorted(await self._alerts() - before)
                if now - first_seen.setdefault(words, now) > _ALERT_SECONDS
            )
            return known or next(lasting, None)

        return look

    async def _alerts(self) -> frozenset[str]:
        """The words of the alerts on the page, without those that only tell of a state."""
        texts = self.console.texts.values()
        found = await self.screen.words_of(self.control("alert"))
        return frozenset(words for words in found if not any(re.search(text.pattern, words) for text in texts))

    async def save(self, button: str) -> None:
        """Click Save and wait until the form is gone; nothing is touched in between (OB-414).

        Raises:
            ConnectionRefused: Okta asked the SCIM server again, and it failed.
            Stuck: the form stays.
        """
        control = self.control(button)
        await self.screen.click(control)

        async def closed() -> bool | None:
            gone = await self.screen.find(control, "button") is None
            if gone and await self.screen.find(self.control("general_tab"), "button"):  # not just a page on its way out
                return True
            verdict = await self.screen.verdict(self.console.texts)
            if verdict and verdict.means == "failure":
                raise ConnectionRefused(verdict.words)
            return None

        if await self.screen.until(closed, _TEST_SECONDS) is None:
            raise Stuck("The form is still open after Save")

    async def consent(self) -> None:
        """Press 'Authenticate with …' and wait until the window that opens is gone (OB-236).

        Raises:
            ConsentNeeded: it stays, for a person or with an error.
            Stuck: there is no such button, or no window opens.
        """
        await self.open_provisioning()
        self.screen.begin("ask for consent")
        await self.screen.click(self.control("integration"))
        button = await self.screen.wait_for(self.control("authenticate"), "button", "'Authenticate with …'")
        try:
            async with self.screen.page.expect_popup(timeout=_POPUP_MS) as opening:
                await button.click()  # by the mouse: a browser keeps scripts from opening windows
            window = await opening.value
        except BrowserError:
            raise Stuck("No window for the consent opens") from None
        await self.screen.until(self._is_over(window), self.consent_seconds)
        if not window.is_closed():
            shown = await replace(self.screen, page=window).text()
            await window.close()
            raise ConsentNeeded(" ".join(shown.split())[:_MOST_WORDS])
        with suppress(BrowserError):  # the page that it was opened from may load itself afresh now
            await self.screen.page.wait_for_event("load", timeout=_RELOAD_MS)

    def _is_over(self, window: Page) -> Callable[[], Awaitable[bool | None]]:
        """A look whether a consent has ended: its window is closed, or came back with an error and stays."""
        away, back_since = False, 0.0

        async def look() -> bool | None:
            nonlocal away, back_since
            now, at_home = self.screen.clock.monotonic(), window.url.startswith(self.screen.home or "about:")
            away = away or not (at_home or window.url == "about:blank")
            if not (away and at_home):
                back_since = now
            return window.is_closed() or now - back_since > _BACK_SECONDS or None

        return look

    async def confirm(self, base_url: str) -> None:
        """Open the page again: a refused Save can look quiet (OB-414).

        Raises:
            Stuck: the console does not show the connection.
        """
        for _ in range(_REOPENINGS):
            if await self.open_provisioning():
                break
            await self.screen.clock.sleep(_REOPEN_SECONDS)
        else:
            self.screen.begin("confirm that the connection was saved")
            raise Stuck("The console did not keep the connection: opened again, provisioning is not enabled")
        self.screen.begin("confirm that the connection was saved")
        await self.screen.click(self.control("integration"))
        if not await self.screen.until(lambda: self._shows(base_url)):
            raise Stuck("The console shows another base URL than the one that was saved")

    async def set_to_app(self, wanted: frozenset[str]) -> None:
        """Set the To App options until the form, opened afresh, shows nothing to be changed (OB-414, OB-417).

        Raises:
            Stuck: a box that is to be ticked is not there, or the console does not keep what was saved.
        """
        for _ in range(_TO_APP_TRIES):
            if not await self._change_to_app(wanted):
                return
        raise Stuck("The console did not keep the To App options: opened again, they are not as they were saved")

    async def _change_to_app(self, wanted: frozenset[str]) -> bool:
        """Open the form and save what is not as wanted there; False where nothing is.

        The boxes are found by the titles of their rows, since all of them are labelled 'Enable'.
        """
        await self.open_provisioning()
        self.screen.begin("set the To App options")
        await self.screen.click(self.control("to_app"))
        await self.screen.click(self.control("edit"))
        await self.screen.wait_for(self.control("to_app_save"), "button", "The Save button of To App")
        changed, absent = False, []
        for option, box in self.console.to_app.items():
            if await self.screen.until(partial(self.screen.find, box, "box"), _BOX_SECONDS if option in wanted else 0):
                changed |= await self.screen.set_box(box, option, on=option in wanted)
            elif option in wanted:
                absent.append(box.label or option)
        if changed:
            await self.save("to_app_save")
        if absent:
            raise Stuck(f"To App does not offer {', '.join(absent)}; what it offers is set as wanted")
        return changed

    async def _shows(self, value: str) -> bool | None:
        """Whether a value stands on the page, as text or in a field."""
        fields = await self.screen.page.locator("input").evaluate_all("inputs => inputs.map(input => input.value)")
        return value in fields or value in await self.screen.text() or None
