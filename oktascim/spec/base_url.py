"""The rules for a SCIM base URL, shared by the spec's checks and the connection test.

Rules that cite a statement are Okta's. The others are our choice: such a URL is always a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from oktascim.loopback import is_loopback

NO_URL = "isn't a URL"
_ADDED_BY_OKTA = frozenset({"users", "groups", "serviceproviderconfig", "serviceproviderconfigs"})


@dataclass(frozen=True)
class BaseUrlFault:
    """What is wrong with a base URL; the URL isn't quoted, because it may contain a password.

    Attributes:
        rule: the rule, to follow "The base URL": "must start with https://".
        why: the reason, or None if the rule is clear by itself.
        everywhere: whether it is wrong for every app. Template apps refuse a trailing slash; sources disagree about
        wizard-made apps (OB-239).
    """

    rule: str
    why: str | None = None
    everywhere: bool = True

    def __str__(self) -> str:
        return f"{self.rule}; {self.why}" if self.why else self.rule


def base_url_faults(url: str) -> Iterator[BaseUrlFault]:
    """What is wrong with a SCIM base URL.

    From Okta: https and the underscore (OB-238), and the trailing slash for the OAuth template (OB-239). The rest is
    our choice, including http on loopback for the emulator.
    """
    if re.search(r"\s", url):
        yield BaseUrlFault("must not contain spaces or line breaks")
        return
    parts = url_parts(url)
    yield from https_faults(parts)
    if parts is None or not parts.hostname:
        return
    last = parts.path.rstrip("/").rpartition("/")[2]
    if "_" in parts.hostname:
        yield BaseUrlFault("must not have an underscore in its host name", "Okta rejects it")
    if parts.username is not None or parts.password is not None:
        yield BaseUrlFault("must not contain a user name or password", "set them under credentials")
    if "?" in url or "#" in url:
        why = "Okta adds /Users and parameters itself, so omit '?' and '#'"
        yield BaseUrlFault("must end with its path", why)
    elif last.lower() in _ADDED_BY_OKTA:
        yield BaseUrlFault(f"must not end in /{last}", "Okta adds that itself")
    elif parts.path.endswith("/"):
        yield BaseUrlFault("must not end in '/'", "Okta adds /Users itself", everywhere=False)


def has_doubtful_path(url: str) -> bool:
    """Whether the path has an underscore: Okta's guide allows none; whether it means the path is unknown (OB-238)."""
    parts = url_parts(url)
    return parts is not None and "_" in parts.path


def https_faults(parts: SplitResult | None) -> Iterator[BaseUrlFault]:
    """Why Okta wouldn't call a URL: it must be https, or http on loopback for the emulator."""
    if parts is None:
        yield BaseUrlFault(NO_URL)
    elif parts.scheme not in {"http", "https"} or not parts.hostname:
        yield BaseUrlFault("must be a URL that starts with https://")
    elif parts.scheme == "http" and not is_loopback(parts.hostname):
        why = "Okta doesn't call plain http (only the emulator does, on loopback)"
        yield BaseUrlFault("must start with https://", why)


def url_parts(url: str) -> SplitResult | None:
    """The parts of a URL; None if it can't be parsed (an unmatched bracket, a port like 99999)."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
