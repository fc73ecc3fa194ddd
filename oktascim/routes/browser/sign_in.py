"""Signs in to the Admin Console, and answers the factor prompts that can appear at any time (OB-400 to OB-405)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.async_api import ElementHandle
from playwright.async_api import Error as BrowserError

from oktascim.redact import clean
from oktascim.routes.browser.authn import ConsoleAccount, SignInRefused, session_token
from oktascim.routes.browser.screen import PageNotUnderstood, Screen
from oktascim.routes.observer import Observer
from oktascim.template import Console

_SECONDS = 45.0
_ANSWERS = {
    "identifier": 1,
    "password": 1,
    "code": 2,
}  # a wrong password is never sent twice: it would lock the account
_CODE_CHOICES = ("choose_google_authenticator", "choose_okta_verify_code")


@dataclass(frozen=True)
class SignInFlow:
    """Signs in to one org's Admin Console.

    Attributes:
        org: the origin of the org's sign-in page.
        admin: the origin of its Admin Console.
        console: the templates' description of the console.
        account: the account, or None to use only a saved session.
    """

    org: str
    admin: str
    console: Console
    account: ConsoleAccount | None

    async def enter(self, screen: Screen, target: str) -> None:
        """Open a console page, signing in first if required.

        Raises:
            SignInRefused: the sign-in failed.
        """
        screen.begin("sign in to the Admin Console")
        context = screen.page.context
        if self.account and not await context.cookies():
            token = await session_token(context.request, self.org, self.account, screen.observer)
            if token:
                query = urlencode({"token": token, "redirectUrl": target})
                target = f"{self.org}{self.console.pages['sign_in']}?{query}"
        await screen.page.goto(target)
        await self.answer(screen)

    async def answer(self, screen: Screen) -> None:
        """Answer the prompts of the sign-in page, in any order, until the console appears.

        Raises:
            SignInRefused: a prompt can't be answered.
        """
        screen.begin("sign in to the Admin Console")
        given: Counter[str] = Counter()
        end = screen.clock.monotonic() + _SECONDS
        while not await self.arrived(screen):
            if screen.clock.monotonic() > end:
                raise SignInRefused("The sign-in page asks for something that oktascim can't provide")
            if screen.page.url.startswith(f"{self.org}/") and await self._answer_one(screen, given):
                continue
            await screen.clock.sleep(0.1)

    async def arrived(self, screen: Screen) -> bool:
        """Whether the console is open.

        Raises:
            SignInRefused: the page is a dead end for this account.
        """
        texts, url = self.console.texts, screen.page.url
        if re.search(texts["no_admin_role"].pattern, await _title(screen)):
            raise SignInRefused("The account can't use the Admin Console: it has no administrator role")
        if re.search(texts["factor_enrolment"].pattern, await screen.text()):
            raise SignInRefused("The account must set up a factor first: sign in manually once")
        return url.startswith(f"{self.admin}/admin/") and not url.startswith(f"{self.admin}/admin/sso/")

    async def _answer_one(self, screen: Screen, given: Counter[str]) -> bool:
        """Answer the prompt on the page; return False if there is none (yet)."""
        controls = self.console.sign_in
        for name in ("code", "password", "identifier"):
            if field := await screen.find(controls[name], "field"):
                await self._submit(screen, field, name, given)
                return True
        for name in (*_CODE_CHOICES, "choose_password"):
            if name in _CODE_CHOICES and not (self.account and self.account.codes):
                continue
            if choice := await screen.find(controls[name], "button"):
                await choice.evaluate("element => element.click()")
                await self._replaced(screen, choice)
                return True
        if await screen.find(controls["factors"], "any"):
            raise SignInRefused(f"Okta asks for a factor that oktascim can't provide: {await self._factors(screen)}")
        return False

    async def _submit(self, screen: Screen, field: ElementHandle, name: str, given: Counter[str]) -> None:
        error = await self._error(screen)
        given[name] += 1
        if given[name] > _ANSWERS[name]:
            what = "one-time code" if name == "code" else name
            raise SignInRefused(f"Okta rejected the {what} of the console account{f': {error}' if error else ''}")
        try:
            await screen.type(self.console.sign_in[name], name, await self._answer_to(name, screen.observer))
            await screen.click(self.console.sign_in["submit"], "The button of the sign-in form")
        except PageNotUnderstood as stuck:
            raise SignInRefused(str(stuck)) from None
        await self._replaced(screen, field, unless=error)

    async def _answer_to(self, name: str, observer: Observer) -> str:
        if self.account is None:
            raise SignInRefused("The saved session has ended: run `oktascim auth login --console` again")
        if name == "identifier":
            return self.account.username
        if name == "password":
            return self.account.password.get_secret_value()
        if self.account.codes is None:
            raise SignInRefused("Okta asks for a one-time code, but OKTASCIM_CONSOLE_TOTP_SECRET isn't set")
        return await self.account.codes.next(observer)

    async def _replaced(self, screen: Screen, element: ElementHandle, unless: str | None = None) -> None:
        """Wait until an element has left the page, or an error other than `unless` appears."""

        async def look() -> bool | None:
            try:
                gone = not await element.evaluate("element => element.isConnected")
            except BrowserError:  # the page it belonged to is gone
                return True
            return gone or await self._error(screen) not in {None, unless} or None

        await screen.until(look)

    async def _error(self, screen: Screen) -> str | None:
        error = await screen.find(self.console.sign_in["error"], "any")
        return await _text_of(error) if error else None

    async def _factors(self, screen: Screen) -> str:
        rows = screen.page.locator(str(self.console.sign_in["factors"].locators[0].value))
        names = [await _text_of(row) for row in await rows.element_handles()]
        return ", ".join(name.removesuffix("Select").strip() for name in names)  # a row is the name and its button


async def _title(screen: Screen) -> str:
    try:
        return await screen.page.title()
    except BrowserError:  # the page is being replaced
        return ""


async def _text_of(element: ElementHandle) -> str:
    try:
        return " ".join(clean(await element.inner_text()).split())
    except BrowserError:  # the page is being replaced
        return ""
