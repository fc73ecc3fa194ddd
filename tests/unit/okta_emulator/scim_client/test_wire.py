"""The Host header takes the place that Okta gives it."""

import pytest

from okta_emulator.scim_client.wire import host_before_connection


def test_host_moves_in_front_of_connection():
    head = b"PUT /x HTTP/1.1\r\nHost: h\r\nAccept: a\r\nContent-Length: 3\r\nConnection: Keep-Alive\r\nZ: z\r\n\r\n"
    assert host_before_connection(head) == (
        b"PUT /x HTTP/1.1\r\nAccept: a\r\nContent-Length: 3\r\nHost: h\r\nConnection: Keep-Alive\r\nZ: z\r\n\r\n"
    )


def test_without_connection_host_comes_last():
    assert host_before_connection(b"GET / HTTP/1.1\r\nHost: h\r\nA: a\r\n\r\n") == (
        b"GET / HTTP/1.1\r\nA: a\r\nHost: h\r\n\r\n"
    )


@pytest.mark.parametrize("data", [b'{"a":1}', b"", b"\r\n\r\n", b"GET / HTTP/1.1\r\nA: a\r\nHost: h\r\n\r\n"])
def test_other_bytes_stay(data):
    assert host_before_connection(data) == data
