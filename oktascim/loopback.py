"""Which hosts are this machine: the only ones that a secret is sent to without TLS."""

from __future__ import annotations

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a URL's host is this machine.

    Args:
        host: a name or an address, an IPv6 address without brackets.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
