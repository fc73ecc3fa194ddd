"""The proxies and CA certificates that the environment names; one that can't be used prevents every connection."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import NamedTuple
from urllib.request import getproxies

import httpx

from oktascim.errors import UsageProblem


class Proxy(NamedTuple):
    """A proxy, and the variable that names it."""

    variable: str
    url: str


def _proxies() -> dict[str, Proxy]:
    """The proxies in the environment (or the system's settings), by scheme."""
    found = {}
    for scheme, url in getproxies().items():
        if scheme in {"http", "https", "all"}:
            names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY")
            found[scheme] = Proxy(next((name for name in names if os.environ.get(name)), "the system's settings"), url)
    return found


def proxy_of(url: httpx.URL) -> Proxy | None:
    """The proxy through which a URL is reached, or None."""
    proxies = _proxies()
    if url.scheme == "http" or _is_exempt(url.host):  # plain http is spoken with this machine alone
        return None
    return proxies.get(url.scheme) or proxies.get("all")


def _is_exempt(host: str) -> bool:
    names = [name.strip().lstrip(".") for name in getproxies().get("no", "").split(",") if name.strip()]
    return any(name == "*" or host == name or host.endswith(f".{name}") for name in names)


def without_user_info(proxy: str) -> str:
    """A proxy's URL without its user name and password."""
    scheme, separator, rest = proxy.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def tls_context() -> ssl.SSLContext:
    """The trusted certificate authorities: SSL_CERT_FILE, SSL_CERT_DIR, or the public ones.

    Raises:
        UsageProblem: a variable names a file or folder that can't be used.
    """
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not file and folder and not Path(folder).is_dir():
        raise _bad_authorities("SSL_CERT_DIR", folder, "There is no such folder.")
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        if not file:
            raise
        why = "It holds no certificate in PEM form." if isinstance(error, ssl.SSLError) else f"{error.strerror}."
        raise _bad_authorities("SSL_CERT_FILE", file, why) from error


def _bad_authorities(variable: str, place: str, why: str) -> UsageProblem:
    return UsageProblem(
        f"Can't read the CA certificates that {variable} names: {place}",
        why=why,
        fix=f"Correct {variable}, or unset it to trust the public authorities.",
    )


def bad_proxy(error: Exception) -> UsageProblem:
    """The error for proxy settings with which no connection can be made.

    Args:
        error: what httpx raised when the client was built.
    """
    culprit = next((proxy for proxy in _proxies().values() if not _is_usable(proxy.url)), None)
    if culprit is None:
        return UsageProblem("NO_PROXY can't be used.", why=str(error), fix="List host names, separated by commas.")
    socks = culprit.url.startswith("socks5")
    return UsageProblem(
        f"{culprit.variable} names a proxy that can't be used: {without_user_info(culprit.url)}",
        why="SOCKS proxies need an additional package." if socks else "It isn't the URL of an HTTP proxy.",
        fix=f"Set {culprit.variable} to http://HOST:PORT"
        + (", or install the package: pip install 'httpx[socks]'" if socks else ", or unset it."),
    )


def _is_usable(url: str) -> bool:
    try:
        httpx.HTTPTransport(proxy=url if "://" in url else f"http://{url}", verify=False).close()
    except (ImportError, ValueError, httpx.InvalidURL):
        return False
    return True
