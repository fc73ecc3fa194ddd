"""Sends one request to a SCIM server and records it; the server's faults are values, not exceptions."""

from __future__ import annotations

import base64
import binascii
import ssl
from types import TracebackType
from typing import Any, NamedTuple

import httpx

from oktascim.http.client import ANNOUNCED, HttpClient, Limits
from oktascim.http.clock import Announce, Clock, announce_nothing
from oktascim.http.origin import require_safe_origin
from oktascim.http.text import text_of
from oktascim.http.transfer import TooLarge
from oktascim.redact import HIDDEN, Masker, clean, redact_headers
from oktascim.scim.answer import Answer
from oktascim.scim.connect import Endpoint, explain_failure
from oktascim.scim.report import Exchange, Judgement

_MOST_BYTES = 8 * 1024**2  # a list of 100 groups, the most that Okta requests, fits
_SHOWN_CHARACTERS = 1_000


class _Peer(NamedTuple):
    address: str
    tls_version: str


class ScimClient:
    """A connection to one SCIM server, like Okta's: over HTTP/1.1 and never through a proxy.

    Args:
        base_url: its base URL, already checked.
        authorization: the credential; it is removed from all text of the server.
        limit: seconds for a whole exchange.
        clock: the clock.
        transport: the network, or a stand-in.
        most_bytes: the maximum size of a response, decoded.
        announce: receives what is waited for, as (reason, seconds), if a response takes long.
    """

    def __init__(
        self,
        base_url: str,
        authorization: str,
        limit: float,
        clock: Clock,
        transport: httpx.AsyncBaseTransport,
        *,
        most_bytes: int = _MOST_BYTES,
        announce: Announce = announce_nothing,
    ) -> None:
        url = httpx.URL(base_url)
        encrypted = url.scheme == "https"
        self.endpoint = Endpoint(url.host, url.port or (443 if encrypted else 80), encrypted, limit)
        self._clock = clock
        self._masker = _masker_for(authorization)
        self._http = HttpClient(
            require_safe_origin(base_url, "The base URL"),
            limits=Limits(limit, most_bytes),
            clock=clock,
            announce=announce,
            transport=transport,
        )

    async def __aenter__(self) -> ScimClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def send(self, request: httpx.Request) -> tuple[Exchange, Answer | Judgement]:
        """Send a request unchanged.

        Returns:
            The record, and the response; without one, the failed verdict of the stage that failed.
        """
        events: list[str] = []

        async def note(event: str, _info: dict[str, Any]) -> None:
            events.append(event)

        peers: list[_Peer] = []
        request.extensions = {
            "trace": note,
            "timeout": httpx.Timeout(self.endpoint.limit).as_dict(),
            ANNOUNCED: lambda open_answer: peers.append(_peer(open_answer)),
        }
        started = self._clock.monotonic()
        try:
            response = await self._http.exchange(request)
        except (httpx.RequestError, httpx.InvalidURL, TimeoutError, TooLarge) as error:
            broken = explain_failure(error, events, self.endpoint)
            return self._record(request, self._clock.monotonic() - started, error=broken.detail), broken
        seconds = self._clock.monotonic() - started
        answer = self._answer(response, peers[0])
        return self._record(request, seconds, response=response, body=answer.text), answer

    def _answer(self, response: httpx.Response, peer: _Peer) -> Answer:
        return Answer(
            status=response.status_code,
            reason=self._harmless(response.reason_phrase),
            text=self._harmless(text_of(response)),
            content_type=self._harmless(response.headers.get("content-type", "")),
            location=self._harmless(response.headers.get("location", "")),
            challenge=self._harmless(response.headers.get("www-authenticate", "")),
            address=peer.address,
            tls_version=peer.tls_version,
        )

    def _harmless(self, text: str) -> str:
        return self._masker.mask(clean(text))

    def _record(
        self,
        request: httpx.Request,
        seconds: float,
        *,
        response: httpx.Response | None = None,
        body: str = "",
        error: str | None = None,
    ) -> Exchange:
        sent = {name.decode("ascii"): value.decode("utf-8", "replace") for name, value in request.headers.raw}
        if "authorization" in request.headers:
            sent = {name: HIDDEN if name.lower() == "authorization" else value for name, value in sent.items()}
        received = {} if response is None else redact_headers(response.headers)
        return Exchange(
            method=request.method,
            url=str(request.url),
            request_headers=sent,
            status=None if response is None else response.status_code,
            response_headers={name: self._harmless(value) for name, value in received.items()},
            body_start=body[:_SHOWN_CHARACTERS],
            seconds=round(seconds, 3),
            error=error,
        )


def direct_transport(base_url: str, tls: ssl.SSLContext | None = None) -> httpx.AsyncBaseTransport:
    """The network, with TLS 1.2 or newer and public authorities, or with the given context.

    For plain http, which is spoken with this machine alone, no authorities are read: that takes longer than a call.
    """
    if httpx.URL(base_url).scheme != "https":
        return httpx.AsyncHTTPTransport(verify=False, http2=False, trust_env=False)
    context = tls or httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return httpx.AsyncHTTPTransport(verify=context, http2=False, trust_env=False)


def _peer(response: httpx.Response) -> _Peer:
    """The address that answered; unavailable once the connection is closed."""
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream else None
    tls = stream.get_extra_info("ssl_object") if stream else None
    return _Peer(address[0] if address else "", (tls.version() or "") if tls else "")


def _masker_for(authorization: str) -> Masker:
    masker = Masker()
    scheme, _, credential = authorization.partition(" ")
    for secret in (authorization, credential, _basic_password(credential) if scheme.lower() == "basic" else ""):
        masker.add(secret)
    return masker


def _basic_password(credential: str) -> str:
    try:
        return base64.b64decode(credential, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
