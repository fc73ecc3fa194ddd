"""Describes why there is no response: name, port, TLS, proxy, time; and what is certain about the request then."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import NamedTuple

import httpx

from oktascim.errors import OktascimError
from oktascim.http.environment import proxy_of, without_user_info
from oktascim.http.origin import origin_of

_EXPIRED, _NOT_YET_VALID, _WRONG_NAME, _WRONG_ADDRESS = 10, 9, 62, 64  # OpenSSL's verification codes
_WITHOUT_REASON = frozenset({"SSLV3_ALERT_HANDSHAKE_FAILURE", "UNEXPECTED_EOF_WHILE_READING"})
"""How a handshake fails where TLS 1.2 can't say that a client certificate is missing."""
_SLOW = "Try again; if the network is slow, allow more time with --timeout SECONDS."
_MUTUAL_TLS = " A server that requires a client certificate may close the connection, too."
HUNG_UP = ("disconnected", "closed connection")
"""What h11 and httpcore say where nothing was wrong before the end."""
_ADDRESS = "Check the URL's host and port."


class Unreachable(OktascimError):
    """No answer, and the request was certainly not processed, or was a read that may be repeated."""


class Ambiguous(OktascimError):
    """No answer after a write was sent: it may have happened. The caller must look before it sends again."""


MOST_SENDS = 3
"""How often a write is sent at most if its response is lost each time (our choice)."""


class Trouble(NamedTuple):
    """What prevented a response: the rest of a sentence after the host's name, the cause, and what to do."""

    what: str
    why: str | None
    fix: str


def unreachable(request: httpx.Request, trouble: Trouble) -> Unreachable:
    """The error for a request that certainly changed nothing."""
    return Unreachable(f"Can't reach {origin_of(request.url)}: {trouble.what}.", why=trouble.why, fix=trouble.fix)


def lost(request: httpx.Request, trouble: Trouble) -> Ambiguous:
    """The error for a write that may have taken effect."""
    return Ambiguous(
        f"The response of {request.url.host} to {request.method} {request.url.path} was lost: {trouble.what}.",
        why=f"{trouble.why or ''} Whether the request took effect isn't known.".strip(),
        fix="Run the same command again; it reads the current state before it writes.",
    )


def trouble_of(error: Exception, url: httpx.URL, seconds: float) -> Trouble:
    """Explain why there is no response.

    Args:
        error: what httpx raised, or TimeoutError for the deadline of the whole call.
        url: the target of the request.
        seconds: the time limit of the call.
    """
    causes = tuple(causes_of(error))
    said = str(error) or type(error).__name__
    proxy = proxy_of(url)
    by_way_of = f"The proxy {without_user_info(proxy.url)} ({proxy.variable}) is used. " if proxy else ""
    if proxy and isinstance(error, httpx.ProxyError | httpx.ConnectError | httpx.ConnectTimeout):
        fix = f"Correct {proxy.variable}, or add {url.host} to NO_PROXY if it is reached without a proxy."
        if isinstance(error, httpx.ProxyError):
            return Trouble("the proxy didn't connect to it", f"{by_way_of}{said}", fix)
        if not any(isinstance(cause, ssl.SSLError) for cause in causes):
            address = httpx.URL(proxy.url if "://" in proxy.url else f"http://{proxy.url}")
            found = _of_connecting(error, causes, address)
            return Trouble("the proxy can't be reached", f"{by_way_of}{_sentence(found.what if found else said)}", fix)
    found = _of_connecting(error, causes, url) or _of_answering(error, url, seconds)
    return found._replace(why=f"{by_way_of}{found.why or ''}".strip() or None)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """An exception and all of its causes, each once, including members of groups."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()  # one that was raised twice may have itself among its causes
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        following = one.__cause__ or one.__context__
        waiting += [following] if following is not None else []
        waiting += reversed(one.exceptions) if isinstance(one, BaseExceptionGroup) else []


def _of_connecting(error: Exception, causes: tuple[BaseException, ...], url: httpx.URL) -> Trouble | None:
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            fix = "Check the spelling of the URL, and this machine's network and DNS."
            return Trouble("its host name has no address", f"DNS: {cause.strerror}.", fix)
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _of_certificate(cause)
        if isinstance(cause, ssl.SSLError):
            return _of_handshake(cause)
        if isinstance(cause, ConnectionRefusedError):
            port = url.port or (443 if url.scheme == "https" else 80)
            return Trouble(f"it refuses connections on port {port}", "Nothing is listening on that port.", _ADDRESS)
    if isinstance(error, httpx.ConnectTimeout):
        fix = f"{_ADDRESS} A firewall may drop the packets; some networks need HTTPS_PROXY."
        return Trouble("it didn't accept a connection in time", None, fix)
    if isinstance(error, httpx.ConnectError):
        system = next((cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror), None)
        return Trouble("the connection failed", f"{system or error}.".replace("..", "."), f"{_ADDRESS} {_SLOW}")
    return None


def _of_handshake(error: ssl.SSLError) -> Trouble:
    reason = error.reason or error.strerror or "the connection was closed"
    if "CERTIFICATE_REQUIRED" in reason:
        fix = "Turn client certificates (mutual TLS) off for this host, or use an address without them."
        return Trouble("it requires a client certificate", "oktascim doesn't have one.", fix)
    fix = "Check that the URL's host and port serve https"
    if reason in _WITHOUT_REASON:
        fix += ", and that the server doesn't require a client certificate"
    return Trouble("the TLS handshake failed", f"TLS: {reason}.", f"{fix}.")


def _of_certificate(error: ssl.SSLCertVerificationError) -> Trouble:
    why = f"TLS: {error.verify_message.rstrip('.')}."
    if error.verify_code in {_WRONG_NAME, _WRONG_ADDRESS}:
        return Trouble("its TLS certificate is for another host", why, "Use the host name of the certificate.")
    if error.verify_code in {_EXPIRED, _NOT_YET_VALID}:
        fix = "Check this machine's clock; otherwise the server's certificate must be renewed."
        return Trouble("its TLS certificate isn't valid today", why, fix)
    fix = "If a proxy in your network inspects TLS, set SSL_CERT_FILE to the file with its CA certificate."
    return Trouble("its TLS certificate isn't trusted", why, fix)


def _of_answering(error: Exception, url: httpx.URL, seconds: float) -> Trouble:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return Trouble("it didn't respond in time", f"One call may take {seconds:g} s.", _SLOW)
    if isinstance(error, httpx.DecodingError):
        fix = "Check that nothing between this machine and the server changes its responses."
        return Trouble("its response can't be decompressed", str(error), fix)
    if isinstance(error, httpx.RemoteProtocolError):
        if "too long" in str(error):  # h11 reads 100 KiB of a header
            fix = f"{_ADDRESS} If they are right, shorten the headers of the server or of a proxy in front of it."
            return Trouble("the headers of its response exceed 100 KiB", None, fix)
        if not any(word in str(error) for word in HUNG_UP):
            why = "Another kind of server listens there, or a proxy changes its responses."
            return Trouble("its response isn't valid HTTP", why, _ADDRESS)
        fix = _SLOW + (_MUTUAL_TLS if url.scheme == "https" and "without sending" in str(error) else "")
        return Trouble("its response is incomplete", f"{_sentence(str(error))}".replace("..", "."), fix)
    return Trouble("the connection broke", f"{str(error) or type(error).__name__}.".replace("..", "."), _SLOW)
