"""The `handoff` route: print exact instructions for a manual step in the Admin Console, then verify the result."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field

from oktascim.okta.apps import get_app
from oktascim.okta.client import Okta
from oktascim.okta.org import app_page
from oktascim.routes.clipboard import Clipboard
from oktascim.routes.instructions import instructions, secret_to_enter
from oktascim.routes.observer import VERIFIES_AND_CONTINUES, Handoff, Observer
from oktascim.routes.readback import ReadBack, judge, read_back
from oktascim.routes.route import Attempt, RouteName, Secrets
from oktascim.routes.task import Task
from oktascim.routes.witness import Witness

_POLL_SECONDS = 10.0
_ANNOUNCE_SECONDS = 60.0
_FOR_A_PERSON = "This step must be done manually in the Admin Console."
_CANNOT_BE_SEEN = (
    "Credentials can't be read back: Okta's own test in the Admin Console is the proof. If the System Log "
    "doesn't show the change, stop waiting with Ctrl-C; from then on, run apply without --rotate-credentials."
)


def _ignore(_page: str) -> None:
    """Open nothing: the instructions name the page."""


@dataclass(frozen=True)
class HandoffRoute:
    """Shows the manual step and, with a terminal, waits until the org shows the result.

    Attributes:
        okta: the org.
        secrets: fetches the integration's secrets, for the clipboard.
        observer: receives the instructions before the wait begins, and the progress of the wait.
        wait_seconds: how long to look for the change; 0 returns at once (CI, no terminal).
        opens: opens the page of the step for the person.
        clipboard: holds the step's secret during the wait, or None.
        without_slot: a context that frees this integration's slot, so that waiting delays no other integration.
    """

    okta: Okta
    secrets: Secrets
    observer: Observer = field(default_factory=Observer)
    wait_seconds: float = 0.0
    opens: Callable[[str], None] = field(default=_ignore)
    clipboard: Clipboard | None = None
    without_slot: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    name: RouteName = "handoff"

    async def attempt(self, task: Task) -> Attempt:
        """Show the instructions, then check every ten seconds whether the org shows the change."""
        page = await app_page(self.okta, task.app.name, task.app.id)
        then = _CANNOT_BE_SEEN if task.needs_witness else VERIFIES_AND_CONTINUES
        handoff = Handoff(page, instructions(task), then)
        if not self.wait_seconds:
            return Attempt("handoff", _FOR_A_PERSON, handoff)
        witness = Witness(self.okta, task.app.id) if task.needs_witness else None
        if witness:
            await witness.begin()
            if witness.blind:
                return Attempt("handoff", _FOR_A_PERSON, handoff)
        copied = secret_to_enter(task) if self.clipboard else None
        held = self.clipboard.holding(self.secrets().values[copied]) if self.clipboard and copied else nullcontext()
        with held:
            self.observer.handoff(task.name, Handoff(page, instructions(task, copied), then))
            self.opens(page)
            async with self.without_slot():
                done = await self._wait(task, witness)
        if done:
            said = "The app was changed in the meantime." if witness else "Done manually in the Admin Console."
            return Attempt("handoff", said, handoff, acted=True)
        return Attempt("handoff", _FOR_A_PERSON, handoff)

    async def _wait(self, task: Task, witness: Witness | None) -> bool:
        """Return whether the step was done in time."""
        self.observer.began(task.name, "manual step")
        waited = 0.0
        while waited < self.wait_seconds:
            whole_minute = waited % _ANNOUNCE_SECONDS == 0
            if whole_minute:
                self.observer.waits("a manual step in the Admin Console", self.wait_seconds - waited)
            await self.okta.clock.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
            if witness and await witness.look() is None:
                continue
            if not task.missing(await self._read(task, thoroughly=whole_minute)):
                return True
        return False

    async def _read(self, task: Task, *, thoroughly: bool) -> ReadBack:
        """Read the app; its connection too, if thoroughly.

        Reading the app counts against a large rate-limit bucket, reading its connection against one of the smallest
        (OB-151). So the connection is read only once a minute: `features` follows the Admin Console anyway.
        """
        if thoroughly:
            return await read_back(self.okta, task.app.id, task.wanted.to_app)
        return judge(await get_app(self.okta, task.app.id), None)
