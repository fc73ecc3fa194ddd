"""One org's Management API: a paced, checked, traceable request, and lists that follow their next links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any

import httpx

from oktascim.http.client import ANNOUNCED, HttpClient, Limits, LongCall, Trace
from oktascim.http.clock import Announce, Clock, Stop, announce_nothing
from oktascim.http.origin import require_safe_origin
from oktascim.http.transfer import TooLarge
from oktascim.http.unreachable import Ambiguous
from oktascim.okta.access import Access
from oktascim.okta.answers import read_answer, shape_of
from oktascim.okta.errors import LostAnswer, RateLimited, error_from
from oktascim.okta.paging import Trail, next_link
from oktascim.okta.ratelimit import CONCURRENT_CALLS, LONGEST_WAIT, RateLimits
from oktascim.okta.shape import ANYTHING, OBJECT

_ATTEMPTS = 6

Query = Mapping[str, str | int | bool]


class Okta:
    """The Management API of one org.

    Args:
        org_url: the org's https origin (http on loopback is allowed for the emulator).
        access: the credential; it is sent to this origin only.
        guard: asked before every write, with this client; it raises where the org is protected.
        mask: removes the secrets of the run from the words of an error.
        clock: the clock.
        stop: asked before every request whether the run is to end.
        announce: receives every wait for a rate limit or before a retry, as (reason, seconds).
        limits: the limits of one call.
        trace: receives every exchange.
        transport: a stand-in for the network, in tests.
    """

    def __init__(
        self,
        org_url: str,
        access: Access,
        *,
        guard: Callable[[Okta], Awaitable[None]] | None = None,
        mask: Callable[[str], str] = str,
        clock: Clock | None = None,
        stop: Stop | None = None,
        announce: Announce = announce_nothing,
        limits: Limits | None = None,
        trace: Trace | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.org_url = require_safe_origin(org_url, "The org URL")
        self._access, self._guard = access, guard
        self.mask = mask
        self.own_page: dict[str, Any] | None = None
        """The org's public description of itself, once `okta/org.py` has read it."""
        self._stop = stop or Stop()
        self.clock = clock or Clock(sleep=self._stop.sleep)
        self.announce = self._stop.until_asked(announce)
        self.limits = RateLimits(self.clock, self.announce)
        self._http = HttpClient(
            self.org_url,
            headers={"Accept": "application/json"},
            sign=access.sign,
            limits=limits,
            connections=CONCURRENT_CALLS,
            clock=self.clock,
            announce=self.announce,
            trace=trace,
            transport=transport,
        )

    async def __aenter__(self) -> Okta:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._access.close()
        await self._http.close()

    @property
    def credential_source(self) -> str:
        """Where the credential is from, such as "OKTA_CLIENT_TOKEN"; "" if unknown."""
        return self._access.source

    async def granted_scopes(self) -> frozenset[str] | None:
        """The scopes of the access token; None for an API token, which has none."""
        return await self._access.granted_scopes()

    async def get(self, path: str, query: Query | None = None) -> Any:
        """Read one object; retries after broken connections, 5xx and 429."""
        return read_answer(await self.request("GET", path, query=query))

    async def post(
        self, path: str, body: Any = None, query: Query | None = None, *, long_call: LongCall | None = None
    ) -> Any:
        """Send a POST once; retries only if Okta can't have processed it."""
        return read_answer(await self.request("POST", path, query=query, body=body, long_call=long_call))

    async def put(self, path: str, body: Any = None, query: Query | None = None) -> Any:
        """Send a PUT once; retries only if Okta can't have processed it."""
        return read_answer(await self.request("PUT", path, query=query, body=body))

    async def delete(self, path: str, query: Query | None = None) -> None:
        """Send a DELETE once; retries only if Okta can't have processed it."""
        await self.request("DELETE", path, query=query)

    async def collect(self, path: str, query: Query | None = None) -> list[Any]:
        """Read a whole list, all pages."""
        return [item async for page in self.pages(path, query) for item in page]

    async def pages(self, path: str, query: Query | None = None) -> AsyncIterator[list[Any]]:
        """Read a list page by page, following Okta's next links (OB-135).

        Raises:
            OktascimError: a next link points to another host.
            UnreadableAnswer: a page isn't the requested list, or the list doesn't end.
        """
        shape, trail = shape_of("GET", path), Trail(f"GET {path}")
        response = await self.request("GET", path, query=query)
        trail.visit(str(response.request.url))
        while True:
            page: list[Any] = read_answer(response, [OBJECT] if shape is ANYTHING else shape)
            trail.hold(len(response.content))
            yield page
            following = next_link(response)
            if following is None:
                return
            trail.count(empty=not page)
            trail.visit(following)
            response = await self.request("GET", following)

    async def request(
        self,
        method: str,
        url: str,
        *,
        query: Query | None = None,
        body: Any = None,
        accept: str | None = None,
        announced: Callable[[httpx.Response], None] | None = None,
        long_call: LongCall | None = None,
    ) -> httpx.Response:
        """Send one call within the rate limits.

        Args:
            method: the HTTP method.
            url: a path, or a next link of this org.
            query: query parameters; they don't replace those of a next link.
            body: a JSON value, or None for no body (sends Content-Length: 0, OB-132).
            accept: the Accept header, if not JSON.
            announced: receives every response once its headers are there, including one that is retried.
            long_call: what the call needs if it takes longer than others.

        Returns:
            The 2xx response, its body read.

        Raises:
            OktaError: Okta returned anything else.
            Unreachable: no response, and nothing was done.
            Ambiguous: a write was sent and its outcome is unknown (no response, or a 5xx).
            Interrupted: the run was stopped; nothing was sent.
        """
        if method != "GET" and self._guard:
            await self._guard(self)
        request = self._http.build(
            method,
            url,
            params=_as_text(query) if query else None,
            json=body if body is not None else None,
            headers={"Accept": accept} if accept else None,
            extensions={ANNOUNCED: announced} if announced else None,
        )
        if body is None and method in {"POST", "PUT"}:
            request.headers["Content-Length"] = "0"
        waited = 0.0
        for attempt in range(1, _ATTEMPTS + 1):
            async with self.limits.turn(method, request.url.path) as bucket:
                self._stop.check()
                response = await self._send(request, long_call)
                self.limits.learn(bucket, response)
            if response.is_success:
                return response
            if attempt < _ATTEMPTS and self._access.try_again(response):
                continue
            error = error_from(response, self._access.source, self.mask)
            if isinstance(error, RateLimited) and attempt < _ATTEMPTS:
                waited += self.limits.wait_after_429(bucket)
                if waited <= LONGEST_WAIT:
                    await self.limits.pause(bucket)
                    continue
            if response.status_code >= 500 and method != "GET":
                raise Ambiguous(f"Okta failed during {method} {request.url.path}.", why=error.why) from error
            raise error
        raise AssertionError("the last attempt returns or raises")

    async def _send(self, request: httpx.Request, long_call: LongCall | None) -> httpx.Response:
        try:
            return await self._http.send(request, long_call)
        except TooLarge as error:
            if request.method == "GET":
                raise
            raise LostAnswer(error.what, why=error.why, fix=error.fix) from error


def _as_text(query: Query) -> dict[str, str]:
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in query.items()}
