"""One app in the Admin Console: its Provisioning tab, the To App options, and the test of its connection.

The steps and their known failures: OB-409 to OB-419.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from playwright.async_api import Error as BrowserError
from playwright.async_api import Page

from oktascim.okta.credential_test import OKTA_TEST, during_okta_test
from oktascim.routes.browser.screen import PageMessage, PageNotUnderstood, Screen
from oktascim.template import Console, Control

_REOPENINGS = 3
_TO_APP_TRIES = 3
_BOX_SECONDS = 3.0
_BACK_SECONDS = 3.0  # after this, a window that returned from the server no longer closes by itself
_MOST_WORDS = 200
_POPUP_MS = 10_000.0
_RELOAD_SECONDS = 2.0
_CALLBACK = "/oauth/callback"
_ALERT_SECONDS = 5.0
_REOPEN_SECONDS = 4.0  # the working browser code waits 8 s before it opens the page again (OB-415)
_TEST_SECONDS = OKTA_TEST.seconds + 15.0  # the page must show the result


class ConnectionRefused(Exception):
    """Okta tested the SCIM server and the console shows a failure; the message is Okta's."""


class ConsentNeeded(Exception):
    """An OAuth 2 connection is saved and needs a person's consent (OB-236); the message is the text of its window."""


@dataclass(frozen=True)
class AppPages:
    """The pages of one app.

    Attributes:
        screen: the browser's page.
        console: the template's description of the console.
        url: the app's page, without a fragment: with one, reopening it wouldn't reload it.
        consent_seconds: how long to wait for consent; short if the window isn't visible.
    """

    screen: Screen
    console: Console
    url: str
    consent_seconds: float = 0.0

    def control(self, name: str) -> Control:
        """Look up a console control by its name in the template."""
        return self.console.controls[name]

    async def open_provisioning(self) -> bool:
        """Reload the app's page and open the Provisioning tab; the console ignores the URL fragment (OB-408).

        Returns:
            Whether provisioning is set up, that is, whether its settings list To App.
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
            raise PageNotUnderstood("The Provisioning tab didn't show its settings")
        return found

    async def open_connection(self) -> None:
        """Open the form of an existing connection."""
        self.screen.begin("open the connection's form")
        await self.screen.click(self.control("integration"))
        await self.screen.click(self.control("edit"))

    async def test(self) -> None:
        """Let Okta test the credentials in the form, and read the banner or dialog.

        Raises:
            ConnectionRefused: the SCIM server or its credentials failed.
            PageNotUnderstood: no result appeared.
        """
        self.screen.begin("test the credentials")
        before = await self._alerts()
        await self.screen.click(self.control("test"))
        with during_okta_test(self.screen.observer.waits):
            message = await self.screen.until(self._judge(before), _TEST_SECONDS)
        if message is None:
            raise PageNotUnderstood(f"No test result appeared within {_TEST_SECONDS:.0f} s")
        if message.means == "failure":
            raise ConnectionRefused(message.words)

    def _judge(self, before: frozenset[str]) -> Callable[[], Awaitable[PageMessage | None]]:
        """Return a function that looks for the result: a known text, or a new, lasting alert not known to be harmless.

        Neither the markup of a failure nor every text is known (OB-425).
        """
        first_seen: dict[str, float] = {}

        async def look() -> PageMessage | None:
            known = await self.screen.message(self.console.texts)
            now = self.screen.clock.monotonic()
            lasting = (
                PageMessage("failure", words)
                for words in sorted(await self._alerts() - before)
                if now - first_seen.setdefault(words, now) > _ALERT_SECONDS
            )
            return known or next(lasting, None)

        return look

    async def _alerts(self) -> frozenset[str]:
        """The texts of the alerts on the page, except those that only describe a state."""
        texts = self.console.texts.values()
        found = await self.screen.words_of(self.control("alert"))
        return frozenset(words for words in found if not any(re.search(text.pattern, words) for text in texts))

    async def save(self, button: str) -> None:
        """Click Save and wait until the form closes, without touching anything in between (OB-414).

        Raises:
            ConnectionRefused: Okta tested the SCIM server again, and it failed.
            PageNotUnderstood: the form stays open.
        """
        control = self.control(button)
        await self.screen.click(control)

        async def closed() -> bool | None:
            gone = await self.screen.find(control, "button") is None
            # The button is also gone from a page that is being replaced, but then the tab is, too.
            if gone and await self.screen.find(self.control("general_tab"), "button"):
                return True
            message = await self.screen.message(self.console.texts)
            if message and message.means == "failure":
                raise ConnectionRefused(message.words)
            return None

        with during_okta_test(self.screen.observer.waits):
            is_closed = await self.screen.until(closed, _TEST_SECONDS)
        if not is_closed:
            raise PageNotUnderstood("The form is still open after Save")

    async def consent(self) -> None:
        """Click 'Authenticate with …' and wait until its window closes (OB-236).

        Raises:
            ConsentNeeded: the window stays open, because it needs a person or shows an error.
            PageNotUnderstood: there is no such button, or no window opens.
        """
        await self.open_provisioning()
        self.screen.begin("ask for consent")
        await self.screen.click(self.control("integration"))
        button = await self.screen.wait_for(self.control("authenticate"), "button", "'Authenticate with …'")
        loads: list[Page] = []
        self.screen.page.once("load", lambda page: loads.append(page))  # Playwright takes no built-in method
        try:
            async with self.screen.page.expect_popup(timeout=_POPUP_MS) as opening:
                await button.click()  # a mouse click: browsers don't let scripts open windows
            window = await opening.value
        except BrowserError:
            raise PageNotUnderstood("No consent window opened") from None
        await self.screen.until(self._is_over(window), self.consent_seconds)
        if not window.is_closed():
            shown = await replace(self.screen, page=window).text()
            await window.close()
            raise ConsentNeeded(" ".join(shown.split())[:_MOST_WORDS])

        async def reloaded() -> bool | None:
            return bool(loads) or None

        await self.screen.until(reloaded, _RELOAD_SECONDS)  # the page that opened the window may reload itself

    def _is_over(self, window: Page) -> Callable[[], Awaitable[bool | None]]:
        """Return a function that checks whether consent ended: the window closed, or stays open with an error.

        It has returned from the server when it shows the callback, on whatever host (OB-257).
        """
        away, back_since = False, self.screen.clock.monotonic()

        async def look() -> bool | None:
            nonlocal away, back_since
            now, at_home = self.screen.clock.monotonic(), window.url.startswith(self.screen.home or "about:")
            away = away or not (at_home or window.url == "about:blank")
            if not (away and at_home) and not urlsplit(window.url).path.endswith(_CALLBACK):
                back_since = now
            return window.is_closed() or now - back_since > _BACK_SECONDS or None

        return look

    async def confirm(self, base_url: str) -> None:
        """Reopen the page, because a refused Save can show no error (OB-414).

        Raises:
            PageNotUnderstood: the console doesn't show the connection.
        """
        for _ in range(_REOPENINGS):
            if await self.open_provisioning():
                break
            await self.screen.clock.sleep(_REOPEN_SECONDS)
        else:
            self.screen.begin("confirm that the connection was saved")
            raise PageNotUnderstood(
                "The console didn't save the connection: after reopening the page, provisioning isn't enabled"
            )
        self.screen.begin("confirm that the connection was saved")
        await self.screen.click(self.control("integration"))
        if not await self.screen.until(lambda: self._shows(base_url)):
            raise PageNotUnderstood("The console shows a different base URL from the one that was saved")

    async def set_to_app(self, wanted: frozenset[str]) -> None:
        """Set the To App options until the reopened form shows no difference (OB-414, OB-417).

        Raises:
            PageNotUnderstood: a wanted checkbox is missing, or the console doesn't keep the saved options.
        """
        for _ in range(_TO_APP_TRIES):
            if not await self._change_to_app(wanted):
                return
        raise PageNotUnderstood("The console didn't save the To App options: after reopening the page, they differ")

    async def _change_to_app(self, wanted: frozenset[str]) -> bool:
        """Open the form and save whatever differs; return False if nothing does.

        Checkboxes are found by the titles of their rows, because all of them are labelled 'Enable'.
        """
        await self.open_provisioning()
        self.screen.begin("set the To App options")
        await self.screen.click(self.control("to_app"))
        await self.screen.click_until(self.control("edit"), self.control("to_app_save"), "button")
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
            raise PageNotUnderstood(f"To App doesn't offer {', '.join(absent)}; the options it does offer are set")
        return changed

    async def _shows(self, value: str) -> bool | None:
        """Return True if a value appears on the page, as text or in a field."""
        fields = await self.screen.page.locator("input").evaluate_all("inputs => inputs.map(input => input.value)")
        return value in fields or value in await self.screen.text() or None
