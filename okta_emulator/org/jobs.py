"""Background work: one queue per app, so that an app's jobs run in order.

Jobs are in memory; when the org stops, those are lost whose task doesn't show in its data (resuming.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

_Org = TypeVar("_Org")
_OrgThatRuns = TypeVar("_OrgThatRuns", contravariant=True)

_log = logging.getLogger(__name__)


class Job(Protocol[_OrgThatRuns]):
    """Background work of the org for an app; it reads the org when it runs."""

    @property
    def app_id(self) -> str:
        """The app whose queue it waits in."""

    async def run(self, org: _OrgThatRuns) -> None:
        """Do it."""


class Jobs(Generic[_Org]):
    """The queues of one org.

    Args:
        org: the org, which every job gets.
        pace: the factor for the time that jobs wait.

    Attributes:
        last: gives the job that follows when all jobs of an app are done, or None.
    """

    def __init__(self, org: _Org, pace: float) -> None:
        self._org = org
        self._pace = pace
        self._queues: dict[str, deque[Job[_Org]]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._timers: dict[Hashable, asyncio.TimerHandle] = {}
        self.last: Callable[[str], Job[_Org] | None] = lambda _app_id: None

    def submit(self, job: Job[_Org]) -> None:
        """Add a job to the queue of its app; it runs after the request that submits it."""
        app_id = job.app_id
        self._queues.setdefault(app_id, deque()).append(job)
        if app_id not in self._workers:
            self._workers[app_id] = asyncio.get_running_loop().create_task(self._work(app_id))

    def later(self, job: Job[_Org], seconds: float, key: Hashable) -> None:
        """Add a job after a time as long as Okta would wait, multiplied by the pace; `idle` doesn't wait for it.

        Args:
            job: the job.
            seconds: the time.
            key: what the job is for; it replaces a job with the same key whose time hasn't come.
        """

        def due() -> None:
            del self._timers[key]
            self.submit(job)

        if (earlier := self._timers.get(key)) is not None:
            earlier.cancel()
        self._timers[key] = asyncio.get_running_loop().call_later(seconds * self._pace, due)

    def waiting(self) -> list[Job[_Org]]:
        """The waiting and running jobs of each app, in order."""
        return [job for queue in self._queues.values() for job in queue]

    async def wait(self, seconds: float) -> None:
        """Wait as long as Okta would, multiplied by the pace."""
        await asyncio.sleep(seconds * self._pace)

    async def idle(self, timeout: float) -> bool:  # noqa: ASYNC109 - a deadline of the control API
        """Wait until no job is left; False when that takes more than `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while self._workers:
                    await asyncio.wait(list(self._workers.values()))
        except TimeoutError:
            return False
        return True

    def drop(self) -> None:
        """Cancel the running jobs and forget the waiting ones."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for worker in self._workers.values():
            worker.cancel()
        self._workers.clear()
        self._queues.clear()

    async def _work(self, app_id: str) -> None:
        """Run the app's jobs until none remain; a failed job doesn't stop the next one."""
        queue = self._queues[app_id]
        follows: Job[_Org] | None = None
        while queue:
            job = queue[0]
            try:
                await job.run(self._org)
                if len(queue) == 1 and job is not follows and (follows := self.last(app_id)) is not None:
                    queue.append(follows)
            except Exception:  # noqa: BLE001 - a fault of the emulator; the queue must go on
                _log.exception("A background job of app %s failed.", app_id)
            queue.popleft()
        del self._workers[app_id]
        del self._queues[app_id]
