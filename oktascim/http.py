"""Builds every HTTP client: time-outs, no redirects, one origin, safe retries, redacted tracing.

httpx stays behind this module and its exception types behind `Unreachable` and `Ambiguous`, so that a successor of
httpx is a change of one file.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from oktascim import __version__
from oktascim.errors import Interrupted, OktascimError, UsageProblem

USER_AGENT = f"oktascim/{__version__}"
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
_RETRIED_STATUSES = frozenset({500, 502, 503, 504})
_READ_ATTEMPTS = 4

ANNOUNCED = "oktascim_announced"  # extension of a request: a function that is told once the answer's headers are there

Trace = Callable[[httpx.Request, httpx.Response | None, float], None]


@dataclass(frozen=True)
class Clock:
    """Where time comes from, so that tests and benchmarks can bend it."""

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)


class Stop:
    """A person's wish to end: no request begins after it and no wait outlasts it; one in flight is finished."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Ask the run to end."""
        self._asked.set()

    def check(self) -> None:
        """Raise Interrupted if the run is to end."""
        if self._asked.is_set():
            raise Interrupted("Interrupted before the next request.")

    async def sleep(self, seconds: float) -> None:
        """Wait, or raise Interrupted as soon as the run is to end."""
        try:
            await asyncio.wait_for(self._asked.wait(), seconds)
        except TimeoutError:
            return
        self.check()


class Unreachable(OktascimError):
    """No answer, and the request was certainly not processed, or was a read that may be repeated."""


class Ambiguous(OktascimError):
    """No answer after a write was sent: it may have happened. The caller must look before it sends again."""


def is_loopback(url: str) -> bool:
    """True when the URL's host is this machine."""
    return httpx.URL(url).host in LOOPBACK_HOSTS


def require_safe_origin(url: str, what: str) -> str:
    """Refuse a URL to which a secret may not be sent.

    Args:
        url: an absolute URL.
        what: what the URL is, for the message ("the org URL").

    Returns:
        The origin, such as `https://acme.okta.com`.

    Raises:
        UsageProblem: the URL is not absolute, carries user info, or is neither https nor http on loopback.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise UsageProblem(f"{what} is not a URL.", fix="Write it as https://your-org.okta.com") from None
    if not parsed.host or parsed.scheme not in {"http", "https"}:
        raise UsageProblem(f"{what} is not a URL: {url}", fix="Write it as https://your-org.okta.com")
    if parsed.userinfo:
        raise UsageProblem(f"{what} must not carry a user name or password.")
    if parsed.scheme == "http" and parsed.host not in LOOPBACK_HOSTS:
        raise UsageProblem(
            f"{what} must use https: {url}",
            why="A token is sent only over TLS; http is allowed for this machine (127.0.0.1) alone.",
        )
    return _origin(parsed)


def new_client(
    origin: str,
    *,
    headers: dict[str, str] | None = None,
    timeout: float = 30.0,
    connections: int = 20,
    trace: Trace | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """An HTTP client that talks to one origin only.

    Args:
        origin: scheme, host and port; every request elsewhere is refused before it is sent.
        headers: sent with every request; a credential put here cannot leave the origin.
        timeout: seconds for connecting, and for each silence while reading or writing.
        connections: the most that are open at once.
        trace: told of every exchange (request, response or None, seconds).
        transport: a stand-in for the network, in tests.

    Returns:
        A client that follows no redirect and reads no proxy or netrc credential for loopback.
    """
    encrypted = origin.startswith("https://")
    client = httpx.AsyncClient(
        base_url=origin,
        headers={"User-Agent": USER_AGENT, **(headers or {})},
        timeout=timeout,
        follow_redirects=False,
        http2=encrypted,
        verify=encrypted,  # the TLS context costs 0.1 s; plain http on loopback has no use for it
        trust_env=encrypted,
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        transport=transport,
    )
    home = _origin(httpx.URL(origin))

    async def stay_home(request: httpx.Request) -> None:
        if _origin(request.url) != home:
            raise OktascimError(
                f"Refused to send a request to {_origin(request.url)}.",
                why=f"The server at {home} named that address; credentials go to {home} alone.",
            )
        if trace:
            request.extensions["oktascim_started"] = time.monotonic()

    async def report(response: httpx.Response) -> None:
        if announced := response.request.extensions.get(ANNOUNCED):
            announced(response)
        if trace:
            await response.aread()
            trace(response.request, response, time.monotonic() - response.request.extensions["oktascim_started"])

    client.event_hooks = {"request": [stay_home], "response": [report]}
    return client


async def send(client: httpx.AsyncClient, request: httpx.Request, clock: Clock) -> httpx.Response:
    """Send a request; repeat it only when repeating is harmless.

    A GET is tried up to four times over broken connections and 5xx answers. A write is repeated only when the
    connection could not be made, so that the server cannot have seen it.

    Raises:
        Unreachable: nothing came back, and nothing can have been changed.
        Ambiguous: a write was sent and its answer was lost.
    """
    is_read = request.method == "GET"
    for attempt in range(1, _READ_ATTEMPTS + 1):
        last = attempt == _READ_ATTEMPTS
        try:
            response = await client.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            if last:
                raise Unreachable(*_unreachable_words(request, error)) from error
        except httpx.RequestError as error:
            if not is_read:
                raise Ambiguous(
                    f"The connection to {request.url.host} broke during {request.method} {request.url.path}.",
                    why=f"{type(error).__name__}: whether the request took effect is not known.",
                ) from error
            if last:
                raise Unreachable(*_unreachable_words(request, error)) from error
        else:
            if not (is_read and response.status_code in _RETRIED_STATUSES) or last:
                return response
        await clock.sleep(0.2 * 2**attempt)
    raise AssertionError("the last attempt returns or raises")


def _unreachable_words(request: httpx.Request, error: Exception) -> tuple[str]:
    reason = str(error) or type(error).__name__
    return (f"Cannot reach {_origin(request.url)}: {reason}.",)


def _origin(url: httpx.URL) -> str:
    port = f":{url.port}" if url.port else ""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host}{port}"


def json_or_none(response: httpx.Response) -> Any:
    """The body parsed as JSON, or None where it is empty or something else."""
    try:
        return response.json() if response.content else None
    except ValueError:
        return None
