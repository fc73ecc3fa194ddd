"""What doctor learns of a host from its name, a connection and a TLS handshake, on real sockets of this machine."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from okta_emulator.http.tls import make_certificates
from oktascim.doctor import network
from oktascim.doctor.hosts import admin_host_check, org_host_checks, scim_host_checks
from oktascim.doctor.network import MOST_PROBES, Probe, probe_hosts
from oktascim.errors import UsageProblem

NOW = 1_795_874_400.0


class Listener:
    """A server that accepts connections, keeps what it is sent, and closes."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.received: list[bytes] = []
        self.done = threading.Event()
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        try:
            plain, _ = self._socket.accept()
            with plain, self._context.wrap_socket(plain, server_side=True) if self._context else plain as served:
                self.received.append(served.recv(100))
        except OSError as error:
            self.received.append(repr(error).encode())
        self.done.set()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def plain() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[tuple[Listener, Path]]:
    files = make_certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    server = Listener(context)
    yield server, files.authority
    server.close()


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the test, and the folder of its files."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def file(self) -> Path:
        return self.folder / "authority.pem"

    def write(self) -> None:
        self.file.write_bytes(
            self._signed("test authority", self.key, (-1, 30), "", own=True).public_bytes(Encoding.PEM)
        )

    def server(
        self, host: str = "localhost", *, days: tuple[int, int] = (-1, 30), own: bool = False, demands: str = ""
    ) -> ssl.SSLContext:
        """The TLS of a server with a certificate for that host, self-signed if `own`; it may demand the client's."""
        key = ec.generate_private_key(ec.SECP256R1())
        chain = self.folder / "server.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain.write_bytes(self._signed("server", key, days, host, own=own).public_bytes(Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        if demands:
            context.maximum_version = context.minimum_version = ssl.TLSVersion[demands]
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.file)
        return context

    def _signed(
        self, name: str, key: ec.EllipticCurvePrivateKey, days: tuple[int, int], host: str, *, own: bool
    ) -> x509.Certificate:
        subject, issuer = (
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, one)])
            for one in (name, name if own else "test authority")
        )
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now + timedelta(days[0])).not_valid_after(now + timedelta(days[1]))
        made = made.add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
        if host:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return made.sign(key if own else self.key, hashes.SHA256())


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this machine trusts."""
    made = Authority(tmp_path)
    made.write()
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_a_certificate_is_verified_and_no_byte_is_sent_after_it(
    encrypted: tuple[Listener, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, authority = encrypted
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    url = f"https://localhost:{server.port}"
    seen = probe_hosts([url])[url]
    assert seen.trouble is None
    assert seen.certificate is not None
    assert seen.certificate.protocol == "TLSv1.3"
    assert seen.certificate.issuer == "oktascim emulator, this machine only"
    assert server.done.wait(10)
    assert server.received == [b""]


def test_a_certificate_of_an_unknown_authority_is_a_failure(encrypted: tuple[Listener, Path]) -> None:
    url = f"https://127.0.0.1:{encrypted[0].port}"
    *_, last = org_host_checks(url, probe_hosts([url])[url], NOW)
    assert (last.check, last.state) == ("TLS", "failed")
    assert "certificate isn't trusted" in last.detail
    assert "SSL_CERT_FILE" in (last.fix or "")


FAULTS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "expired": ({"days": (-30, -1)}, "certificate has expired", "clock", "Renew it"),
    "not yet valid": ({"days": (1, 30)}, "certificate is not yet valid", "clock", "clock"),
    "another host": ({"host": "other.example"}, "not valid for 'localhost'.", "host name", "host name"),
    "self-signed": ({"own": True}, "self-signed certificate", "SSL_CERT_FILE", "a public authority"),
    "demands a certificate": ({"demands": "TLSv1_3"}, "requires a client certificate", "mutual TLS", "mutual TLS"),
    "demands a certificate, TLS 1.2": ({"demands": "TLSv1_2"}, "", "require a client certificate", "mutual TLS"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_tls_has_one_fix_for_the_org_and_one_for_okta(
    authority: Authority, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_GOODBYE", network.PROBE_SECONDS)  # a busy machine is slow to refuse
    made, said, fix, fix_for_okta = FAULTS[fault]
    server = Listener(authority.server(**made))
    url = f"https://localhost:{server.port}"
    seen = probe_hosts([url])[url]
    server.close()
    *_, last = org_host_checks(url, seen, NOW)
    assert (last.check, last.state) == ("TLS", "failed")
    assert said in last.detail
    assert fix in (last.fix or "")
    assert ".." not in last.detail
    (check, _) = scim_host_checks({url: ["crm"]}, {url: replace(seen, addresses=("1.1.1.1",))}, NOW, from_outside=True)
    assert check.state == "warning"
    assert check.detail.startswith(f"Okta can't call {url}: ")
    assert fix_for_okta in (check.fix or "")
    (here,) = scim_host_checks({url: ["crm"]}, {url: seen}, NOW, from_outside=False)
    assert fix in (here.fix or "")


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port: int = unused.getsockname()[1]
        return port


def test_a_port_that_nobody_listens_on() -> None:
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    *_, last = org_host_checks(url, probe_hosts([url])[url], NOW)
    assert (last.check, last.state) == ("TCP", "failed")
    assert f"refuses connections on port {port}" in last.detail


def test_a_name_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_words: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(network.socket, "getaddrinfo", fail)
    url = "https://acme.okta.com"
    *_, last = org_host_checks(url, probe_hosts([url])[url], NOW)
    assert (last.check, last.state) == ("DNS", "failed")
    assert "host name has no address" in last.detail


@pytest.mark.parametrize("url", ["https://a..b", "http://127.0.0.1:99999", f"https://{'a' * 70}.invalid"])
def test_what_no_host_can_be_called_is_a_failure_in_words(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(host: str, port: int, *_more: object, **_words: object) -> list[object]:
        if port > 0xFFFF:
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]
        raise UnicodeError("label empty or too long")

    monkeypatch.setattr(network.socket, "getaddrinfo", refuse)
    *_, last = org_host_checks(url, probe_hosts([url])[url], NOW)
    assert last.state == "failed"


def test_a_name_server_that_never_answers_is_given_up_and_prevents_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(network.socket, "getaddrinfo", lambda *_args, **_words: release.wait(30))
    url = "https://acme.okta.com"
    seen = probe_hosts([url], seconds=0.05)[url]
    release.set()
    *_, last = org_host_checks(url, seen, NOW)
    assert (last.check, last.state) == ("network", "warning")
    assert "didn't" in last.detail
    assert not seen.in_time


def test_behind_a_proxy_only_the_proxy_is_looked_at(plain: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://ada:sentinel@127.0.0.1:{plain.port}")
    url = "https://acme.okta.com"
    seen = probe_hosts([url])[url]
    checks = list(org_host_checks(url, seen, NOW))
    assert [(check.check, check.state) for check in checks] == [("proxy", "ok"), ("DNS", "ok"), ("TCP", "ok")]
    assert checks[0].detail == f"http://127.0.0.1:{plain.port} from HTTPS_PROXY"
    assert "sentinel" not in repr(seen)


def test_a_proxy_that_is_none_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:abc")
    with pytest.raises(UsageProblem, match="HTTPS_PROXY"):
        probe_hosts(["https://acme.okta.com"])


def test_a_private_address_is_told_where_okta_calls_and_not_on_the_emulator() -> None:
    servers, seen = {"https://scim.acme.example/v2": ["crm", "hr"]}, Probe(addresses=("10.1.2.3",), connected=True)
    url = "https://scim.acme.example/v2"
    (check, caller) = scim_host_checks(servers, {url: seen}, NOW, from_outside=True)
    assert (check.check, check.state) == ("server of crm and 1 more", "warning")
    assert "10.1.2.3, a private address" in check.detail
    assert "egress IP ranges" in caller.detail
    (check,) = scim_host_checks(servers, {url: seen}, NOW, from_outside=False)
    assert check.state == "ok"


def test_servers_beyond_the_limit_are_said_to_be_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def settle(found: object, url: str, *_more: object) -> None:
        asked.append(url)
        found.set_result(Probe(connected=True))  # type: ignore[attr-defined]

    monkeypatch.setattr(network, "_settle", settle)
    servers = {f"https://s{number}.example": ["x"] for number in range(MOST_PROBES + 3)}
    *_, last, _caller = scim_host_checks(servers, probe_hosts(servers), NOW, from_outside=True)
    assert len(asked) == MOST_PROBES
    assert (last.state, last.detail) == ("warning", "3 not checked; at most 20 are")


def test_an_unreachable_admin_host_prevents_no_work() -> None:
    url = f"http://127.0.0.1:{unused_port()}"
    assert admin_host_check(url, probe_hosts([url])[url], NOW).state == "warning"
