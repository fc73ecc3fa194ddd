"""Breaks connections: the client sees a reset socket or a body that ends too early.

ASGI has nothing for this. The server (`protocol.py`) puts a connection's transport into the state of each request, and
this module closes or resets it. It works only under that server.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import cast

from starlette.types import Message, Receive, Scope, Send

STATE_KEY = "transport"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER with no time: close sends RST


def reset(transport: asyncio.Transport) -> None:
    """Reset a connection; what the client hasn't read is dropped."""
    sock = cast("socket.socket", transport.get_extra_info("socket"))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


async def break_connection(scope: Scope, receive: Receive) -> None:
    """Reset the connection of a request before it is answered."""
    reset(_transport(scope))
    await _until_gone(receive)


def break_off(scope: Scope, receive: Receive, send: Send) -> Send:
    """A `send` that sends the head of a response and half of its body, then closes the connection."""

    async def sending(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        body = message.get("body", b"")
        await send({"type": message["type"], "body": body[: len(body) // 2], "more_body": True})
        _transport(scope).close()
        await _until_gone(receive)

    return sending


def _transport(scope: Scope) -> asyncio.Transport:
    return cast("asyncio.Transport", scope["state"][STATE_KEY])


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
