"""What the network shows of a host: its address, a connection, the TLS certificate.

The probes run in parallel in threads that can't delay the program's exit, because a name server can take minutes.
After the TLS handshake the connection is closed; no request is sent.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import httpx

from oktascim.http.environment import Proxy, bad_proxy, proxy_of, tls_context, without_user_info
from oktascim.http.unreachable import Trouble, trouble_of

PROBE_SECONDS = 5.0
"""How long each probe may take."""
MOST_PROBES = 20
"""How many hosts are probed at once."""
_GOODBYE = 1.0
"""Seconds to wait for the end of a TLS connection that works."""
_PORTS = {"https": 443, "http": 80, "socks5": 1080, "socks5h": 1080}

_NO_HOST = (OSError, ValueError, OverflowError)  # the last two: a name or port that no host can have


@dataclass(frozen=True)
class ServedCertificate:
    """The TLS certificate of a host that was verified.

    Attributes:
        protocol: the TLS version, such as "TLSv1.3".
        issuer: who signed it.
        expires: when it ends, in UTC.
    """

    protocol: str
    issuer: str
    expires: datetime


@dataclass(frozen=True)
class Probe:
    """What one host showed.

    Attributes:
        proxy: the proxy through which the host is reached; then only the proxy was looked at.
        addresses: what its name (or the proxy's) resolves to.
        connected: whether it accepts a TCP connection.
        certificate: of its TLS handshake; None for plain http and behind a proxy.
        trouble: what prevented the next stage; None if nothing did.
        failure: the error behind it.
        in_time: False if the probe gave up; a slow network alone prevents no work.
    """

    proxy: Proxy | None = None
    addresses: tuple[str, ...] = ()
    connected: bool = False
    certificate: ServedCertificate | None = None
    trouble: Trouble | None = None
    failure: Exception | None = None
    in_time: bool = True

    @property
    def private_address(self) -> str | None:
        """An address that no other network can reach, if the name resolves to nothing else."""
        if self.proxy or not self.addresses or any(ipaddress.ip_address(one).is_global for one in self.addresses):
            return None
        return self.addresses[0]


def probe_hosts(urls: Iterable[str], seconds: float = PROBE_SECONDS) -> dict[str, Probe]:
    """Probe the hosts of some URLs in parallel.

    Args:
        urls: http or https; at most MOST_PROBES of them are probed, the others are missing from the result.
        seconds: for all of it.

    Raises:
        UsageProblem: the environment names a proxy or CA certificates that can't be used.
    """
    ends = time.monotonic() + seconds
    waiting: dict[str, Future[Probe]] = {}
    for url in list(dict.fromkeys(urls))[:MOST_PROBES]:
        waiting[url] = Future()
        Thread(target=_settle, args=(waiting[url], url, ends, seconds), daemon=True).start()
    return {url: _in_time(found, url, ends, seconds) for url, found in waiting.items()}


def _in_time(found: Future[Probe], url: str, ends: float, seconds: float) -> Probe:
    try:
        return found.result(max(0.0, ends - time.monotonic()))
    except TimeoutError:
        return Probe(trouble=trouble_of(TimeoutError(), httpx.URL(url), seconds), in_time=False)


def _settle(found: Future[Probe], url: str, ends: float, seconds: float) -> None:
    try:
        found.set_result(_probe(httpx.URL(url), ends, seconds))
    except BaseException as error:  # noqa: BLE001  the waiting caller receives it
        found.set_exception(error)


def _probe(url: httpx.URL, ends: float, seconds: float) -> Probe:
    proxy = proxy_of(url)
    seen = Probe(proxy=proxy._replace(url=without_user_info(proxy.url)) if proxy else None)
    host, port = _host_and_port(proxy.url if proxy else str(url))
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except _NO_HOST as error:
        return _stopped(seen, error, url, seconds)
    addresses = tuple(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
    seen = Probe(seen.proxy, addresses)
    try:
        with _connection(addresses, port, ends) as plain:
            seen = Probe(seen.proxy, addresses, connected=True)
            if proxy is None and url.scheme == "https":
                plain.settimeout(max(0.01, ends - time.monotonic()))
                with tls_context().wrap_socket(plain, server_hostname=host) as encrypted:
                    certificate = _certificate(encrypted)
                    _hang_up(encrypted)
                    return Probe(None, addresses, connected=True, certificate=certificate)
    except _NO_HOST as error:
        return _stopped(seen, error, url, seconds)
    return seen


def _host_and_port(url: str) -> tuple[str, int]:
    try:
        parts = httpx.URL(url if "://" in url else f"http://{url}")
    except httpx.InvalidURL as error:
        raise bad_proxy(error) from None
    return parts.host, parts.port or _PORTS.get(parts.scheme, 80)


def _connection(addresses: tuple[str, ...], port: int, ends: float) -> socket.socket:
    """A connection to the first address that accepts one; each gets its share of the time that is left.

    Raises:
        OSError: none does; the error of the last one.
    """
    for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        share = max(0.01, (ends - time.monotonic()) / left)
        try:
            return socket.create_connection((address, port), timeout=share)
        except OSError:
            if left == 1:
                raise
    raise OSError("The name has no address")


def _certificate(encrypted: ssl.SSLSocket) -> ServedCertificate:
    shown = encrypted.getpeercert() or {}
    issuer_parts: Any = shown.get("issuer", ())
    names = dict(pair for part in issuer_parts for pair in part)
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    issuer = names.get("organizationName") or names.get("commonName") or "an unnamed authority"
    return ServedCertificate(encrypted.version() or "TLS", issuer, expires)


def _hang_up(encrypted: ssl.SSLSocket) -> None:
    """Stop sending, and wait briefly for the server to do the same.

    In TLS 1.3 a server rejects a client without certificate only after the client's part of the handshake.

    Raises:
        SSLError: it wants a client certificate.
    """
    encrypted.settimeout(min(encrypted.gettimeout() or _GOODBYE, _GOODBYE))
    with suppress(OSError):  # the server may have ended the connection already; its reason can still be read
        socket.socket.shutdown(encrypted, socket.SHUT_WR)  # that of SSLSocket would end reading, too
    try:
        encrypted.recv(1)
    except ssl.SSLError as error:
        if "CERTIFICATE" in (error.reason or ""):
            raise
    except OSError:
        return  # it closed the connection in its own way, or answers too late


def _stopped(seen: Probe, error: Exception, url: httpx.URL, seconds: float) -> Probe:
    """The probe with what stopped it, in the words that a call to this host would give."""
    failure: Exception = httpx.ConnectError(str(error))
    failure.__cause__ = error
    if isinstance(error, TimeoutError):
        failure = httpx.ConnectTimeout(str(error))
    trouble = trouble_of(failure, url, seconds)
    in_time = not isinstance(error, TimeoutError)
    return replace(seen, trouble=trouble, failure=failure, in_time=in_time)
