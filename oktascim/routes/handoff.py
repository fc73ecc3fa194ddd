"""The `handoff` route: print exact instructions for a manual step in the Admin Console, then verify the result."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field

from oktascim.okta.apps import get_app
from oktascim.okta.org import app_page
from oktascim.routes.clipboard import Clipboard
from oktascim.routes.instructions import instructions, secret_of
from oktascim.routes.observer import VERIFIES_AND_CONTINUES, Handoff
from oktascim.routes.readback import judge, read_back
from oktascim.routes.route import Attempt, RouteName
from oktascim.routes.task import Task

_POLL_SECONDS = 10.0
_ANNOUNCE_SECONDS = 60.0
_FOR_A_PERSON = "This step must be done manually in the Admin Console."
_CANNOT_BE_SEEN = (
    "Credentials can't be read back: Okta's own test in the Admin Console is the proof. If the System Log "
    "doesn't show the change, stop waiting with Ctrl-C; from then on, run apply without --rotate-credentials."
)


def _ignore(_handoff: Handoff) -> None:
    """Show nothing: the report carries the same text."""


@dataclass(frozen=True)
class HandoffRoute:
    """Shows the manual step and, with a terminal, waits until the org shows the result.

    Attributes:
        wait_seconds: how long to look for the change; 0 returns at once (CI, no terminal).
        show: receives the instructions before the wait begins.
        clipboard: holds the step's secret during the wait, or None.
        without_slot: a context that frees this integration's slot, so that waiting delays no other integration.
    """

    wait_seconds: float = 0.0
    show: Callable[[Handoff], None] = field(default=_ignore)
    clipboard: Clipboard | None = None
    without_slot: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    name: RouteName = "handoff"

    async def attempt(self, task: Task) -> Attempt:
        """Show the instructions, then check every ten seconds whether the org shows the change."""
        page = await app_page(task.okta, task.app.name, task.app.id)
        then = _CANNOT_BE_SEEN if task.witness else VERIFIES_AND_CONTINUES
        copied = secret_of(task) if self.clipboard else None
        held = self.clipboard.holding(task.secrets().values[copied]) if self.clipboard and copied else nullcontext()
        handoff = Handoff(page, instructions(task), then)
        if task.witness and self.wait_seconds:
            await task.witness.begin()
        if not self.wait_seconds or (task.witness and task.witness.blind):
            return Attempt("handoff", _FOR_A_PERSON, handoff)
        with held:
            self.show(Handoff(page, instructions(task, copied), then))
            async with self.without_slot():
                done = await self._wait(task)
        if done:
            said = "The app was changed in the meantime." if task.witness else "Done manually in the Admin Console."
            return Attempt("handoff", said, handoff, acted=True)
        return Attempt("handoff", _FOR_A_PERSON, handoff)

    async def _wait(self, task: Task) -> bool:
        """Return whether the step was done in time."""
        task.observer.began(task.name, "Wait for you in the Admin Console")
        waited = 0.0
        while waited < self.wait_seconds:
            whole_minute = waited % _ANNOUNCE_SECONDS == 0
            if whole_minute:
                task.observer.waits("a manual step in the Admin Console", self.wait_seconds - waited)
            await task.okta.clock.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
            if await _done(task, thoroughly=whole_minute):
                return True
        return False


async def _done(task: Task, *, thoroughly: bool) -> bool:
    """Return whether the org shows that the step was done.

    Reading the app counts against a large rate-limit bucket, reading its connection against one of the smallest
    (OB-151). So the connection is read only once a minute: `features` follows the Admin Console anyway.
    """
    if task.witness and await task.witness.look() is None:
        return False
    if thoroughly:
        return not task.missing(await read_back(task.okta, task.app.id, task.wanted.to_app))
    return not task.missing(judge(await get_app(task.okta, task.app.id), None))
