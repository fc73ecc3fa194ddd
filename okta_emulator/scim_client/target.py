"""A URL as it is sent: its server, its path, and the Host header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlsplit

_SENT_AS_IS = "!$%&'()*+,/:;=?@[]~"  # besides letters, digits and `-._`; everything else is percent-encoded
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[\w.:%-]+", re.ASCII)


class Origin(NamedTuple):
    """The target of a connection."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True)
class Target:
    """A URL to send to, without the user and the fragment that it may have had.

    Args:
        origin: its server.
        path: path and query, percent-encoded.
    """

    origin: Origin
    path: str

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        scheme, host, port = self.origin
        shown = f"[{host}]" if ":" in host else host
        return shown if port == _PORTS[scheme] else f"{shown}:{port}"

    def __str__(self) -> str:
        return f"{self.origin.scheme}://{self.authority}{self.path}"


def target_of(url: str) -> Target:
    """Read a URL.

    Raises:
        ValueError: it isn't an http or https URL that can be sent to.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host):
        raise ValueError("not an http or https URL with a host")
    path = quote(parts.path or "/", safe=_SENT_AS_IS)
    query = f"?{quote(parts.query, safe=_SENT_AS_IS)}" if parts.query else ""
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    return Target(Origin(parts.scheme, host, port), path + query)
