"""A server of raw bytes on loopback, and the probe sent to it."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from oktascim.scim.probe import probe
from oktascim.scim.report import Judgement, ProbeReport, ScimVersion
from oktascim.secret_text import SecretStr

SECRET = "Bearer sentinel-9f8e7d6c"
HANG = object()
URNS = {"2.0": "urn:ietf:params:scim:api:messages:2.0:ListResponse", "1.1": "urn:scim:schemas:core:1.0"}


@dataclass(frozen=True)
class Probed:
    """What the probe said, and the bytes that the server received, one item per request."""

    report: ProbeReport
    requests: tuple[bytes, ...]
    port: int

    def verdict(self, check: str) -> Judgement:
        return next(verdict for verdict in self.report.verdicts if verdict.check == check)

    @property
    def failures(self) -> list[str]:
        return [verdict.check for verdict in self.report.verdicts if verdict.passed is False]


def answer(body: str | dict[str, object], status: str = "200 OK", headers: str = "") -> bytes:
    text = body if isinstance(body, str) else json.dumps(body)
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(text.encode())}\r\nConnection: close\r\n{headers}\r\n"
    return head.encode() + text.encode()


def listing(version: str = "2.0", **changes: object) -> dict[str, object]:
    body = {"schemas": [URNS[version]], "totalResults": 1, "startIndex": 1, "itemsPerPage": 1}
    return {**body, "Resources": [{"id": "7", "userName": "ada@acme.example"}], **changes}


@pytest.fixture
def probed() -> Callable[..., Probed]:
    """Serve the given bytes (or HANG, or nothing) once per request, and probe."""

    def run(
        *replies: bytes | object,
        version: ScimVersion = "2.0",
        server_tls: ssl.SSLContext | None = None,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        scheme: str = "",
        secret: str = SECRET,
        **options: object,
    ) -> Probed:
        requests: list[bytes] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError, asyncio.CancelledError):
                requests.append(await reader.read(65536))  # one small request, or a TLS greeting
                reply = replies[min(len(requests), len(replies)) - 1]
                if reply is HANG:
                    await asyncio.sleep(30)
                writer.write(reply)
                await writer.drain()
            writer.close()

        async def main() -> Probed:
            server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server_tls)
            port = server.sockets[0].getsockname()[1]
            url = f"{scheme or ('https' if server_tls else 'http')}://{host}:{port}/scim/v2"
            async with server:
                report = await probe(url, version, SecretStr(secret), tls=tls, **options)
            return Probed(report, tuple(requests), port)

        return asyncio.run(main())

    return run


@dataclass(frozen=True)
class Certificate:
    """A server's TLS context, and a client's that trusts it."""

    server: ssl.SSLContext
    trusting: ssl.SSLContext


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[..., Certificate]:
    """Make a self-signed certificate for a host, valid for some days around now."""

    def make(host: str = "localhost", *, days: tuple[int, int] = (-1, 1)) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "oktascim test")])
        names = [x509.IPAddress(ipaddress.ip_address(host))] if host[0].isdigit() else [x509.DNSName(host)]
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(key, hashes.SHA256())
        )
        public, private = tmp_path / "certificate.pem", tmp_path / "key.pem"
        public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(public, private)
        return Certificate(server, ssl.create_default_context(cafile=public))

    return make


@pytest.fixture
def scim() -> type[_Answers]:
    """Ready-made answers."""
    return _Answers


class _Answers:
    answer = staticmethod(answer)
    listing = staticmethod(listing)
    HANG = HANG
