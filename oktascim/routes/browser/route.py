"""The `console` route: a browser signs in as the administrator and sets up provisioning in the Admin Console.

As with every route, only the read-back decides whether it worked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from oktascim.errors import UsageProblem
from oktascim.http.clock import Clock
from oktascim.routes.browser.access import ConsoleAccess
from oktascim.routes.browser.browser import what_is_missing
from oktascim.routes.route import Attempt, RouteName
from oktascim.routes.task import Task
from oktascim.settings.secret_store import SecretStoreUnavailable

if TYPE_CHECKING:
    from oktascim.routes.browser.driver import Driver


class ConsoleRoute:
    """Drives the Admin Console, one integration at a time, with one browser for the whole run.

    The first integration that needs the browser starts it; the end of the `async with` block closes it.

    Args:
        access: finds the account or saved session for an org's origin; the clock is for one-time codes.
        environ: the environment variables; they may name the browser and the folder for screenshots.
        headed: whether the browser has a window.
    """

    name: RouteName = "console"

    def __init__(
        self, access: Callable[[str, Clock], ConsoleAccess], environ: Mapping[str, str], *, headed: bool = False
    ) -> None:
        self._access = access
        self._environ = environ
        self._headed = headed
        self._turn = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._driver: Driver | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the browser, if it was opened."""
        await self._stack.aclose()

    async def attempt(self, task: Task) -> Attempt:
        """Set up provisioning in the console; on failure, say why and what the page showed.

        Raises:
            ScimServerFailed: Okta tested the connection and the SCIM server or its credentials failed.
        """
        missing = what_is_missing(self._environ, headed=self._headed)
        if missing:
            return Attempt("console", missing)
        from oktascim.routes.browser.driver import BrowserFailed

        async with self._turn:
            try:
                if self._driver is None:
                    self._driver = await self._open(task)
                await self._driver.perform(task)
            except (UsageProblem, SecretStoreUnavailable) as error:
                return Attempt("console", str(error))
            except BrowserFailed as failure:
                return Attempt("console", str(failure), left=failure.left)
        return Attempt("console", "Done in the Admin Console with a browser.", acted=True)

    async def _open(self, task: Task) -> Driver:
        from oktascim.routes.browser.driver import open_driver

        return await open_driver(self._stack, task.okta, self._access, self._environ, headed=self._headed)
