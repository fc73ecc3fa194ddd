"""A connection to a SCIM server: HTTP/1.1 with the headers in exactly the given order (OB-230).

HTTP libraries put Host first and add their own headers. Here, h11 checks what is sent and reads what comes back, and
the bytes of the request are ours.
"""

from __future__ import annotations

import asyncio
import selectors
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import h11

from okta_emulator.scim_client.reading import Content
from okta_emulator.scim_client.target import Origin, Target

WireHeader = tuple[bytes, bytes]

_CHUNK = 64 * 1024
_LONGEST_HEAD = 100 * 1024
_SECOND_ADDRESS_SECONDS = 0.25  # RFC 8305


class NoResponse(Exception):
    """There is no connection, it broke, its TLS failed, or the response isn't HTTP; the text is the library's."""


class ConnectTimedOut(NoResponse):
    """The connection to the server timed out."""


@dataclass(frozen=True)
class Request:
    """A request; its headers are sent in their order, and none is added.

    Args:
        method: the method.
        target: where to send it.
        headers: all headers.
        body: the body; None means none.
        connect_seconds: how long the connection may take, TLS included.
    """

    method: str
    target: Target
    headers: Sequence[WireHeader]
    body: bytes | None
    connect_seconds: float


@dataclass(frozen=True)
class Response:
    """A response with its whole body.

    Args:
        status: the status.
        phrase: the reason phrase, "" if the server sends none.
        headers: the headers in their order, with names in lower case.
        text: the body, decompressed and decoded.
    """

    status: int
    phrase: str
    headers: tuple[tuple[str, str], ...]
    text: str


class WireConnection:
    """A connection, for one exchange after the other.

    Attributes:
        has_answered: whether the server has sent anything since the last request.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self.has_answered = False

    async def exchange(self, request: Request) -> Response:
        """Send a request and read its response; a failure closes the connection."""
        self.has_answered = False
        try:
            await self._send(request)
            return await self._response()
        except BaseException:
            self.close()
            raise

    async def _send(self, request: Request) -> None:
        method, path = request.method.encode(), request.target.path.encode()
        self._http.send(h11.Request(method=method, target=path, headers=list(request.headers)))
        if request.body is not None:
            self._http.send(h11.Data(request.body))
        self._http.send(h11.EndOfMessage())
        lines = [b"%b %b HTTP/1.1" % (method, path), *(b"%b: %b" % header for header in request.headers)]
        self._writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + (request.body or b""))
        await self._writer.drain()

    async def _response(self) -> Response:
        head = await self._event()
        while isinstance(head, h11.InformationalResponse):
            head = await self._event()
        assert isinstance(head, h11.Response)
        headers = tuple((name.decode(), _text(value)) for name, value in head.headers)
        content = Content(_joined(headers, "content-encoding"), _joined(headers, "content-type"))
        while isinstance(event := await self._event(), h11.Data):
            content.add(bytes(event.data))
        content.end()
        phrase = head.reason.decode("ascii", "replace").strip()
        return Response(head.status_code, phrase, headers, content.text())

    async def _event(self) -> h11.Event:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = await self._reader.read(_CHUNK)
            self.has_answered = self.has_answered or bool(data)
            self._http.receive_data(data)
        if isinstance(event, h11.ConnectionClosed | h11.PAUSED):
            raise h11.RemoteProtocolError("The connection ended before the response.")
        assert not isinstance(event, type)
        return event

    def reusable(self) -> bool:
        """Whether another exchange can follow; prepares it."""
        ended = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        if ended and self._http.trailing_data == (b"", False):
            self._http.start_next_cycle()
            return True
        return False

    async def is_over(self) -> bool:
        """Whether the server closed the connection, or sent data without a request: a response to nothing.

        Either can still be in the socket, or asyncio has already read it.
        """
        if self._writer.is_closing():
            return True
        try:
            async with asyncio.timeout(0):
                await self._reader.read(1)
        except TimeoutError:
            return self._has_news()
        except BaseException:
            self.close()
            raise
        return True

    def _has_news(self) -> bool:
        """Whether something has arrived; nothing is awaited between this and the next request."""
        if self._writer.is_closing() or self._reader.at_eof():
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(self._writer.get_extra_info("socket"), selectors.EVENT_READ)
            return bool(selector.select(0))

    def close(self) -> None:
        """Close the connection without waiting for what is still to be sent."""
        self._writer.transport.abort()


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _joined(headers: Sequence[tuple[str, str]], name: str) -> str:
    return ",".join(value for key, value in headers if key == name)


async def connected(origin: Origin, seconds: float) -> WireConnection:
    """Open a connection.

    Raises:
        ConnectTimedOut: it took longer than `seconds`, TLS included.
        OSError: there is no server, or its certificate can't be trusted.
    """
    context = _authorities() if origin.scheme == "https" else None
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(
                origin.host, origin.port, ssl=context, happy_eyeballs_delay=_SECOND_ADDRESS_SECONDS
            )
    except TimeoutError:
        raise ConnectTimedOut from None
    return WireConnection(reader, writer)


@cache
def _authorities() -> ssl.SSLContext:
    """The certificate authorities, read once in a process: reading them takes longer than starting an org."""
    import httpx

    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
