"""Requests to SCIM servers over connections that are kept for the next ones."""

from __future__ import annotations

import asyncio
import zlib
from types import TracebackType
from typing import Self

import h11

from okta_emulator.scim_client.target import Origin
from okta_emulator.scim_client.wire import NoResponse, Request, Response, WireConnection, connected

_IDEMPOTENT = ("GET", "PUT", "DELETE")  # of the methods sent here (RFC 9110, 9.2.2)


class Http:
    """Sends requests and keeps their connections for the next ones; use it in one event loop."""

    def __init__(self) -> None:
        self._idle: dict[Origin, list[WireConnection]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def send(self, request: Request) -> Response:
        """Send one request and read the whole response. Redirects aren't followed, cookies aren't kept.

        Raises:
            NoResponse: there is none that can be read, or the request can't be sent.
            AnswerTooLarge: its body is too large.
        """
        try:
            connection, response = await self._exchange(request)
        except (OSError, h11.ProtocolError, zlib.error) as error:
            raise NoResponse(str(error)) from None
        if connection.reusable():
            self._idle.setdefault(request.target.origin, []).append(connection)
        else:
            connection.close()
        return response

    async def _exchange(self, request: Request) -> tuple[WireConnection, Response]:
        """The exchange on a kept connection, or on a new one.

        If the server closes a kept connection before it answers, it has closed an idle connection, or got the request:
        only one that may arrive twice is sent again, once (RFC 9110, 9.2.2; OB-245).
        """
        origin = request.target.origin
        kept = await self._kept(origin)
        if kept is not None:
            try:
                return kept, await kept.exchange(request)
            except (OSError, h11.RemoteProtocolError):
                if kept.has_answered or request.method not in _IDEMPOTENT:
                    raise
        connection = await connected(origin, request.connect_seconds)
        return connection, await connection.exchange(request)

    async def aclose(self) -> None:
        """Close the connections that are kept."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()
        await asyncio.sleep(0)  # the event loop closes a socket in its next pass

    async def _kept(self, origin: Origin) -> WireConnection | None:
        """A connection that the server hasn't closed in the meantime."""
        connections = self._idle.get(origin, [])
        while connections:
            connection = connections.pop()
            if not await connection.is_over():
                return connection
            connection.close()
        return None
