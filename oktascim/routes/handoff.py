"""The `handoff` route: a person does the one step in the Admin Console; oktascim says exactly what, then verifies."""

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
_FOR_A_PERSON = "A person must do this step in the Admin Console."
_CANNOT_BE_SEEN = (
    "Credentials cannot be read back: Okta's own test of them in the Admin Console is the proof. Where the System Log "
    "does not show the change, Ctrl-C ends the waiting; from then on apply without --rotate-credentials."
)


def _ignore(_handoff: Handoff) -> None:
    """Show nothing: the report carries the same text."""


@dataclass(frozen=True)
class HandoffRoute:
    """Tells a person what to do and, where somebody is there, waits until the org shows it.

    Attributes:
        wait_seconds: how long to look for the change; 0 returns at once (CI, no terminal).
        show: told of the instructions before the waiting begins.
        clipboard: where the secret of the step is put while it is waited for, or None.
        aside: a context in which the waiting holds up nobody else.
    """

    wait_seconds: float = 0.0
    show: Callable[[Handoff], None] = field(default=_ignore)
    clipboard: Clipboard | None = None
    aside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    name: RouteName = "handoff"

    async def attempt(self, task: Task) -> Attempt:
        """Write the instructions, then look every ten seconds whether they have been followed."""
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
            async with self.aside():
                done = await self._wait(task)
        if done:
            said = "The app was changed meanwhile." if task.witness else "A person did it in the Admin Console."
            return Attempt("handoff", said, handoff, acted=True)
        return Attempt("handoff", _FOR_A_PERSON, handoff)

    async def _wait(self, task: Task) -> bool:
        """Whether the step was done in time."""
        task.observer.began(task.name, "Wait for you in the Admin Console")
        waited = 0.0
        while waited < self.wait_seconds:
            whole_minute = waited % _ANNOUNCE_SECONDS == 0
            if whole_minute:
                task.observer.waits("for you", self.wait_seconds - waited)
            await task.okta.clock.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
            if await _done(task, thoroughly=whole_minute):
                return True
        return False


async def _done(task: Task, *, thoroughly: bool) -> bool:
    """Whether the org shows that the step was done.

    The app alone costs a call of a roomy bucket, its connection one of the tightest (OB-151): that one is
    read once a minute, since `features` follows the Admin Console.
    """
    if task.witness and await task.witness.look() is None:
        return False
    if thoroughly:
        return not task.missing(await read_back(task.okta, task.app.id, task.wanted.to_app))
    return not task.missing(judge(await get_app(task.okta, task.app.id), None))
