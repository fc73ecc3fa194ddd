"""The System Log as witness of a change that no other read shows: other credentials for a connection that is on.

Okta logs a change of an app's settings as `application.lifecycle.update`, and credentials that the SCIM server refuses
as `application.integration.authentication_failure` (OB-183, OB-185). Whether new credentials alone are
logged as such a change is not recorded: what the log shows is said, and its silence is no proof of anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from oktascim.diagnose.engine import explain_events, reports_failure
from oktascim.errors import ScimServerFailed, UsageProblem
from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError
from oktascim.okta.logs import LogPage, LogQuery, read_page
from oktascim.redact import clean

_CHANGE = "application.lifecycle.update"
_REFUSAL = "application.integration.authentication_failure"
_LOOKS, _PAUSE = 4, 3.0
_CLOCK_TICK = timedelta(seconds=1)  # in which Okta's Date header counts


@dataclass
class Witness:
    """What the log says of one app from now on.

    Args:
        okta: the org.
        app_id: the app.
    """

    okta: Okta
    app_id: str
    _since: datetime | None = field(default=None, init=False)

    async def begin(self) -> None:
        """Take Okta's time before the change; what was logged earlier does not count, were it our own doing."""
        page = await self._read(LogQuery(self._filter))
        if page and page.answered_at:
            self._since = page.answered_at + _CLOCK_TICK
            await self.okta.clock.sleep(_CLOCK_TICK.total_seconds())

    @property
    def blind(self) -> bool:
        """Whether the log cannot be read, so that there is nothing to wait for."""
        return self._since is None

    async def look(self, *, last: bool = False) -> str | None:
        """One look: the change that was logged since the beginning, in words, or None.

        Args:
            last: whether a refusal counts though no change was logged; before that a person who is at it may have
                mistyped the token, and tries again.

        Raises:
            ScimServerFailed: what was logged last is that the SCIM server refused Okta.
        """
        page = await self._read(LogQuery(self._filter, self._since)) if self._since else None
        events = page.events.values if page else []
        changed = max((place for place, event in enumerate(events) if event["eventType"] == _CHANGE), default=None)
        refusals = [event for event in events[(changed or 0) :] if _is_refusal(event)]
        if refusals and (last or changed is not None):
            finding = explain_events(refusals)[0]
            said = refusals[-1]["outcome"].get("reason") or "no reason was given"
            raise ScimServerFailed(
                f"The SCIM server refused the new credentials: {said}",
                why=f"{finding.cause} (The System Log has it.)",
                fix=finding.fix,
            )
        return _words(events[changed]) if changed is not None else None

    async def wait(self) -> str | None:
        """The same, with some patience: an event may take a while to appear.

        Raises:
            ScimServerFailed: as above.
        """
        for left in reversed(range(_LOOKS)):
            if seen := await self.look(last=not left):
                return seen
            await self.okta.clock.sleep(_PAUSE)
        return None

    @property
    def _filter(self) -> str:
        return f'target.id eq "{self.app_id}" and (eventType eq "{_CHANGE}" or eventType eq "{_REFUSAL}")'

    async def _read(self, query: LogQuery) -> LogPage | None:
        try:
            return await read_page(self.okta, query)
        except (OktaError, UsageProblem):  # such as a token that may not read the log: then there is no witness
            return None


def _is_refusal(event: dict[str, Any]) -> bool:
    return event["eventType"] == _REFUSAL and reports_failure(event)


def _words(change: dict[str, Any]) -> str:
    who = (change.get("actor") or {}).get("alternateId")
    return clean(f"the System Log has {_CHANGE} of {change['published']}{f' by {who}' if who else ''}")
