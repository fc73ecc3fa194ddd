"""The servers that a suite talks to: the SCIM server, the org of a CRUD suite, others; and the secrets of each."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

import httpx

from oktascim.check.bodies import Names
from oktascim.check.cleanup import delete_created
from oktascim.check.lab import Lab, Made, Sent
from oktascim.check.run import CheckMeans, ServerUnderTest
from oktascim.check.suite import ORG_TOKEN, ORG_URL, SuiteStep
from oktascim.check.suite_org import OrgLab
from oktascim.http.origin import origin_of
from oktascim.scim.exchange import ScimClient, direct_transport


class ForeignSecret(Exception):
    """A step would send a secret to a server that it isn't for; it wasn't sent."""


class SuiteServers:
    """A connection to each server in a suite; what the run created on the SCIM server and in the org is deleted.

    Args:
        target: the SCIM server.
        variables: the variables before the first step.
        names: generates names with the run id.
        limit: seconds for one exchange.
        means: what the caller provides.
        stack: closes the connections.
    """

    def __init__(
        self,
        target: ServerUnderTest,
        variables: Mapping[str, Any],
        names: Names,
        limit: float,
        means: CheckMeans,
        stack: AsyncExitStack,
    ) -> None:
        self._target, self._names, self._limit, self._means, self._stack = target, names, limit, means, stack
        self._base_url = target.base_url.rstrip("/")
        self._org = origin_of(httpx.URL(variables[ORG_URL])) if ORG_URL in variables else None
        self._token = str(variables.get(ORG_TOKEN, ""))
        scim = origin_of(httpx.URL(self._base_url))
        self._homes = {"auth": scim, "SCIMAuth": scim, ORG_TOKEN: self._org}
        self._labs: dict[str, Lab] = {}
        self.seen: list[Sent] = []

    async def at(self, step: SuiteStep, url: str) -> tuple[Lab, str]:
        """The lab for a step's URL, and the target after its base.

        Raises:
            ForeignSecret: the step sends a secret of another server there.
            httpx.InvalidURL: it isn't a URL.
        """
        origin = origin_of(httpx.URL(url))
        for name in sorted(step.names & self._homes.keys()):
            if self._homes[name] != origin:
                raise ForeignSecret(f"{step.method} {origin} wasn't sent: {{{{{name}}}}} is not for that server.")
        base_url = self._base_url if url.startswith((f"{self._base_url}/", f"{self._base_url}?")) else origin
        if base_url not in self._labs:
            self._labs[base_url] = await self._connected(base_url)
        return self._labs[base_url], url[len(base_url) :]

    async def _connected(self, base_url: str) -> Lab:
        secret = f"SSWS {self._token}" if base_url == self._org else self._target.authorization.get_secret_value()
        network = self._means.transport or direct_transport(base_url)
        client = ScimClient(base_url, secret, self._limit, self._means.clock, network)
        await self._stack.enter_async_context(client)
        kind = OrgLab if base_url == self._org else Lab
        return kind(
            client,
            base_url,
            self._target.version,
            secret,
            self._names,
            clock=self._means.clock,
            stop=self._means.stop,
            watch=self._means.watch_exchange,
            seen=self.seen,
        )

    async def clean_up(self) -> list[Made]:
        """Delete what the run created: the users in the org, then everything on the SCIM server, their accounts too.

        Returns:
            What wasn't deleted.
        """
        left: list[Made] = []
        scim = self._labs.get(self._base_url)
        for lab in self._labs.values():
            if isinstance(lab, OrgLab):
                left += await lab.clean_up()
                if scim is not None:
                    scim.made |= {("Users", login): Made("Users", "", login) for login in lab.people.values()}
        return left + (await delete_created(scim) if scim is not None else [])
