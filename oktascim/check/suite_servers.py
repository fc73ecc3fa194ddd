"""The two servers that a suite talks to, the SCIM server and the org of a CRUD suite; and the secrets of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from urllib.parse import unquote

import httpx

from oktascim.check.bodies import Names
from oktascim.check.cleanup import delete_created
from oktascim.check.lab import Lab, Made, NotOurs
from oktascim.check.run import CheckMeans, ServerUnderTest
from oktascim.check.sent import Sent
from oktascim.check.suite import APP_ID, ORG_TOKEN, ORG_URL, SuiteStep
from oktascim.check.suite_org import OrgLab
from oktascim.http.origin import origin_of
from oktascim.scim.exchange import ScimClient, direct_transport

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's name (RFC 9110)."""
_ROUTING_HEADERS = frozenset(
    {
        *("host", "connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding"),
        *("upgrade", "x-http-method", "x-http-method-override", "x-method-override"),
    }
)
"""They decide who receives a request, where it ends, or what its method is."""
_ORG_HEADERS = frozenset({"accept", "accept-charset", "authorization", "cache-control", "content-type", "user-agent"})
_JSON = frozenset({"application/json", "application/json;charset=utf-8"})
_MOST_ENCODINGS = 3


class ForeignSecret(Exception):
    """A step would send a secret to a server that it isn't for, or to be stored there; it wasn't sent."""


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
        self._base = httpx.URL(target.base_url.rstrip("/"))
        self._org = httpx.URL(variables[ORG_URL]) if ORG_URL in variables else None
        self._token, self._app = str(variables.get(ORG_TOKEN, "")), str(variables.get(APP_ID, ""))
        self._labs: dict[httpx.URL, Lab] = {}
        self.seen: list[Sent] = []

    async def at(self, step: SuiteStep, url: str) -> tuple[Lab, str]:
        """The lab for a step's URL, and the target after its base.

        Raises:
            ForeignSecret: the step sends a secret to another server, or outside of the Authorization header.
            NotOurs: the URL is neither below the SCIM base URL nor in the org.
            httpx.InvalidURL: it isn't a URL.
        """
        to = httpx.URL(url)
        homes = {"auth": self._base, "SCIMAuth": self._base, ORG_TOKEN: self._org}
        bases = (base for base in (self._base, self._org) if base is not None and _is_below(base, to))
        base = next(bases, None)
        if base is None:
            where = "the SCIM base URL" if self._org is None else "the SCIM base URL or the org"
            raise NotOurs(f"{step.method} {_shown(to)} wasn't sent: it isn't below {where}.")
        for name in sorted(step.names & homes.keys()):
            if homes[name] is not base:
                raise ForeignSecret(f"{step.method} {_shown(to)} wasn't sent: {{{{{name}}}}} is not for that server.")
            if name in step.names_outside_authorization:
                told = f"{{{{{name}}}}} is allowed in the Authorization header only."
                raise ForeignSecret(f"{step.method} {_shown(to)} wasn't sent: {told}")
        if base not in self._labs:
            self._labs[base] = await self._connected(base)
        return self._labs[base], to.raw_path.decode("ascii")[len(_path_of(base)) :]

    def headers(self, lab: Lab, filled: Mapping[str, str]) -> Mapping[str, str]:
        """The headers of a step.

        Raises:
            NotOurs: one can't be sent, or changes more than what the server reads.
        """
        for name, value in filled.items():
            low, is_for_org = name.lower(), isinstance(lab, OrgLab)
            is_text = _TOKEN.fullmatch(name) and value.isascii() and (value.isprintable() or not value)
            is_json = low != "content-type" or value.lower().replace(" ", "") in _JSON
            if not is_text or low in _ROUTING_HEADERS or (is_for_org and not (low in _ORG_HEADERS and is_json)):
                raise NotOurs(f"The request wasn't sent: a suite can't set the header {name!r} to {value[:40]!r}.")
        return filled

    async def _connected(self, base: httpx.URL) -> Lab:
        is_org = base is self._org
        secret = f"SSWS {self._token}" if is_org else self._target.authorization.get_secret_value()
        base_url = f"{origin_of(base)}{_path_of(base)}"
        network = self._means.transport or direct_transport(base_url)
        client = ScimClient(base_url, secret, self._limit, self._means.clock, network)
        await self._stack.enter_async_context(client)
        kind = partial(OrgLab, app=self._app) if is_org else Lab
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
        scim = self._labs.get(self._base)
        for lab in self._labs.values():
            if isinstance(lab, OrgLab):
                left += await lab.clean_up()
                if scim is not None:
                    scim.made |= {("Users", login): Made("Users", "", login) for login in lab.people.values()}
        return left + (await delete_created(scim) if scim is not None else [])


def _shown(url: httpx.URL) -> str:
    """A URL without what may be secret: user name, password and query."""
    return f"{origin_of(url)}{url.raw_path.decode('ascii').partition('?')[0]}"


def _path_of(base: httpx.URL) -> str:
    return base.raw_path.decode("ascii").rstrip("/")


def _is_below(base: httpx.URL, url: httpx.URL) -> bool:
    """Whether a URL is below a base URL, however a server may decode and normalise its path."""
    path = url.raw_path.decode("ascii").partition("?")[0]
    is_within = path.startswith(f"{_path_of(base)}/") or path == _path_of(base)
    return origin_of(base) == origin_of(url) and not url.userinfo and is_within and not _climbs(path)


def _climbs(path: str) -> bool:
    for _ in range(_MOST_ENCODINGS):
        path = unquote(path)
    return any(part.partition(";")[0] in {".", ".."} for part in re.split(r"[/\\]", path))
