"""The HTTP client: one origin, no redirects, a deadline and a cap for every answer, safe retries, tracing.

What httpx raises stays behind `Unreachable` and `Ambiguous`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import httpcore
import httpx

from oktascim import __version__
from oktascim.errors import OktascimError
from oktascim.http.announcements import SharedAnnouncements
from oktascim.http.clock import Announce, Clock, announce_nothing
from oktascim.http.environment import bad_proxy, tls_context
from oktascim.http.origin import origin_of
from oktascim.http.transfer import ENCODINGS, check_headers, read_body
from oktascim.http.unreachable import lost, trouble_of, unreachable

USER_AGENT = f"oktascim/{__version__}"
_RETRIED_STATUSES = frozenset({500, 502, 503, 504})
_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_ATTEMPTS = 4
_READ_AT_ONCE = 256 * 1024  # bytes, as many as asyncio takes from a socket; a page of the log has up to 8 MiB
_TO_CONNECT, _SILENT = 5, 2  # these parts of a call's time: four times connecting, or two silences, fit into it

for _connection in (httpcore.AsyncHTTP11Connection, httpcore.AsyncHTTP2Connection):
    # httpcore's 64 KiB cut each of asyncio's pieces into four. The name isn't public: tests/unit/http notices its end.
    _connection.READ_NUM_BYTES = _READ_AT_ONCE

ANNOUNCED = "oktascim_announced"  # extension of a request: a function that is called once the response headers arrive


class LongCall(NamedTuple):
    """What a call needs that takes longer than others.

    Attributes:
        seconds: how long it may take, even if the limit of a call is less.
        reason: what is waited for, for people.
    """

    seconds: float
    reason: str


Trace = Callable[[httpx.Request, httpx.Response | None, float], None]
Sign = Callable[[httpx.Request], Awaitable[None]]


@dataclass(frozen=True)
class Limits:
    """What one call may cost.

    Attributes:
        seconds: for all of it, retries included; with 50 a silent server ends any command within a minute.
        most_bytes: decoded bytes of the answer. The largest that Okta sends are pages of 1,000 log events, 2 to 8 MiB.
    """

    seconds: float = 50.0
    most_bytes: int = 64 * 1024**2


async def sign_nothing(_request: httpx.Request) -> None:
    """Add no credential."""


class HttpClient:
    """Talks to one origin, and to no other.

    Args:
        origin: scheme, host and port; every request elsewhere is refused before it is sent.
        headers: sent with every request; a credential put here cannot leave the origin.
        sign: adds a credential to each request just before it is sent, also when it is sent again.
        limits: the limits of one call.
        connections: the most that are open at once.
        clock: the clock.
        announce: receives what is waited for, as (reason, seconds): each retry before it waits, and a response that
            takes more than 5 s. Requests in parallel share one.
        trace: receives every exchange (request, answer or None, seconds).
        transport: the network, or a stand-in for it.

    Raises:
        UsageProblem: the environment names a proxy or CA certificates that can't be used. Neither is looked at for
            plain http, which is spoken with this machine alone.
    """

    def __init__(
        self,
        origin: str,
        *,
        headers: dict[str, str] | None = None,
        sign: Sign = sign_nothing,
        limits: Limits | None = None,
        connections: int = 20,
        clock: Clock | None = None,
        announce: Announce = announce_nothing,
        trace: Trace | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._clock = clock or Clock()
        self._announcements = SharedAnnouncements(announce)
        self._trace = trace
        self._sign = sign
        self._origin = origin_of(httpx.URL(origin))
        encrypted = origin.startswith("https://")
        try:
            self._client = httpx.AsyncClient(
                base_url=origin,
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": ENCODINGS, **(headers or {})},
                timeout=self.limits.seconds,
                follow_redirects=False,
                http2=encrypted,
                verify=tls_context() if encrypted and transport is None else False,
                trust_env=encrypted,
                limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
                transport=transport,
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise bad_proxy(error) from error

    async def __aenter__(self) -> HttpClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def build(self, method: str, url: str, **parts: Any) -> httpx.Request:
        """A request to this origin; `parts` are those of `httpx.Client.build_request`."""
        return self._client.build_request(method, url, **parts)

    async def exchange(self, request: httpx.Request, seconds: float | None = None, reason: str = "") -> httpx.Response:
        """Send a request once and read its answer.

        Args:
            request: sent unchanged; with the extension ANNOUNCED, a callback receives the headers before the body.
            seconds: for the whole exchange; by default the limit of a call.
            reason: what is waited for, if the response takes long; by default the response.

        Returns:
            The answer with its body read and decoded.

        Raises:
            OktascimError: the request points to another origin. It was not sent.
            TooLarge: the answer exceeds the cap.
            httpx.RequestError, TimeoutError: no whole answer came.
        """
        if origin_of(request.url) != self._origin:
            raise OktascimError(
                f"Refused to send a request to {origin_of(request.url)}.",
                why=f"The server at {self._origin} named that address; credentials go to {self._origin} alone.",
            )
        await self._sign(request)
        started, answer = time.monotonic(), None
        limit = self.limits.seconds if seconds is None else seconds
        awaited = reason or f"the response of {request.url.host} to {request.method} {request.url.path}"
        try:
            with self._announcements.if_long(awaited, limit):
                async with asyncio.timeout(limit):
                    answer = await self._read(request)
        finally:
            if self._trace:
                self._trace(request, answer, time.monotonic() - started)
        return answer

    async def _read(self, request: httpx.Request) -> httpx.Response:
        response = await self._client.send(request, stream=True)
        try:
            check_headers(response)
            if announced := request.extensions.get(ANNOUNCED):
                announced(response)
            body = await read_body(response, self.limits.most_bytes)
        finally:
            await response.aclose()
            response.stream = httpx.ByteStream(b"")  # it refers back to the answer, which would wait for the collector
        return httpx.Response(
            response.status_code,
            headers=[pair for pair in response.headers.raw if pair[0].lower() not in _OF_THE_TRANSFER],
            content=body,
            request=request,
            extensions=response.extensions,
        )

    async def send(self, request: httpx.Request, long_call: LongCall | None = None) -> httpx.Response:
        """Send a request; repeat it only when repeating is harmless, and while the call's time lasts.

        A GET is tried up to four times over broken connections and 5xx answers. A write is repeated only when the
        connection could not be made, so that the server cannot have seen it.

        Args:
            request: the request.
            long_call: what this call needs if it takes longer than others.

        Raises:
            Unreachable: nothing came back, and nothing can have been changed.
            Ambiguous: a write was sent and its answer was lost.
            TooLarge: the answer exceeds the cap.
        """
        with self._announcements.of_call():
            return await self._repeated(request, long_call or LongCall(0, ""))

    async def _repeated(self, request: httpx.Request, long_call: LongCall) -> httpx.Response:
        is_read, seconds = request.method == "GET", max(self.limits.seconds, long_call.seconds)
        ends = self._clock.monotonic() + seconds
        request.extensions = {**request.extensions, "timeout": _timeouts(seconds, is_read=is_read)}
        for attempt in range(1, _ATTEMPTS + 1):
            failure: OktascimError | None = None
            try:
                response = await self.exchange(request, ends - self._clock.monotonic(), long_call.reason)
            except (httpx.RequestError, httpx.InvalidURL, TimeoutError) as error:
                trouble = trouble_of(error, request.url, seconds)
                if not (is_read or isinstance(error, _NOT_CONNECTED)):
                    raise lost(request, trouble) from error
                failure, said = unreachable(request, trouble), trouble.what
                failure.__cause__ = error
            else:
                if not (is_read and response.status_code in _RETRIED_STATUSES):
                    self._announcements.answered()
                    return response
                said = f"it returned {response.status_code}"
            pause = 0.2 * 2**attempt
            if attempt == _ATTEMPTS or self._clock.monotonic() + pause >= ends:
                if failure:
                    raise failure
                return response
            again = f"{said}; then attempt {attempt + 1} of {_ATTEMPTS}"
            call = f"{request.method} {request.url.path} on {request.url.host}"
            self._announcements.next_attempt(attempt + 1, f"{call}: {again}", pause)
            await self._clock.sleep(pause)
        raise AssertionError("the last attempt returns or raises")


_OF_THE_TRANSFER = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


def _timeouts(seconds: float, *, is_read: bool) -> dict[str, float | None]:
    silent = seconds / _SILENT if is_read else seconds  # a read can be repeated after a timeout
    return {"connect": seconds / _TO_CONNECT, "read": silent, "write": silent, "pool": seconds}
