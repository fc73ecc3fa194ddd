"""A setting with its source, and the two checks that every org setting passes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import SplitResult, urlsplit

from oktascim.errors import UsageProblem
from oktascim.loopback import is_loopback
from oktascim.secret_text import SecretStr

T = TypeVar("T")

OKTA_DOMAINS = frozenset({"okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil"})
_DOMAIN_OF_NAME = {domain.partition(".")[0]: domain for domain in sorted(OKTA_DOMAINS, reverse=True)}
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_PORTS = {"https": 443, "http": 80}
_EXAMPLE = "Write it as https://your-org.okta.com"


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A value and its source.

    Attributes:
        value: the value; a secret is a SecretStr, so that its repr doesn't show it.
        source: the source as users know it: "--org-url", "OKTA_CLIENT_ORGURL", "profile dev", "~/.okta/okta.yaml".
    """

    value: T
    source: str


def check_org_url(url: Setting[str]) -> Setting[str]:
    """Normalise an org URL, or report what is wrong with it.

    The rules for `-admin` hosts and `.com.com` are those of Okta's SDK (OB-205, OB-204). A custom domain is allowed,
    even if its first label ends in `-admin`, because the Admin Console stays on the Okta host.

    Args:
        url: the user's value.

    Returns:
        The origin in lower case, without a trailing slash and the scheme's own port, such as `https://acme.okta.com`:
        an org has one form, which identifies its profile, its protection and its secrets.

    Raises:
        UsageProblem: it isn't the URL of an org's API; the fix names the right URL if it can be guessed.
    """
    text = url.value.strip()
    what = f"The org URL from {url.source}"
    if not text:
        raise UsageProblem(f"{what} is empty.", fix=_EXAMPLE)
    parts = _split(text, what)
    host = (parts.hostname or "").lower()
    if parts.username is not None or parts.password is not None:
        raise UsageProblem(f"{what} must not contain a user name or password.", fix=_EXAMPLE)
    if not _is_host(host):
        raise UsageProblem(f"{what} doesn't name a host: {host!r}.", fix=_EXAMPLE)
    right = _without_mistakes(host)
    origin = f"{parts.scheme}://{_bracketed(right)}{_port(parts, what)}"
    if right != host:
        raise UsageProblem(f"{what} names the host {host}, {_host_mistake(host)}.", fix=f"Use {origin}")
    _check_names_an_org(right, what)
    if parts.scheme == "http" and not is_loopback(right):
        raise UsageProblem(
            f"{what} must use https.",
            why="The token is sent only over TLS; http is allowed only for this machine.",
            fix=f"Use https{origin.removeprefix('http')}",
        )
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise UsageProblem(f"{what} has a path, query or fragment after the org's address.", fix=f"Use {origin}")
    return Setting(origin, url.source)


def check_token(token: Setting[SecretStr]) -> Setting[SecretStr]:
    """Refuse an API token that was copied with something around it; the message never quotes it.

    Raises:
        UsageProblem: it is empty, or contains a scheme, quotes, white space or characters that a header can't contain.
    """
    text = token.value.get_secret_value()
    what = f"The API token from {token.source}"
    scheme = text.lstrip().partition(" ")[0].lower()
    if not text.strip():
        raise UsageProblem(f"{what} is empty.")
    if scheme in {"ssws", "bearer", "authorization:"}:
        raise UsageProblem(
            f"{what} begins with {scheme.upper() if scheme == 'ssws' else scheme.capitalize()!r}.",
            why="That word belongs to the Authorization header, which oktascim adds itself.",
            fix="Pass only the token.",
        )
    if text[0] in "\"'" or text[-1] in "\"'":
        raise UsageProblem(f"{what} has quotation marks around it.", fix="Remove them.")
    if text != text.strip():
        raise UsageProblem(f"{what} starts or ends with white space or a line break.", fix="Pass only the token.")
    if not (text.isascii() and text.isprintable() and " " not in text):
        raise UsageProblem(
            f"{what} contains a space, a control character or a non-ASCII character.",
            why="API tokens never do; pasting from a formatted document can add them.",
            fix="Copy the token again.",
        )
    return token


def _split(text: str, what: str) -> SplitResult:
    if not text.isprintable() or " " in text:
        raise UsageProblem(f"{what} contains a space or a control character.", fix=_EXAMPLE)
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower() not in {"http", "https"}:
        host = (rest or text).lower().partition("/")[0]
        _check_names_an_org(host, what)
        fix = f"Use https://{_without_mistakes(_in_full(host))}" if _is_host(host) else _EXAMPLE
        raise UsageProblem(f"{what} doesn't begin with https://.", fix=fix)
    try:
        return urlsplit(text)
    except ValueError:
        raise UsageProblem(f"{what} isn't a URL.", fix=_EXAMPLE) from None


def _check_names_an_org(host: str, what: str) -> None:
    """Refuse Okta's own name, such as okta or okta.com."""
    if _in_full(host) in OKTA_DOMAINS:
        raise UsageProblem(f"{what} names {host}, not an org.", fix=_EXAMPLE)


def _in_full(host: str) -> str:
    """The host that a person means by acme or acme.oktapreview; any other host as it is."""
    org, _, last = host.rpartition(".")
    if last in _DOMAIN_OF_NAME:
        return ".".join(filter(None, (org, _DOMAIN_OF_NAME[last])))
    return host if org or is_loopback(host) else f"{host}.okta.com"


def _port(parts: SplitResult, what: str) -> str:
    try:
        port = parts.port
    except ValueError:
        raise UsageProblem(f"{what} has a port that isn't a number from 1 to 65535.", fix=_EXAMPLE) from None
    return f":{port}" if port and port != _PORTS[parts.scheme.lower()] else ""


def _is_host(host: str) -> bool:
    return bool(_HOST.fullmatch(host)) or host == "::1"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _without_mistakes(host: str) -> str:
    right = host.removesuffix(".com") if host.endswith(".com.com") else host
    org, _, domain = right.partition(".")
    return f"{org.removesuffix('-admin')}.{domain}" if domain in OKTA_DOMAINS else right


def _host_mistake(host: str) -> str:
    return "which ends in .com twice" if host.endswith(".com.com") else "which is the Admin Console's, not the API's"
