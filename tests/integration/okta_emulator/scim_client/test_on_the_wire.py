"""What leaves the socket, byte for byte (OB-230 to OB-232), and what happens when it fails."""

import asyncio
import socket
import threading

import pytest

from okta_emulator.scim_client import connection_check, users
from okta_emulator.scim_client.connection import Connection
from okta_emulator.scim_client.pool import Http

TLS_ALERT_PROTOCOL_VERSION = bytes.fromhex("15030100020246")


def run(work):
    async def main():
        async with Http() as http:
            return await work(http)

    return asyncio.run(main())


def test_a_body_request_is_oktas_byte_for_byte(raw_server):
    server = raw_server()
    connection = Connection(f"http://127.0.0.1:{server.port}/v2", "Bearer tok-abc-123")
    run(lambda http: users.deactivate(connection, "8ff6", http))
    assert bytes(server.connections[0]) == (
        b"PATCH /v2/Users/8ff6 HTTP/1.1\r\n"
        b"Accept: application/scim+json\r\n"
        b"Accept-Charset: utf-8\r\n"
        b"Content-Type: application/scim+json; charset=utf-8\r\n"
        b"User-Agent: Okta SCIM Client 1.0.0\r\n"
        b"Authorization: Bearer tok-abc-123\r\n"
        b"Content-Length: 118\r\n"
        b"Host: 127.0.0.1:%d\r\n"
        b"Connection: Keep-Alive\r\n"
        b"Accept-Encoding: gzip,deflate\r\n"
        b"\r\n"
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],'
        b'"Operations":[{"op":"replace","value":{"active":false}}]}' % server.port
    )


def test_requests_share_one_kept_connection(raw_server):
    server = raw_server()
    connection = Connection(f"http://127.0.0.1:{server.port}", "raw", scim_version="1.1")

    async def three(http):
        for _ in range(3):
            await connection_check.check_credentials(connection, http)

    run(three)
    request = (
        b"GET /Users?startIndex=1&count=2 HTTP/1.1\r\n"
        b"Accept: application/json\r\n"
        b"Accept-Charset: utf-8\r\n"
        b"User-Agent: Okta SCIM Client 1.0.0\r\n"
        b"Authorization: raw\r\n"
        b"Host: 127.0.0.1:%d\r\n"
        b"Connection: Keep-Alive\r\n"
        b"Accept-Encoding: gzip,deflate\r\n"
        b"\r\n" % server.port
    )
    assert [bytes(seen) for seen in server.connections] == [request * 3]


@pytest.mark.parametrize(
    ("answer", "timeout", "error"),
    [
        (b"", 0.3, "Error authenticating: Read timed out"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", 0.3, "Error authenticating: Read timed out"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", 30.0, "Error authenticating: null"),
    ],
)
def test_answers_that_do_not_come(raw_server, answer, timeout, error):
    server = raw_server(answer)
    connection = Connection(f"http://127.0.0.1:{server.port}", "Bearer tok-abc-123", timeout=timeout)
    assert run(lambda http: connection_check.check_credentials(connection, http)).error == error


def test_a_port_where_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    connection = Connection(f"http://127.0.0.1:{port}", "Bearer tok-abc-123")
    outcome = run(lambda http: connection_check.check_credentials(connection, http))
    assert outcome.error == "Error authenticating: null"
    assert outcome.exchanges[0].status is None


def test_a_server_with_too_old_tls():
    def refuse():
        accepted, _ = listener.accept()
        with accepted:
            accepted.recv(65536)
            accepted.sendall(TLS_ALERT_PROTOCOL_VERSION)
            accepted.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=refuse)
        thread.start()
        connection = Connection(f"https://127.0.0.1:{listener.getsockname()[1]}", "Bearer tok-abc-123")
        outcome = run(lambda http: connection_check.check_credentials(connection, http))
        thread.join()
    assert outcome.error == "Error authenticating: Received fatal alert: protocol_version"


def test_an_authorization_that_no_header_carries_is_not_shown(raw_server):
    server = raw_server()
    connection = Connection(f"http://127.0.0.1:{server.port}", "Bearer tok-abc-123\r\nX: y")
    outcome = run(lambda http: connection_check.check_credentials(connection, http))
    assert not outcome.ok
    assert "tok-abc-123" not in repr(outcome)
    assert not any(server.connections)
