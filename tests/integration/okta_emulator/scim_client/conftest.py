"""Servers to talk to: a raw socket that shows every byte, and the small SCIM 1.1 server."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.support.scim11 import Scim11Server, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Length: 16\r\n\r\n" + b'{"Resources":[]}'


class RawServer:
    """Answers every request with the same bytes and keeps what each connection sent."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections: list[bytearray] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        seen = bytearray()
        self.connections.append(seen)
        unread = b""
        with connection:
            while data := connection.recv(65536):
                seen += data
                unread += data
                while (rest := _after_request(unread)) is not None:
                    unread = rest
                    connection.sendall(self._answer)


def _after_request(data: bytes) -> bytes | None:
    """What follows the first whole request, or None while it is not whole."""
    head, end, body = data.partition(b"\r\n\r\n")
    length = int((re.search(rb"Content-Length: (\d+)", head) or [b"", b"0"])[1])
    return body[length:] if end and len(body) >= length else None


@pytest.fixture
def raw_server() -> Iterator[Callable[..., RawServer]]:
    started: list[RawServer] = []

    def start(answer: bytes = OK) -> RawServer:
        started.append(RawServer(answer))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def scim11() -> Iterator[Scim11Server]:
    with serving(Scim11Server("Basic b2t0YTpvcGVuLXNlc2FtZQ==")) as server:
        yield server
