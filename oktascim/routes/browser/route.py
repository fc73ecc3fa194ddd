"""The `console` route: a browser signs in as the administrator and does the one step in the Admin Console.

What it did there counts for nothing by itself; the read-back after it decides, as with every route.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from oktascim.errors import UsageProblem
from oktascim.http import Clock
from oktascim.routes.browser.access import Access
from oktascim.routes.browser.browser import what_is_missing
from oktascim.routes.route import Attempt, RouteName
from oktascim.routes.task import Task
from oktascim.settings.secret_store import SecretStoreUnavailable

if TYPE_CHECKING:
    from oktascim.routes.browser.driver import Driver


class ConsoleRoute:
    """Works the Admin Console, one integration after the other, with one browser for the whole run.

    The browser is started by the first integration that needs it and ends with the `async with` block.

    Args:
        access: finds the administrator, or the kept session, for an org's origin; the clock is that of one-time codes.
        environ: the environment variables; they may name the browser and the folder for pictures.
        headed: whether the browser has a window.
    """

    name: RouteName = "console"

    def __init__(
        self, access: Callable[[str, Clock], Access], environ: Mapping[str, str], *, headed: bool = False
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
        """Do it in the console; where that cannot be begun or ended, say why and what was on the page.

        Raises:
            ScimServerFailed: Okta tested the connection and the SCIM server or its credentials failed.
        """
        missing = what_is_missing(self._environ, headed=self._headed)
        if missing:
            return Attempt("console", missing)
        from oktascim.routes.browser.driver import Failed

        async with self._turn:
            try:
                if self._driver is None:
                    self._driver = await self._open(task)
                await self._driver.perform(task)
            except (UsageProblem, SecretStoreUnavailable) as error:
                return Attempt("console", str(error))
            except Failed as failure:
                return Attempt("console", str(failure), left=failure.left)
        return Attempt("console", "Done in the Admin Console by a browser.", acted=True)

    async def _open(self, task: Task) -> Driver:
        from oktascim.routes.browser.driver import open_driver

        return await open_driver(self._stack, task.okta, self._access, self._environ, headed=self._headed)
