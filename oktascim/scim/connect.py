"""Finds where a connection to a SCIM server failed: DNS, port, TLS, certificate, host name, or the response."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Collection
from typing import NamedTuple

import httpx

from oktascim.http.transfer import TooLarge
from oktascim.http.unreachable import HUNG_UP, causes_of
from oktascim.scim.report import Judgement, failed
from oktascim.scim.request import OKTA_GIVES_UP

_NO_ANSWER = "Error authenticating: null"
_REQUEST_BEGAN = "http11.send_request"
TCP_DONE, TLS_DONE = "connection.connect_tcp.complete", "connection.start_tls.complete"

_NO_CLIENT_CERTIFICATE = "If client certificates (mutual TLS) are on, turn them off for the SCIM path: Okta has none."

_EXPIRED, _NOT_YET_VALID, _SELF_SIGNED, _PRIVATE_ROOT = 10, 9, 18, 19
_NO_ISSUER, _NO_LEAF_ISSUER, _WRONG_NAME, _WRONG_ADDRESS = 20, 21, 62, 64
_CERTIFICATE_FAULTS = {
    _EXPIRED: ("The certificate has expired.", "Renew it, and check what should have renewed it."),
    _NOT_YET_VALID: ("The certificate isn't valid yet.", "Check the server's certificate and this machine's clock."),
    _SELF_SIGNED: ("The certificate is self-signed.", "Use a certificate from a public authority."),
    _PRIVATE_ROOT: (
        "The certificate comes from a private authority.",
        "Use a certificate from a public authority; Okta doesn't trust a company's own.",
    ),
    _NO_ISSUER: (
        "The certificate's issuer wasn't found.",
        "Make the server send its intermediate certificates too (the full chain), or use a public authority.",
    ),
    _NO_LEAF_ISSUER: ("The server sends an incomplete chain.", "Make it send the intermediate certificates too."),
}


class Endpoint(NamedTuple):
    """The host and port, whether TLS is used, and the time limit of the exchange in seconds."""

    host: str
    port: int
    encrypted: bool
    limit: float


def explain_failure(error: Exception, events: Collection[str], endpoint: Endpoint) -> Judgement:
    """Turn a failed exchange into the verdict of the stage that failed.

    Args:
        error: an httpx exception with its chain of causes, or TimeoutError.
        events: names of the transport's trace events so far; empty if the transport has no tracing.
        endpoint: the target of the request.

    Returns:
        A failed verdict of the check dns, tcp, tls_version, tls_certificate, tls_host_name or answer.
    """
    causes = tuple(causes_of(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return failed(
            "dns",
            f"The host name {endpoint.host} has no address.",
            cause="The name doesn't exist, or exists only inside your network.",
            fix="Check the spelling and the public DNS record.",
            okta_shows=_NO_ANSWER,
        )
    if any("ALERT_CERTIFICATE_REQUIRED" in str(cause) for cause in causes):
        return failed(
            "tls_version",
            "The server asks for a client certificate.",
            cause="Okta has none: it authenticates only with the Authorization header.",
            fix=_NO_CLIENT_CERTIFICATE,
        )
    stage = _stage(error, events, encrypted=endpoint.encrypted)
    tls_error = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    if stage == "answer":
        return _answer_fault(error, endpoint)
    if isinstance(tls_error, ssl.SSLCertVerificationError):
        return _certificate_fault(tls_error, endpoint)
    if stage == "tls" or tls_error:
        return _handshake_fault(tls_error)
    return _connect_fault(error, causes, endpoint)


def stages_before(check: str, endpoint: Endpoint, *, tls_version: str = "") -> tuple[Judgement, ...]:
    """The stages that the connection passed.

    Args:
        check: the check that failed, or any later one.
        endpoint: the target of the request.
        tls_version: the negotiated version, or "" if unknown.
    """
    passed = {"dns": f"{endpoint.host} has an address.", "tcp": "The port accepts connections."}
    if endpoint.encrypted:
        passed |= {
            "tls_version": f"{tls_version or 'TLS 1.2 or newer'} was negotiated.",
            "tls_certificate": "The certificate chains to a trusted authority and is valid today.",
            "tls_host_name": f"The certificate is for {endpoint.host}.",
        }
    stages = list(passed)
    reached = stages[: stages.index(check)] if check in stages else stages
    return tuple(Judgement(stage, passed=True, detail=passed[stage]) for stage in reached)


def _stage(error: Exception, events: Collection[str], *, encrypted: bool) -> str:
    if any(event.startswith(_REQUEST_BEGAN) for event in events):  # maybe over a kept connection, without a new stage
        return "answer"
    connecting = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
    if TCP_DONE not in events and (connecting or events):
        return "tcp"
    if encrypted and TLS_DONE not in events and (connecting or events):
        return "tls"
    return "answer"


def _certificate_fault(error: ssl.SSLCertVerificationError, endpoint: Endpoint) -> Judgement:
    if error.verify_code in {_WRONG_NAME, _WRONG_ADDRESS}:
        return failed(
            "tls_host_name",
            f"The certificate isn't for {endpoint.host}.",
            cause="Okta compares the certificate's names with the host of the base URL before any SCIM request.",
            fix="Use a host name from the certificate, or get a certificate for this host.",
        )
    detail, fix = _CERTIFICATE_FAULTS.get(
        error.verify_code,
        (f"The certificate was rejected (OpenSSL verification code {error.verify_code}).", "Replace the certificate."),
    )
    return failed(
        "tls_certificate",
        detail,
        cause="Okta checks the chain before any SCIM request. This test trusts only public authorities.",
        fix=fix,
    )


def _handshake_fault(error: ssl.SSLError | None) -> Judgement:
    reason = (error.reason or "") if error else ""
    if "PROTOCOL_VERSION" in reason or "UNSUPPORTED_PROTOCOL" in reason:
        return failed(
            "tls_version",
            "The server offers no usable TLS version.",
            cause="Okta requires TLS 1.2 or newer.",
            fix="Enable TLS 1.2 or 1.3 in the server or in the proxy in front of it.",
            okta_shows="Received fatal alert: protocol_version",
        )
    if reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}:
        return failed(
            "tls_version",
            "The server doesn't use TLS on that port.",
            cause="It answered the TLS handshake with something else, usually plain http.",
            fix="Use the port that serves https, or put a TLS proxy in front of the server.",
        )
    return failed(
        "tls_version",
        "The TLS handshake failed.",
        cause="The server closed it or never responded." if not reason or "EOF" in reason else f"OpenSSL: {reason}.",
        fix="Check the TLS settings of the server or the proxy in front of it: versions and ciphers."
        f" {_NO_CLIENT_CERTIFICATE}",
    )


def _connect_fault(error: Exception, causes: tuple[BaseException, ...], endpoint: Endpoint) -> Judgement:
    place = f"{endpoint.host}:{endpoint.port}"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return failed(
            "tcp",
            f"{place} refuses connections.",
            cause="Nothing is listening on that port.",
            fix="Start the server, or correct the host and port.",
            okta_shows=_NO_ANSWER,
        )
    direct = "Like Okta, oktascim connects directly, never through a proxy in your network."
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return failed(
            "tcp",
            f"{place} didn't accept a connection within {endpoint.limit:g} s.",
            cause=f"A firewall drops the packets, or the address is wrong. {direct}",
            fix="Open the port for Okta's addresses, and for this machine while testing.",
            okta_shows=f"Error authenticating: Connect to {place} failed: Connect timed out",
        )
    return failed(
        "tcp",
        f"No connection to {place}.",
        cause=f"There is no route to it, or the network rejected the connection. {direct}",
        fix="Check the address and the network.",
        okta_shows=_NO_ANSWER,
    )


def _answer_fault(error: Exception, endpoint: Endpoint) -> Judgement:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        is_oktas = endpoint.limit >= OKTA_GIVES_UP
        cause = f"Okta closes the connection after {OKTA_GIVES_UP:g} s."
        return failed(
            "answer",
            f"No complete response within {endpoint.limit:g} s.",
            cause=cause if is_oktas else f"{cause} This test waited less, because of --timeout.",
            fix="Make GET /Users with count=2 fast: it shouldn't read the whole directory.",
            okta_shows="Read timed out" if is_oktas else None,
        )
    if isinstance(error, TooLarge):
        return failed(
            "answer",
            error.what,
            cause=f"{error.why} Okta requests 2 users, or 100 groups.",
            fix="Honour startIndex and count.",
        )
    if isinstance(error, httpx.DecodingError):
        return failed(
            "answer",
            "The response's Content-Encoding doesn't match its content.",
            cause="Okta accepts gzip and deflate.",
            fix="Fix the compression, or disable it.",
        )
    if isinstance(error, httpx.RemoteProtocolError) and not any(word in str(error) for word in HUNG_UP):
        return failed(
            "answer",
            "The response isn't valid HTTP/1.1.",
            cause="Another kind of server listens there, or the status line or a header is malformed or too long.",
            fix="Check the scheme and the port of the base URL. If they are right, fix the response's headers.",
            okta_shows=_NO_ANSWER,
        )
    return failed(
        "answer",
        "The server accepted the request but closed the connection without a complete HTTP response.",
        cause="It crashed, or a proxy in front of it gave up."
        + (" A server that asks for a client certificate (TLS 1.3) does the same." if endpoint.encrypted else ""),
        fix="Check the server's log for this request." + (f" {_NO_CLIENT_CERTIFICATE}" if endpoint.encrypted else ""),
        okta_shows=_NO_ANSWER,
    )
