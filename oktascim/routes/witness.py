"""The System Log as evidence for a change that no other read shows: new credentials for an enabled connection.

Okta logs a change of an app's settings as `application.lifecycle.update`, and credentials that the SCIM server rejects
as `application.integration.authentication_failure` (OB-183, OB-185). It isn't recorded whether new credentials
alone are logged as such a change, so a matching event is reported and a missing one proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from oktascim.diagnose.engine import explain_events
from oktascim.diagnose.event import reports_failure, words_of
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
    """Watches the System Log for changes to one app.

    Args:
        okta: the org.
        app_id: the app.
    """

    okta: Okta
    app_id: str
    _since: datetime | None = field(default=None, init=False)

    async def begin(self) -> None:
        """Record Okta's time before the change, so that earlier events (even our own) don't count."""
        page = await self._read(LogQuery(self._filter))
        if page and page.answered_at:
            self._since = page.answered_at + _CLOCK_TICK
            await self.okta.clock.sleep(_CLOCK_TICK.total_seconds())

    @property
    def blind(self) -> bool:
        """Whether the log can't be read, which makes waiting pointless."""
        return self._since is None

    async def look(self, *, last: bool = False) -> str | None:
        """Check once for a change logged since `begin`; return its description, or None.

        Args:
            last: whether a refusal counts even if no change was logged; until then, an administrator may have mistyped
                the token and be trying again.

        Raises:
            ScimServerFailed: the latest event says that the SCIM server rejected Okta.
        """
        page = await self._read(LogQuery(self._filter, self._since)) if self._since else None
        events = page.events.values if page else []
        changed = max((place for place, event in enumerate(events) if event["eventType"] == _CHANGE), default=None)
        refusals = [event for event in events[(changed or 0) :] if _is_refusal(event)]
        if refusals and (last or changed is not None):
            finding = explain_events(refusals)[0]
            said = self.okta.mask(words_of(refusals[-1]) or "no reason given")
            raise ScimServerFailed(
                f"The SCIM server rejected the new credentials: {said}",
                why=f"{finding.cause} (Source: the System Log.)",
                fix=finding.fix,
            )
        return _describe_change(events[changed]) if changed is not None else None

    async def wait(self) -> str | None:
        """Check several times, since an event can take a while to appear.

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
        except (OktaError, UsageProblem):  # such as a token without permission to read the log
            return None


def _is_refusal(event: dict[str, Any]) -> bool:
    return event["eventType"] == _REFUSAL and reports_failure(event)


def _describe_change(change: dict[str, Any]) -> str:
    who = (change.get("actor") or {}).get("alternateId")
    return clean(f"the System Log shows {_CHANGE} at {change['published']}{f' by {who}' if who else ''}")
