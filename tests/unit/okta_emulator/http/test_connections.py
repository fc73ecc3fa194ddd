"""More connections than the process may have."""

from __future__ import annotations

import asyncio
import errno
import socket

import httpx
import pytest

from okta_emulator.http import protocol
from okta_emulator.http.connections import say_once_when_full
from okta_emulator.http.server import EmulatedOrg


def test_connections_beyond_the_limit_are_closed_and_the_org_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "most_connections", lambda: 3)
    with EmulatedOrg() as org:
        address = ("127.0.0.1", httpx.URL(org.url).port or 0)
        opened = [socket.create_connection(address, timeout=30) for _ in range(10)]
        closed = []
        for connection in opened:
            connection.sendall(b"GET /api/v1/org HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try:
                closed.append(connection.recv(9) != b"HTTP/1.1 ")
            except ConnectionError:
                closed.append(True)
        for connection in opened[:3]:
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1_000):  # until the org has closed it too
                pass
        for connection in opened:
            connection.close()
        assert closed == [False] * 3 + [True] * 7
        assert httpx.get(f"{org.url}/api/v1/org").status_code == 401


def test_a_full_process_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.new_event_loop()
    say_once_when_full(loop)
    for number in (errno.EMFILE, errno.EMFILE, errno.EPERM):
        loop.call_exception_handler({"message": "accept", "exception": OSError(number, "reason")})
    loop.close()
    texts = [record.getMessage() for record in caplog.records]
    assert [text.partition(":")[0] for text in texts] == ["The emulator can't accept more connections", "accept"]
