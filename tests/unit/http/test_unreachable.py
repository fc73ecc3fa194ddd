"""Why a server can't be reached: the words for name, port, TLS, proxy and time, from real sockets where that goes."""

from __future__ import annotations

import asyncio
import socket
import ssl

import httpx
import pytest

from oktascim.errors import ExitCode
from oktascim.http.client import HttpClient, Limits
from oktascim.http.clock import Clock
from oktascim.http.unreachable import Unreachable, trouble_of

ACME = httpx.URL("https://acme.okta.com/api/v1/apps")


async def at_once(_seconds: float) -> None:
    """Wait no longer than the next turn of the loop."""


def what_ends(origin: str, seconds: float = 5.0) -> Unreachable:
    announced: list[str] = []

    async def work() -> None:
        clock, limits = Clock(sleep=at_once), Limits(seconds=seconds)
        announce = lambda reason, _seconds: announced.append(reason)  # noqa: E731
        async with HttpClient(origin, limits=limits, clock=clock, announce=announce) as client:
            await client.send(client.build("GET", "/api/v1/apps"))

    with pytest.raises(Unreachable) as caught:
        asyncio.run(work())
    assert caught.value.exit_code == ExitCode.FAILED
    assert all("attempt" in reason for reason in announced)
    return caught.value


@pytest.fixture
def port():
    """A port at which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield unused.getsockname()[1]


def test_a_name_without_address() -> None:
    error = what_ends("https://acme.invalid")
    assert error.what == "Can't reach https://acme.invalid: its host name has no address."
    assert error.why == "DNS: Name or service not known."
    assert "spelling" in error.fix


def test_a_port_that_refuses(port: int) -> None:
    error = what_ends(f"http://127.0.0.1:{port}")
    assert error.what == f"Can't reach http://127.0.0.1:{port}: it refuses connections on port {port}."
    assert "host and port" in error.fix


def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oktascim.http.client._TO_CONNECT", 1)  # all of the time, for a busy machine
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = what_ends(f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=1.0)
    assert "it didn't respond in time" in error.what
    assert error.why == "One call may take 1 s."
    assert "--timeout" in error.fix


def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://ada:s3cret@127.0.0.1:{port}")
    error = what_ends("https://acme.okta.com")
    assert error.what == "Can't reach https://acme.okta.com: the proxy can't be reached."
    used = f"The proxy http://127.0.0.1:{port} (HTTPS_PROXY) is used."
    assert error.why == f"{used} It refuses connections on port {port}."
    assert "NO_PROXY" in error.fix
    assert "s3cret" not in str(error)


@pytest.mark.parametrize(
    ("code", "message", "what", "fix"),
    [
        (10, "certificate has expired", "n't valid today", "clock"),
        (62, "Hostname mismatch", "for another host", "host name"),
        (20, "unable to get local issuer certificate", "n't trusted", "SSL_CERT_FILE"),
    ],
)
def test_certificates(code: int, message: str, what: str, fix: str) -> None:
    refused = ssl.SSLCertVerificationError(1, "certificate verify failed")
    refused.verify_code, refused.verify_message = code, message
    error = httpx.ConnectError("certificate verify failed")
    error.__cause__ = refused
    found = trouble_of(error, ACME, 50)
    assert what in found.what
    assert found.why == f"TLS: {message}."
    assert fix in found.fix


def test_an_error_that_is_among_its_own_causes() -> None:
    error = httpx.ReadError("reset")
    other = OSError("x")
    error.__context__, other.__context__ = other, error
    assert trouble_of(error, ACME, 50).what == "the connection broke"


@pytest.mark.parametrize(
    ("error", "what", "fix"),
    [
        (
            "illegal status line: bytearray(b'SSH-2.0')",
            "its response isn't valid HTTP",
            "Check the URL's host and port.",
        ),
        ("Receive buffer too long", "the headers of its response exceed 100 KiB", "shorten the headers"),
        ("Server disconnected without sending a response.", "its response is incomplete", "Try again"),
        ("peer closed connection without sending complete message body", "its response is incomplete", "Try again"),
    ],
)
def test_a_response_that_is_no_http_asks_for_the_address_and_a_broken_one_for_patience(error, what, fix) -> None:
    trouble = trouble_of(httpx.RemoteProtocolError(error), ACME, 50)
    assert trouble.what == what
    assert fix in trouble.fix
    assert "bytearray" not in (trouble.why or "")
