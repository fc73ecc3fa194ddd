"""Background work: one queue for each app, so that what concerns an app happens in order.

Jobs live in memory: those of an org that is stopped are gone.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

import httpx

from okta_emulator.scim_client.client import new_http

Job = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)


class Jobs:
    """The queues of one org.

    Args:
        pace: what waits are multiplied with.
    """

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._queues: dict[str, deque[Job]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._http: httpx.AsyncClient | None = None

    @property
    def http(self) -> httpx.AsyncClient:
        """The HTTP client of all outbound SCIM requests; made in the event loop that uses it."""
        if self._http is None:
            self._http = new_http()
        return self._http

    @property
    def pending(self) -> int:
        """Jobs that wait or run."""
        return sum(len(queue) for queue in self._queues.values())

    def submit(self, app_id: str, job: Job) -> None:
        """Put a job behind those of its app; it runs after the request that submits it."""
        self._queues.setdefault(app_id, deque()).append(job)
        if app_id not in self._workers:
            self._workers[app_id] = asyncio.get_running_loop().create_task(self._work(app_id))

    async def wait(self, seconds: float) -> None:
        """Wait as Okta would; shorter where time is compressed."""
        await asyncio.sleep(seconds * self._pace)

    async def idle(self, timeout: float) -> bool:  # noqa: ASYNC109 - a deadline of the control API
        """Wait until nothing is pending; False when that took longer than `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while self._workers:
                    await asyncio.wait(list(self._workers.values()))
        except TimeoutError:
            return False
        return True

    def drop(self) -> None:
        """Cancel what runs and forget what waits."""
        for worker in self._workers.values():
            worker.cancel()
        self._workers.clear()
        self._queues.clear()

    async def close(self) -> None:
        """Drop everything and close the connections."""
        self.drop()
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _work(self, app_id: str) -> None:
        """Run the app's jobs until there are none; one that breaks does not stop those behind it."""
        queue = self._queues[app_id]
        while queue:
            try:
                await queue[0]()
            except Exception:  # noqa: BLE001 - a fault of the emulator; the queue must go on
                _log.exception("A background job of app %s broke.", app_id)
            queue.popleft()
        del self._workers[app_id]
        del self._queues[app_id]
