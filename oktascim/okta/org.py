"""Which org an address belongs to, where its Admin Console is, and which engine runs it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from oktascim.errors import OktascimError, UsageProblem
from oktascim.loopback import is_loopback
from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError
from oktascim.redact import clean
from oktascim.settings.values import OKTA_DOMAINS, Setting, check_org_url

_OF_OKTA = tuple(f".{domain}" for domain in OKTA_DOMAINS)
_SHOWN = 100


async def _own_page(okta: Okta) -> dict[str, Any]:
    """The org's public description of itself (OB-202), read once by each client."""
    if okta.own_page is None:
        okta.own_page = await okta.get("/.well-known/okta-organization")
    return okta.own_page


async def okta_origin(okta: Okta) -> str:
    """The org's origin on its Okta host, where users sign in; for a custom domain, it is looked up.

    Source: `/.well-known/okta-organization` (OB-202).

    Raises:
        OktascimError: the custom domain names a host that isn't Okta's.
    """
    url = httpx.URL(okta.org_url)
    if is_loopback(url.host) or url.host.endswith(_OF_OKTA):
        return okta.org_url
    known = await _own_page(okta)
    href = str(known["_links"]["organization"]["href"])
    origin = _origin(href)
    if origin is None or not httpx.URL(origin).host.endswith(_OF_OKTA):
        raise OktascimError(
            f"{okta.org_url} names an Okta host that isn't at Okta: {clean(href)[:_SHOWN]}.",
            why="oktascim opens the Admin Console only on hosts of Okta, because people sign in there.",
            fix="Check the org URL.",
        )
    return origin


@dataclass(frozen=True)
class OrgNames:
    """What an org says about itself, at any of its addresses.

    Attributes:
        id: the org's id, or None where it names none.
        origins: its Okta host and its custom domain, in the form of `check_org_url`.
    """

    id: str | None
    origins: frozenset[str]


async def org_names(okta: Okta) -> OrgNames:
    """The id and the addresses of an org (OB-202)."""
    known = await _own_page(okta)
    links = (known["_links"].get(name) for name in ("organization", "alternate"))
    hrefs = [link["href"] for link in links if isinstance(link, dict) and isinstance(link.get("href"), str)]
    org_id = known.get("id")
    found = clean(org_id) if isinstance(org_id, str) and org_id else None
    return OrgNames(found, frozenset(filter(None, map(_origin, hrefs))))


async def require_org(okta: Okta) -> None:
    """Make sure that a server is an Okta org, where it has returned nothing but empty lists.

    Raises:
        UnreadableAnswer: it doesn't say so (OB-202).
    """
    with suppress(OktaError):  # something in front of an org can hide that page
        await org_names(okta)


def _origin(href: str) -> str | None:
    try:
        return check_org_url(Setting(href, "Okta")).value
    except UsageProblem:
        return None


async def pipeline(okta: Okta) -> str:
    """The org's pipeline: "idx" for Identity Engine, "v1" for Classic Engine; "" where it isn't named (OB-202)."""
    known = await _own_page(okta)
    name = known.get("pipeline")
    return clean(name) if isinstance(name, str) else ""


async def admin_origin(okta: Okta) -> str:
    """The origin of the org's Admin Console.

    The admin host is the Okta host with `-admin` after its first label (OB-203); a custom domain has none of its own.
    The emulator serves its console on the same port under the name `localhost`, which is our choice.
    """
    url = httpx.URL(await okta_origin(okta))
    if is_loopback(url.host):
        return str(url.copy_with(host="localhost")).rstrip("/")
    subdomain, _, domain = url.host.partition(".")
    return f"https://{subdomain}-admin.{domain}"


async def app_page(okta: Okta, app_name: str, app_id: str, *, tab: str = "provisioning") -> str:
    """The app's page in the Admin Console, at one of its tabs (OB-037)."""
    return f"{await admin_origin(okta)}/admin/app/{app_name}/instance/{app_id}/#tab-{tab}"
