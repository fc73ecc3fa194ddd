"""The requests of Okta's credential test, as Okta sends them (OB-230, OB-231, OB-246)."""

from __future__ import annotations

import httpx

from oktascim.scim.report import ScimVersion
from oktascim.secret_text import SecretStr

OKTA_GIVES_UP = 60.0
"""Seconds until Okta gives up on a SCIM server that doesn't respond (OB-242)."""
TEST_COUNT = 2
IMPORT_COUNT = 100
_ACCEPT = {"2.0": "application/scim+json", "1.1": "application/json"}


def users_request(base_url: str, version: ScimVersion, authorization: SecretStr) -> httpx.Request:
    """`GET /Users?startIndex=1&count=2`: what Test API Credentials sends."""
    return _list_request(base_url, "Users", TEST_COUNT, version, authorization)


def groups_request(base_url: str, version: ScimVersion, authorization: SecretStr) -> httpx.Request:
    """`GET /Groups?startIndex=1&count=100`: what Save sends if Import Groups is on."""
    return _list_request(base_url, "Groups", IMPORT_COUNT, version, authorization)


def _list_request(
    base_url: str, resource: str, count: int, version: ScimVersion, authorization: SecretStr
) -> httpx.Request:
    url = httpx.URL(f"{base_url.rstrip('/')}/{resource}?startIndex=1&count={count}")
    return httpx.Request("GET", url, headers=okta_headers(url, version, authorization.get_secret_value()))


def okta_headers(
    url: httpx.URL, version: ScimVersion, authorization: str, *, has_type: bool = False
) -> list[tuple[str, str]]:
    """Okta's headers, with Okta's values and order; the HTTP library moves Host to the front.

    Args:
        url: the target of the request.
        version: the SCIM version of the template.
        authorization: the value of that header.
        has_type: True adds Content-Type, which Okta's GET doesn't have.
    """
    accept = _ACCEPT[version]
    return [
        ("Accept", accept),
        ("Accept-Charset", "utf-8"),
        *([("Content-Type", f"{accept}; charset=utf-8")] if has_type else []),
        ("User-Agent", "Okta SCIM Client 1.0.0"),
        ("Authorization", authorization),
        ("Host", url.netloc.decode("ascii")),
        ("Connection", "Keep-Alive"),
        ("Accept-Encoding", "gzip,deflate"),
    ]
