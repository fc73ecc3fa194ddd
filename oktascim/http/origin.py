"""Where requests may go: the origin of a URL, and which one a secret may be sent to."""

from __future__ import annotations

import httpx

from oktascim.errors import UsageProblem
from oktascim.loopback import is_loopback


def is_on_this_machine(url: str) -> bool:
    """Whether the URL's host is this machine."""
    return is_loopback(httpx.URL(url).host)


def require_safe_origin(url: str, what: str) -> str:
    """Refuse a URL to which a secret may not be sent.

    Args:
        url: an absolute URL.
        what: what the URL is, for the message ("the org URL").

    Returns:
        The origin, such as `https://acme.okta.com`.

    Raises:
        UsageProblem: the URL is not absolute, carries user info, or is neither https nor http on loopback.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise UsageProblem(f"{what} isn't a URL.", fix="Write it as https://your-org.okta.com") from None
    if not parsed.host or parsed.scheme not in {"http", "https"}:
        raise UsageProblem(f"{what} is not a URL: {url}", fix="Write it as https://your-org.okta.com")
    if parsed.userinfo:
        raise UsageProblem(f"{what} must not contain a user name or password.")
    if parsed.scheme == "http" and not is_loopback(parsed.host):
        raise UsageProblem(
            f"{what} must use https: {url}",
            why="A token is sent only over TLS; http is allowed for this machine (127.0.0.1) alone.",
        )
    return origin_of(parsed)


def origin_of(url: httpx.URL) -> str:
    """Scheme, host and port, the port only where the URL names it: `https://acme.okta.com`."""
    port = f":{url.port}" if url.port else ""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host}{port}"
