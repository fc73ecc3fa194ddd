"""How many integrations a run processes in parallel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from oktascim.okta.client import Okta

_MOST = 16
_CALLS_OF_ONE = 5  # about how many calls per minute one integration makes on the apps bucket


class Slots:
    """The slots of a run; an integration holds one while its steps run.

    Args:
        okta: the org; its rate limits determine the number.
        number: a fixed number instead.
    """

    def __init__(self, okta: Okta, number: int | None = None) -> None:
        self._free = asyncio.Semaphore(number or _fitting(okta))

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold a slot for the duration of the block."""
        async with self._free:
            yield

    @asynccontextmanager
    async def released(self) -> AsyncIterator[None]:
        """Let another integration use the slot for the duration of the block, such as during a manual step."""
        self._free.release()
        try:
            yield
        finally:
            await self._free.acquire()


def _fitting(okta: Okta) -> int:
    """How many parallel integrations the apps bucket allows: more would only leave more of them half done."""
    limit, _ = okta.limits.state().get("/api/v1/apps", (0, 0))
    return max(1, min(_MOST, limit // _CALLS_OF_ONE)) if limit else _MOST
