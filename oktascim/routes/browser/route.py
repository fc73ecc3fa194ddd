"""The `console` route: a browser signs in as the administrator and sets up provisioning in the Admin Console.

As with every route, only the read-back decides whether it worked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from oktascim.errors import UsageProblem
from oktascim.http.clock import Clock
from oktascim.okta.client import Okta
from oktascim.routes.browser.access import ConsoleAccess
from oktascim.routes.browser.browser import what_is_missing
from oktascim.routes.observer import Observer
from oktascim.routes.route import Attempt, RouteName, Secrets
from oktascim.routes.task import Task
from oktascim.settings.secret_store import SecretStoreUnavailable

if TYPE_CHECKING:
    from oktascim.routes.browser.driver import Driver


class ConsoleBrowser:
    """One browser for a whole run: the first integration that needs it starts it, and one at a time uses it.

    The end of the `async with` block closes it.

    Args:
        okta: the org.
        access: finds the account or saved session for an org's origin; the clock is for one-time codes.
        environ: the environment variables; they may name the browser and the folder for screenshots.
        headed: whether the browser has a window.
    """

    def __init__(
        self,
        okta: Okta,
        access: Callable[[str, Clock], ConsoleAccess],
        environ: Mapping[str, str],
        *,
        headed: bool = False,
    ) -> None:
        self._okta = okta
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

    def what_is_missing(self) -> str | None:
        """Why no browser can be started, or None."""
        return what_is_missing(self._environ, headed=self._headed)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Driver]:
        """Wait for the browser, and have it for this block.

        Raises:
            BrowserFailed: there are no console credentials, or the browser doesn't start.
            UsageProblem: the console's settings are wrong.
            SecretStoreUnavailable: the keyring that holds the console's credentials is unavailable.
        """
        from oktascim.routes.browser.driver import open_driver

        async with self._turn:
            if self._driver is None:
                self._driver = await open_driver(
                    self._stack, self._okta, self._access, self._environ, headed=self._headed
                )
            yield self._driver


@dataclass(frozen=True)
class ConsoleRoute:
    """Drives the Admin Console, with the run's browser.

    Attributes:
        browser: the run's browser.
        secrets: fetches the integration's secrets.
        observer: receives the progress.
    """

    browser: ConsoleBrowser
    secrets: Secrets
    observer: Observer = field(default_factory=Observer)
    name: RouteName = "console"

    async def attempt(self, task: Task) -> Attempt:
        """Set up provisioning in the console; on failure, say why and what the page showed.

        Raises:
            ScimServerFailed: Okta tested the connection and the SCIM server or its credentials failed.
        """
        missing = self.browser.what_is_missing()
        if missing:
            return Attempt("console", missing)
        from oktascim.routes.browser.driver import BrowserFailed

        try:
            async with self.browser.turn() as driver:
                await driver.perform(task, self.secrets, self.observer)
        except (UsageProblem, SecretStoreUnavailable) as error:
            return Attempt("console", str(error))
        except BrowserFailed as failure:
            return Attempt("console", str(failure), left=failure.left, names_file=failure.names_file)
        return Attempt("console", "Done in the Admin Console with a browser.", acted=True)
