"""Manual sign-in in a browser window, saved for later runs (`auth login --console`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.async_api import Error as BrowserError

from oktascim.catalog import load_templates
from oktascim.errors import OktascimError
from oktascim.okta.client import Okta
from oktascim.okta.org import admin_origin, okta_origin
from oktascim.routes.browser.authn import SignInRefused
from oktascim.routes.browser.browser import launch, new_context
from oktascim.routes.browser.screen import Screen
from oktascim.routes.browser.sign_in import SignInFlow

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, StorageState

_SECONDS = 10 * 60.0


async def sign_in_manually(
    okta: Okta,
    environ: Mapping[str, str],
    *,
    headed: bool = True,
    meanwhile: Callable[[BrowserContext], None] = lambda _context: None,
) -> tuple[str, StorageState]:
    """Open the Admin Console and wait until the person has signed in.

    Args:
        okta: the org.
        environ: may name the browser.
        headed: False only if a program plays the person.
        meanwhile: receives the browser once its page is open.

    Returns:
        The org's origin, and the browser's cookies for its two hosts; other cookies are dropped.

    Raises:
        OktascimError: the browser didn't start or was closed, or there was no sign-in within ten minutes.
    """
    org, admin = await okta_origin(okta), await admin_origin(okta)
    console = next(iter(load_templates().values())).console
    sign_in = SignInFlow(org, admin, console, None)
    try:
        async with AsyncExitStack() as stack:
            browser = await launch(stack, environ, headed=headed)
            context = await new_context(browser)
            screen = Screen(await context.new_page(), okta.clock)
            await screen.page.goto(f"{admin}{console.pages['apps']}")
            meanwhile(context)

            async def inside() -> bool | None:
                return await sign_in.arrived(screen) or None

            if not await screen.until(inside, _SECONDS):
                raise OktascimError("No one signed in within ten minutes.", fix="Run the command again.")
            return org, _only(await context.storage_state(), {urlsplit(org).hostname, urlsplit(admin).hostname})
    except SignInRefused as refused:
        raise OktascimError(f"{refused}.") from None
    except BrowserError as error:
        raise OktascimError(
            "The browser didn't start, or was closed.",
            why=str(error).splitlines()[0],
            fix="It needs a display; without one, set OKTASCIM_CONSOLE_USERNAME and the related variables instead.",
        ) from None


def _only(state: StorageState, hosts: set[str | None]) -> StorageState:
    """The state without cookies of other hosts, such as an identity provider."""
    cookies = [cookie for cookie in state.get("cookies", []) if str(cookie.get("domain", "")).lstrip(".") in hosts]
    return {"cookies": cookies, "origins": []}
