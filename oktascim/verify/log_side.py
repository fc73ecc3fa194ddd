"""The third side: the System Log (OB-177 to OB-182)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from oktascim.diagnose.engine import explain_events
from oktascim.diagnose.event import Event, is_silent, reports_failure, words_of
from oktascim.diagnose.finding import Finding
from oktascim.errors import UsageProblem
from oktascim.logs.addressing import addressed, facts_of
from oktascim.logs.query import Conditions, Selection
from oktascim.okta.errors import OktaError
from oktascim.okta.logs import LogQuery, read_page
from oktascim.redact import clean
from oktascim.verify.model import LifecycleStep, Said
from oktascim.verify.scene import Scene

_PROVISIONING = ("application.provision.*", "app.user_management.*", "application.integration.*")
_DELETION = "user.lifecycle.delete"
_LIMITED = "application.integration.rate_limit_exceeded"
_TICK = timedelta(seconds=2)  # Okta's Date header counts in seconds


@dataclass
class LogSide:
    """Reads the events of a step, each event once.

    Attributes:
        scene: whose events.
        mute: why the log can't be read, or "".
        failures: the failures of the current step.
    """

    scene: Scene
    mute: str = ""
    failures: list[dict[str, Any]] = field(default_factory=list)
    _ahead: timedelta = timedelta()
    _since: datetime | None = None
    _fresh: dict[str, dict[str, Any]] = field(default_factory=dict)
    _past: set[str] = field(default_factory=set)

    async def begin(self) -> None:
        """Read Okta's time, and check whether the log can be read."""
        clock = self.scene.okta.clock
        try:
            page = await read_page(self.scene.okta, LogQuery(f'target.id eq "{self.scene.app.id}"', limit=1))
        except (OktaError, UsageProblem) as error:
            self.mute = f"the log can't be read: {error.what}"
            return
        here = datetime.fromtimestamp(clock.now(), UTC)
        self._ahead = (page.answered_at or here) - here

    def next_step(self, scene: Scene) -> None:
        """Start the next step, which has this scene; everything read so far belongs to earlier steps."""
        self.scene = scene
        self._past |= self._fresh.keys()
        self._fresh, self.failures = {}, []
        self._since = datetime.fromtimestamp(self.scene.okta.clock.now(), UTC) + self._ahead - _TICK

    async def ask(self, step: LifecycleStep) -> Said:
        """The log's answer about a step: a success of one of its types, a failure, or nothing yet."""
        if self.mute:
            return Said("log", "not_asked", self.mute)
        query = LogQuery(self._conditions(step).filter(), self._since)
        try:
            page = await read_page(self.scene.okta, query)
        except (OktaError, UsageProblem) as error:
            self.mute = f"the log can't be read: {error.what}"
            return Said("log", "not_asked", self.mute)
        for event in Selection(self._conditions(step)).keep(page.events).values:
            if event["uuid"] not in self._past and self._is_about(event, step):
                self._fresh[event["uuid"]] = event
        return self._verdict(step)

    @property
    def finding(self) -> Finding | None:
        """The diagnosis of the step's failures."""
        found = next(iter(explain_events(self.failures)), None)
        app = self.scene.app
        return found and addressed(found, map(facts_of, self.failures), {"APP": app.marker or app.id})

    @property
    def reason(self) -> str:
        """Okta's error for the failure, without secrets, or ""."""
        spoken = [words_of(event) for event in self.failures if not is_silent(event)]
        return clean(self.scene.okta.mask(spoken[-1])) if spoken else ""

    def _conditions(self, step: LifecycleStep) -> Conditions:
        if step.events[0].startswith(_DELETION):
            return Conditions(expression=f'target.id eq "{self.scene.account.user_id}"', types=step.events)
        return Conditions(apps=(self.scene.app,), types=_PROVISIONING)

    def _verdict(self, step: LifecycleStep) -> Said:
        events = list(self._fresh.values())
        well = {one["eventType"]: place for place, one in enumerate(events) if not reports_failure(one)}
        self.failures = [
            one for place, one in enumerate(events) if reports_failure(one) and well.get(one["eventType"], -1) < place
        ]
        final = [one for one in self.failures if one["eventType"] != _LIMITED]
        if final:
            return Said("log", "disagrees", f"{_types(final)} FAILURE", final=True)
        if done := [kind for kind in step.events if kind in well]:
            self.failures = []
            return Said("log", "agrees", f"{done[0]} SUCCESS")
        return Said("log", "silent", f"{_types(self.failures)}" if self.failures else "no event for it")

    def _is_about(self, event: Event, step: LifecycleStep) -> bool:
        """Whether an event is about the step's subject, or about the app in general, such as rejected credentials."""
        account, group = self.scene.account, self.scene.group
        targets = [one for one in event.get("target") or () if one.get("type") != "AppInstance"]
        if not targets:
            return reports_failure(event)
        if step.subject == "user":
            ours = {account.user_id, account.user_name} | account.logins
        else:
            ours = {group.group_id} | group.names
        named = {one.get(key) for one in targets for key in ("id", "alternateId", "displayName")}
        return bool(ours & named)


def _types(events: Sequence[Event]) -> str:
    return ", ".join(dict.fromkeys(one["eventType"] for one in events))
