"""Puts the Host header where Okta's client puts it: after Content-Length (OB-230).

The HTTP library always writes Host first. This module restores the order in the bytes, between the library and the
socket.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

_HEAD_END = b"\r\n\r\n"


def host_before_connection(head: bytes) -> bytes:
    """Move the Host line of a request head before its Connection line.

    Args:
        head: bytes to be written; anything but a request head with Host as its first header stays as it is.

    Returns:
        The same bytes with the Host line moved.
    """
    if not head.endswith(_HEAD_END):
        return head
    lines = head.removesuffix(_HEAD_END).split(b"\r\n")
    if len(lines) < 3 or not lines[1].lower().startswith(b"host:"):
        return head
    request_line, host, *rest = lines
    place = next((i for i, line in enumerate(rest) if line.lower().startswith(b"connection:")), len(rest))
    return b"\r\n".join([request_line, *rest[:place], host, *rest[place:]]) + _HEAD_END


class _Stream(httpcore.AsyncNetworkStream):
    """A network stream that reorders request heads."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's interface
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's interface
        await self._inner.write(host_before_connection(buffer), timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.AnyIOBackend):
    """A network backend whose streams reorder request heads."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(await super().connect_tcp(host, port, timeout, local_address, socket_options))


@cache
def _authorities() -> ssl.SSLContext:
    """The certificate authorities, read once in a process: reading them takes longer than starting an org."""
    return httpx.create_ssl_context()


class OktaTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport, HTTP/1.1 with keep-alive, on the reordering backend."""

    def __init__(self) -> None:
        context = _authorities()
        super().__init__(verify=context)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=20,
            max_keepalive_connections=20,
            keepalive_expiry=30.0,
            network_backend=_Backend(),
        )
