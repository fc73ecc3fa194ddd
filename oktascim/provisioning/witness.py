"""The System Log as witness of a change that no other read shows: other credentials for a connection that is on.

Okta logs a change of an app's settings as `application.lifecycle.update`, and credentials that the SCIM server refuses
as `application.integration.authentication_failure` (facts/okta-scim-client.md 6.1). Whether new credentials alone are
logged as such a change is not recorded: what the log shows is said, and its silence is no proof of anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from oktascim.diagnose.engine import explain_events
from oktascim.errors import ScimServerFailed, UsageProblem
from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError
from oktascim.okta.logs import LogPage, LogQuery, read_page

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
        """Take Okta's time before the change; what was logged earlier does not count."""
        page = await self._read(LogQuery(self._filter))
        if page and page.answered_at:
            self._since = page.answered_at + _CLOCK_TICK
            await self.okta.clock.sleep(_CLOCK_TICK.total_seconds())

    async def look(self) -> str | None:
        """One look: the change that was logged since the beginning, in words, or None.

        Raises:
            ScimServerFailed: what was logged is that the SCIM server refused Okta.
        """
        page = await self._read(LogQuery(self._filter, self._since)) if self._since else None
        events = page.events.values if page else []
        refusals = [event for event in events if event["eventType"] == _REFUSAL]
        if findings := explain_events(refusals):
            raise ScimServerFailed(
                f"The SCIM server refused the new credentials: {refusals[-1]['outcome']['reason']}",
                why=f"{findings[0].cause} (The System Log has it.)",
                fix=findings[0].fix,
            )
        changes = [event for event in events if event["eventType"] == _CHANGE]
        return f"the System Log has {_CHANGE} of {changes[-1]['published']}" if changes else None

    async def wait(self) -> str | None:
        """The same, with some patience: an event may take a while to appear.

        Raises:
            ScimServerFailed: as above.
        """
        for _ in range(_LOOKS):
            if seen := await self.look():
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
