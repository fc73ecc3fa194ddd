"""How long a request may take to arrive, and a response to be read."""

from __future__ import annotations

import errno
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import httpx
import pytest

from okta_emulator.http import protocol
from okta_emulator.http.server import EmulatedOrg

HEAD = b"GET /api/v1/org HTTP/1.1\r\nHost: localhost\r\n"
CHUNK = b"1\r\n{\r\n"
EVENTS = 300
SMALL = 4_096  # bytes of a buffer, so that the kernel doesn't take a whole response
TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\n"


@pytest.fixture(scope="module")
def org() -> Iterator[EmulatedOrg]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protocol, "REQUEST_SECONDS", 0.2)
        with EmulatedOrg() as one:
            yield one


@contextmanager
def connected(org: EmulatedOrg) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", httpx.URL(org.url).port or 0), timeout=20) as connection:
        yield connection


def all_of(connection: socket.socket) -> bytes:
    """What the org sends until it closes the connection."""
    received = bytearray()
    try:
        while data := connection.recv(10_000):
            received += data
    except ConnectionError:
        pass
    return bytes(received)


def posting(token: str, headers: str = "") -> bytes:
    return f"POST /api/v1/groups HTTP/1.1\r\nHost: localhost\r\nAuthorization: SSWS {token}\r\n{headers}".encode()


def status_over(connection: HTTPConnection) -> int:
    connection.request("GET", "/api/v1/org")
    response = connection.getresponse()
    response.read()
    return response.status


@pytest.mark.parametrize("part", ["G", "head", "length", "chunks", "continue"])
def test_a_request_that_stops_arriving_gets_a_408(org: EmulatedOrg, part: str) -> None:
    sent = {
        "G": b"G",
        "head": HEAD,
        "length": posting(org.token, "Content-Length: 10\r\n\r\n{"),
        "chunks": posting(org.token, "Transfer-Encoding: chunked\r\n\r\n") + CHUNK,
        "continue": posting(org.token, "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n"),
    }[part]
    with connected(org) as connection:
        connection.sendall(sent)
        received = all_of(connection).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert received.startswith(TIMEOUT)
    assert httpx.get(f"{org.url}/api/v1/org").status_code == 401


@pytest.mark.parametrize("known", [True, False])
def test_a_request_that_drips_ends(org: EmulatedOrg, known: bool) -> None:
    """Each byte arrives in time, the request doesn't; without the token it has its response already."""
    ended = threading.Event()
    with connected(org) as connection:
        connection.sendall(posting(org.token if known else "none", "Transfer-Encoding: chunked\r\n\r\n"))

        def drip() -> None:
            try:
                while not ended.wait(0.02):
                    connection.sendall(CHUNK)
            except OSError:
                pass

        dripping = threading.Thread(target=drip)
        dripping.start()
        received = all_of(connection)
        ended.set()
        dripping.join()
    assert received.startswith(TIMEOUT if known else b"HTTP/1.1 401 ")


def test_a_connection_between_two_requests_is_kept(org: EmulatedOrg) -> None:
    kept = HTTPConnection("127.0.0.1", httpx.URL(org.url).port, timeout=20)
    assert status_over(kept) == 401
    first = kept.sock
    with connected(org) as slow:
        slow.sendall(HEAD)
        assert all_of(slow).startswith(TIMEOUT)
    assert status_over(kept) == 401
    assert kept.sock is first
    kept.close()


def test_a_new_connection_waits_as_long_as_one_that_is_kept(org: EmulatedOrg, monkeypatch: pytest.MonkeyPatch) -> None:
    assert org._server is not None
    monkeypatch.setattr(org._server.config, "timeout_keep_alive", 0.1)
    with connected(org) as silent:
        assert all_of(silent) == b""


def test_the_time_in_which_the_org_does_not_read_does_not_count(org: EmulatedOrg) -> None:
    """A delayed refusal doesn't read a large body."""
    with connected(org) as connection, connected(org) as slow:
        httpx.post(
            f"{org.url}/_emulator/faults",
            headers={"Authorization": f"SSWS {org.token}"},
            json={"action": "delay", "path": "/api/v1/groups", "seconds": 0.8, "count": 1},
        ).raise_for_status()
        connection.sendall(posting("none", "Content-Length: 200000\r\n\r\n") + b"x" * 100_000)
        slow.sendall(HEAD)
        assert all_of(slow).startswith(TIMEOUT)
        assert connection.recv(12) == b"HTTP/1.1 401"


@pytest.mark.parametrize("pipelined", [1, 3])
def test_a_client_that_never_reads_loses_its_connection(
    org: EmulatedOrg, pipelined: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "RESPONSE_SECONDS", 0.2)
    authorized = {"Authorization": f"SSWS {org.token}"}
    httpx.post(f"{org.url}/_emulator/seed", headers=authorized, json={"events": EVENTS}).raise_for_status()
    org._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        slow.connect(("127.0.0.1", httpx.URL(org.url).port or 0))
        request = "GET /api/v1/logs?limit=1000 HTTP/1.1\r\nHost: localhost\r\nAuthorization: SSWS {}\r\n\r\n"
        slow.sendall(request.format(org.token).encode() * pipelined)
        ends = select.poll()
        ends.register(slow, 0)  # only the end of the connection counts
        assert ends.poll(20_000), "the connection is still open"
        assert slow.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET
    monkeypatch.undo()
    whole = httpx.get(f"{org.url}/api/v1/logs?limit=1000", headers=authorized).json()
    assert len(whole) >= EVENTS


def test_what_is_not_http_is_refused_once(org: EmulatedOrg, caplog: pytest.LogCaptureFixture) -> None:
    """The application refuses the request too, before the connection is closed."""
    with connected(org) as connection:
        head = b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head + b"zz\r\n")
        assert all_of(connection).startswith(b"HTTP/1.1 400 ")
    assert httpx.get(f"{org.url}/api/v1/org").status_code == 401
    assert caplog.records == []


def test_what_is_not_http_after_the_response_ends_the_connection(
    org: EmulatedOrg, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(org) as connection:
        connection.sendall(posting("none", "Transfer-Encoding: chunked\r\n\r\n"))
        received = connection.recv(10_000)
        connection.sendall(b"zz\r\n")
        assert (received + all_of(connection)).startswith(b"HTTP/1.1 401 ")
    assert caplog.records == []
