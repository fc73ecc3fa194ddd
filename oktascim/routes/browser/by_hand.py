"""Signing in by hand once, in a browser with a window, for runs to come (`auth login --console`)."""

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
from oktascim.routes.browser.sign_in import Door

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, StorageState

_SECONDS = 10 * 60.0


async def sign_in_by_hand(
    okta: Okta,
    environ: Mapping[str, str],
    *,
    headed: bool = True,
    meanwhile: Callable[[BrowserContext], None] = lambda _context: None,
) -> tuple[str, StorageState]:
    """Open the Admin Console and wait until the person is in it.

    Args:
        okta: the org.
        environ: may name the browser.
        headed: False only where a program plays the person.
        meanwhile: told of the browser once its page is open.

    Returns:
        The org's origin, and the browser's cookies of its two hosts; those of other hosts are not kept.

    Raises:
        OktascimError: the browser does not start, was closed, or nobody signed in within ten minutes.
    """
    org, admin = await okta_origin(okta), await admin_origin(okta)
    console = next(iter(load_templates().values())).console
    door = Door(org, admin, console, None)
    try:
        async with AsyncExitStack() as stack:
            browser = await launch(stack, environ, headed=headed)
            context = await new_context(browser)
            screen = Screen(await context.new_page(), okta.clock)
            await screen.page.goto(f"{admin}{console.pages['apps']}")
            meanwhile(context)

            async def inside() -> bool | None:
                return await door.arrived(screen) or None

            if not await screen.until(inside, _SECONDS):
                raise OktascimError("Nobody signed in within ten minutes.", fix="Run the command again.")
            return org, _only(await context.storage_state(), {urlsplit(org).hostname, urlsplit(admin).hostname})
    except SignInRefused as refused:
        raise OktascimError(f"{refused}.") from None
    except BrowserError as error:
        raise OktascimError(
            "The browser did not start, or was closed.",
            why=str(error).splitlines()[0],
            fix="It needs a window; where there is none, set OKTASCIM_CONSOLE_USERNAME and its fellows instead.",
        ) from None


def _only(state: StorageState, hosts: set[str | None]) -> StorageState:
    """The state without what other hosts have left, such as those of an identity provider."""
    cookies = [one for one in state.get("cookies", []) if str(one.get("domain", "")).lstrip(".") in hosts]
    return {"cookies": cookies, "origins": []}
