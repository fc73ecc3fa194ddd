"""One browser for all tests of a worker: to start it takes longer than most tests. Their contexts share nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, TypeVar

from oktascim.routes.browser.browser import launch

if TYPE_CHECKING:
    from playwright.async_api import Browser

T = TypeVar("T")


class SharedBrowser:
    """A browser and the event loop that it belongs to."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._browser: Browser | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work that uses the browser."""
        return self._runner.run(work)

    async def launch(self, stack: AsyncExitStack, *_environ: Any, **_options: Any) -> Browser:
        """Stand in for `browser.launch`; what is opened in the browser is closed with `stack`."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = await launch(self._stack, {}, headed=False)
        stack.push_async_callback(self._clear)
        return self._browser

    async def _clear(self) -> None:
        assert self._browser is not None
        for context in self._browser.contexts:
            await context.close()

    def close(self) -> None:
        """Close the browser and the loop."""
        self._runner.run(self._stack.aclose())
        self._runner.close()
