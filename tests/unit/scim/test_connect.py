"""Failures that no test server can produce: said of the right stage, by the chain of causes alone."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl

import httpx
import pytest

from oktascim.scim.connect import Endpoint, explain_failure
from oktascim.scim.probe import probe
from oktascim.secret_text import SecretStr


def raised_from(error, cause):
    error.__cause__ = cause
    return error


def certificate_error(code):
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


def tls_error(reason):
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


def probe_with(error, url="https://scim.acme.example/v2"):
    def fail(request):
        raise error

    return asyncio.run(probe(url, "2.0", SecretStr("Bearer x-sentinel"), transport=httpx.MockTransport(fail)))


@pytest.mark.parametrize(
    ("error", "check", "detail"),
    [
        (raised_from(httpx.ConnectError("x"), socket.gaierror(-2, "unknown")),
         "dns", "The host name scim.acme.example has no address."),
        (raised_from(httpx.ConnectError("x"), raised_from(OSError("all failed"), ExceptionGroup(
            "all", [OSError(101, "unreachable"), ConnectionRefusedError(111, "refused")]))),
         "tcp", "scim.acme.example:443 refuses connections."),
        (httpx.ConnectTimeout("x"), "tcp", "scim.acme.example:443 didn't accept a connection within 60 s."),
        (raised_from(httpx.ConnectError("x"), OSError(101, "unreachable")),
         "tcp", "No connection to scim.acme.example:443."),
        (raised_from(httpx.ConnectError("x"), certificate_error(10)),
         "tls_certificate", "The certificate has expired."),
        (raised_from(httpx.ConnectError("x"), certificate_error(9)),
         "tls_certificate", "The certificate isn't valid yet."),
        (raised_from(httpx.ConnectError("x"), certificate_error(19)),
         "tls_certificate", "The certificate comes from a private authority."),
        (raised_from(httpx.ConnectError("x"), certificate_error(20)),
         "tls_certificate", "The certificate's issuer wasn't found."),
        (raised_from(httpx.ConnectError("x"), certificate_error(99)),
         "tls_certificate", "The certificate was rejected (OpenSSL verification code 99)."),
        (raised_from(httpx.ConnectError("x"), certificate_error(62)),
         "tls_host_name", "The certificate isn't for scim.acme.example."),
        (raised_from(httpx.ConnectError("x"), tls_error("TLSV1_ALERT_PROTOCOL_VERSION")),
         "tls_version", "The server offers no usable TLS version."),
        (raised_from(httpx.ConnectError("x"), tls_error("SSLV3_ALERT_HANDSHAKE_FAILURE")),
         "tls_version", "The TLS handshake failed."),
        (raised_from(httpx.ReadError("x"), tls_error("TLSV13_ALERT_CERTIFICATE_REQUIRED")),
         "tls_version", "The server asks for a client certificate."),
        (httpx.ReadTimeout("x"), "answer", "No complete response within 60 s."),
        (httpx.ReadError("x"), "answer",
         "The server accepted the request but closed the connection without a complete HTTP response."),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), "answer",
         "The server accepted the request but closed the connection without a complete HTTP response."),
        (httpx.RemoteProtocolError("illegal status line: bytearray(b'SSH-2.0')"), "answer",
         "The response isn't valid HTTP/1.1."),
    ],
)  # fmt: skip
def test_the_stage_that_broke_is_the_last_verdict(error, check, detail):
    report = probe_with(error)
    broken = report.verdicts[-1]
    assert (broken.check, broken.passed, broken.detail) == (check, False, detail)
    assert broken.cause
    assert broken.fix
    assert [verdict.check for verdict in report.verdicts if verdict.passed is False] == [check]


def test_stages_before_the_broken_one_have_passed():
    report = probe_with(raised_from(httpx.ConnectError("x"), certificate_error(62)))
    assert [(verdict.check, verdict.passed) for verdict in report.verdicts] == [
        ("url", True),
        ("authorization", True),
        ("dns", True),
        ("tcp", True),
        ("tls_version", True),
        ("tls_certificate", True),
        ("tls_host_name", False),
    ]


def test_oktas_words_for_a_connection_that_times_out():
    shows = probe_with(httpx.ConnectTimeout("x")).verdicts[-1].okta_shows
    assert shows == "Error authenticating: Connect to scim.acme.example:443 failed: Connect timed out"


def test_plain_http_has_no_tls_verdicts():
    report = probe_with(httpx.ReadError("x"), url="http://127.0.0.1:1/v2")
    assert not any(verdict.check.startswith("tls") for verdict in report.verdicts)


def test_the_json_of_a_report_is_a_contract():
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [],
    }  # fmt: skip
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=body))
    report = asyncio.run(
        probe("https://scim.acme.example/v2", "2.0", SecretStr("Bearer x-sentinel"), transport=transport)
    )
    document = json.loads(json.dumps(report.to_json()))
    assert list(document) == ["passed", "base_url", "scim_version", "verdicts", "exchanges"]
    assert list(document["verdicts"][0]) == ["check", "passed", "detail", "cause", "fix", "okta_shows"]
    assert list(document["exchanges"][0]) == [
        "method", "url", "request_headers", "status", "response_headers", "body_start", "seconds", "error",
    ]  # fmt: skip
    assert [verdict["check"] for verdict in document["verdicts"]] == [
        "url", "authorization", "dns", "tcp", "tls_version", "tls_certificate", "tls_host_name", "answer",
        "response_time", "redirect", "status", "json", "schemas", "resources", "paging", "count", "id",
    ]  # fmt: skip
    assert document["exchanges"][0]["request_headers"]["Authorization"] == "[hidden]"
    assert "sentinel" not in json.dumps(document)


@pytest.mark.parametrize("error", [TimeoutError(), httpx.ReadTimeout("x")])
def test_silence_on_a_kept_connection_is_no_refused_connection(error):
    events = ["http11.send_request_headers.started", "http11.send_request_headers.complete"]
    found = explain_failure(error, events, Endpoint("scim.acme.example", 443, encrypted=True, limit=60.0))
    assert (found.check, found.detail) == ("answer", "No complete response within 60 s.")
