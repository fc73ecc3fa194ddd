"""The probe against servers that misbehave in every known way, over real sockets."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl

import pytest

from okta_emulator.scim_client.reading import LARGEST_ANSWER as OF_THE_EMULATOR
from oktascim.errors import ExitCode
from oktascim.scim.probe import LARGEST_ANSWER, probe
from oktascim.secret_text import SecretStr
from tests.support.pages import block


def test_a_good_server_passes_and_gets_oktas_own_request(probed, scim):
    found = probed(scim.answer(scim.listing()))
    assert found.report.passed
    assert found.report.failure is None
    host = f"127.0.0.1:{found.port}"
    assert found.requests[0].decode().split("\r\n") == [
        "GET /scim/v2/Users?startIndex=1&count=2 HTTP/1.1",
        f"Host: {host}",
        "Accept: application/scim+json",
        "Accept-Charset: utf-8",
        "User-Agent: Okta SCIM Client 1.0.0",
        "Authorization: Bearer sentinel-9f8e7d6c",
        "Connection: Keep-Alive",
        "Accept-Encoding: gzip,deflate",
        "",
        "",
    ]
    shown = block("docs/connection-test").replace("…", "sentinel-9f8e7d6c").replace("scim.example.com", host)
    assert sorted(shown.splitlines()) == sorted(found.requests[0].decode().split("\r\n")[:-2])


def test_scim_1_1_asks_for_plain_json_and_reads_the_1_1_list(probed, scim):
    found = probed(scim.answer(scim.listing("1.1")), version="1.1")
    assert found.report.passed
    assert b"Accept: application/json\r\n" in found.requests[0]


def test_the_wrong_scim_version_is_named(probed, scim):
    found = probed(scim.answer(scim.listing("1.1")), version="2.0")
    assert found.failures == ["schemas"]
    assert "SCIM 1.1" in found.verdict("schemas").fix


def test_groups_are_read_when_they_are_imported(probed, scim):
    groups = scim.answer(scim.listing(Resources=[{"id": "g", "displayName": "Engineering"}]))
    found = probed(scim.answer(scim.listing()), groups, import_groups=True)
    assert found.report.passed
    assert found.requests[1].startswith(b"GET /scim/v2/Groups?startIndex=1&count=100 HTTP/1.1\r\n")


def test_missing_groups_fail_only_when_they_are_imported(probed, scim):
    missing = scim.answer("", "404 Not Found")
    found = probed(scim.answer(scim.listing()), missing, import_groups=True)
    assert found.failures == ["groups"]
    assert "provisioning.import_groups" in found.verdict("groups").fix
    assert len(probed(scim.answer(scim.listing()), missing).requests) == 1


def test_html_is_named_and_its_start_quoted_without_terminal_tricks(probed, scim):
    found = probed(scim.answer("<html>\x1b[2J<title>Sign in</title>", headers="Content-Type: text/html\r\n"))
    assert found.failures == ["json"]
    assert found.verdict("json").detail == 'The response is HTML or XML: [web page "Sign in"]'
    assert found.report.failure.exit_code == ExitCode.SCIM


def test_a_string_start_index_is_named_as_the_known_failure(probed, scim):
    found = probed(scim.answer(scim.listing(startIndex="1")))
    assert found.failures == ["paging"]
    assert found.verdict("paging").detail == "startIndex: a string, not a number."
    assert "never sent the POST" in found.verdict("paging").cause


def test_401_gives_oktas_words_and_the_challenge(probed, scim):
    refused = scim.answer(
        {"schemas": [], "detail": "bad token", "status": "401"},
        "401 Unauthorized",
        "WWW-Authenticate: Basic realm=x\r\n",
    )
    found = probed(refused)
    verdict = found.verdict("status")
    assert found.failures == ["status"]
    assert verdict.okta_shows == ("Error authenticating: Unauthorized. Errors reported by remote server: bad token")
    assert "asks for Basic (WWW-Authenticate), but Bearer was sent" in verdict.cause


def test_401_without_a_scheme_tells_of_the_header_template(probed, scim):
    found = probed(scim.answer("", "401 Unauthorized"), secret="sentinel-9f8e7d6c")
    assert "sends it verbatim, without adding Bearer" in found.verdict("status").cause
    assert found.verdict("status").okta_shows == "Error authenticating: Unauthorized"


def test_a_redirect_is_not_followed(probed, scim):
    found = probed(scim.answer("", "302 Found", "Location: https://login.acme.example/\r\n"))
    assert found.failures == ["redirect"]
    assert "https://login.acme.example/" in found.verdict("redirect").detail
    assert len(found.requests) == 1


def test_a_server_that_closes_without_a_word(probed):
    found = probed(b"")
    assert found.failures == ["answer"]
    assert found.verdict("answer").okta_shows == "Error authenticating: null"
    assert found.verdict("tcp").passed


def test_a_server_that_never_answers(probed, scim):
    found = probed(scim.HANG, limit=1.0)  # a fifth of it is for connecting, which takes long on a busy machine
    assert found.failures == ["answer"]
    assert found.verdict("answer").detail == "No complete response within 1 s."
    assert found.verdict("answer").okta_shows is None  # Okta waits longer
    assert "because of --timeout" in found.verdict("answer").cause


def test_bytes_that_are_not_http(probed):
    assert probed(b"SSH-2.0-OpenSSH_9.6\r\n").failures == ["answer"]


def test_a_wrong_content_encoding(probed, scim):
    found = probed(scim.answer("{}", headers="Content-Encoding: gzip\r\n"))
    assert found.failures == ["answer"]
    assert "Content-Encoding" in found.verdict("answer").detail


def test_an_endless_body_ends(probed):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    found = probed(head + (b"fffff\r\n" + b"x" * 0xFFFFF + b"\r\n") * 17, limit=20)
    assert found.failures == ["answer"]


def test_a_large_body_is_judged_by_its_content_as_okta_judges_it(probed, scim):
    found = probed(scim.answer({"pad": "x" * 10_000_000}))
    assert found.failures[:2] == ["schemas", "resources"]
    assert found.report.failure.what == "The SCIM server failed the test: Resources is missing."
    assert found.verdict("resources").okta_shows == "Error authenticating: No results for users returned"
    assert LARGEST_ANSWER == OF_THE_EMULATOR  # one server gets one verdict from both


def test_nothing_listens():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        report = asyncio.run(probe(f"http://127.0.0.1:{port}/scim", "2.0", SecretStr("Bearer x")))
    refused = report.verdicts[-1]
    assert (refused.check, refused.passed) == ("tcp", False)
    assert refused.detail == f"127.0.0.1:{port} refuses connections."
    assert report.exchanges[0].error == refused.detail


def test_a_self_signed_certificate(probed, scim, certificate):
    found = probed(scim.answer(scim.listing()), server_tls=certificate().server, host="localhost")
    assert found.failures == ["tls_certificate"]
    assert found.verdict("tls_certificate").detail == "The certificate is self-signed."
    assert found.verdict("tls_version").passed
    assert found.requests == ()


def test_an_expired_certificate(probed, scim, certificate):
    old = certificate(days=(-30, -2))
    found = probed(scim.answer(scim.listing()), server_tls=old.server, tls=old.trusting, host="localhost")
    assert found.failures == ["tls_certificate"]
    assert found.verdict("tls_certificate").detail == "The certificate has expired."


@pytest.mark.parametrize(("names", "host"), [("scim.acme.example", "localhost"), ("127.0.0.2", "127.0.0.1")])
def test_a_certificate_for_another_host(probed, scim, certificate, names, host):
    other = certificate(names)
    found = probed(scim.answer(scim.listing()), server_tls=other.server, tls=other.trusting, host=host)
    assert found.failures == ["tls_host_name"]
    assert found.verdict("tls_host_name").detail == f"The certificate isn't for {host}."
    assert found.verdict("tls_certificate").passed
    assert found.requests == ()


def test_good_tls_names_the_version_and_the_private_address(probed, scim, certificate):
    good = certificate()
    found = probed(scim.answer(scim.listing()), server_tls=good.server, tls=good.trusting, host="localhost")
    assert found.report.passed
    assert found.verdict("tls_version").detail == "TLSv1.3 was negotiated."
    assert found.verdict("public_address").passed is None


def test_plain_http_on_the_https_port(probed, scim):
    found = probed(scim.answer("", "400 Bad Request"), scheme="https", host="localhost")
    assert found.failures == ["tls_version"]
    assert found.verdict("tls_version").detail == "The server doesn't use TLS on that port."


def test_a_server_that_only_speaks_old_tls(probed):
    fatal_alert_protocol_version = bytes([21, 3, 1, 0, 2, 2, 70])
    found = probed(fatal_alert_protocol_version, scheme="https", host="localhost")
    assert found.failures == ["tls_version"]
    assert found.verdict("tls_version").okta_shows == "Received fatal alert: protocol_version"


@pytest.mark.parametrize("silence", ["hang", "close"])
def test_a_tls_greeting_without_an_answer(probed, scim, silence):
    found = probed(scim.HANG if silence == "hang" else b"", scheme="https", host="localhost", limit=2.0)
    assert found.failures == ["tls_version"]
    assert found.verdict("tls_version").detail == "The TLS handshake failed."
    assert found.verdict("tcp").passed


def test_the_secret_is_nowhere_even_if_the_server_echoes_it(probed, scim):
    secret = "sentinel-9f8e7d6c"
    echo = scim.answer(
        {"detail": f"unknown token {secret[:8]}\x00{secret[8:]} {secret}"},
        f"401 No {secret}",
        f"Server: {secret}\r\nWWW-Authenticate: {secret}\r\nLocation: {secret}\r\n",
    )
    document = json.dumps(probed(echo).report.to_json())
    assert secret not in document
    assert "[hidden]" in document


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_asks_for_a_client_certificate(probed, scim, certificate, version):
    made = certificate("localhost")
    made.server.verify_mode = ssl.CERT_REQUIRED
    made.server.maximum_version = version
    done = probed(scim.answer(scim.listing()), server_tls=made.server, tls=made.trusting, host="localhost")
    assert len(done.failures) == 1
    assert "client certificates" in done.verdict(done.failures[0]).fix
