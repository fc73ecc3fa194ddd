"""Orgs that a profile protects: nothing is written to one unless the user confirms its name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from oktascim.errors import OktascimError, UsageProblem

if TYPE_CHECKING:
    from oktascim.okta.client import Okta
    from oktascim.settings.org import OrgSettings


class ProtectedOrg(UsageProblem):
    """A write to a protected org that the user didn't confirm by name; nothing was written."""

    def __init__(self, org: OrgSettings, protecting: str, given: str | None) -> None:
        what = f"{org.url.value} is protected by the profile {protecting}"
        if other := org.protected_elsewhere.get(protecting):
            what = f"{org.url.value} is another address of {other.org_url}, which the profile {protecting} protects"
        said = f"{what}, and {given!r} isn't its name." if given else f"{what}."
        super().__init__(
            said,
            why="Commands that write to it must specify its name. Nothing was written.",
            fix=f"If you mean this org, add --i-mean {protecting}",
        )


class UnknownOrg(UsageProblem):
    """It can't be told whether the org is a protected one; nothing was written."""

    def __init__(self, org: OrgSettings, error: OktascimError) -> None:
        names = ", ".join(org.protected_elsewhere)
        super().__init__(
            f"Can't tell whether {org.url.value} is an org that a profile protects ({names}).",
            why=f"{error.what} {error.why or ''}".strip(),
            fix=f"If you mean this org, add --i-mean {urlsplit(org.url.value).hostname}",
        )


def is_meant(org: OrgSettings, protecting: str, given: str | None) -> bool:
    """Whether a write to the protected org is allowed: `given` is its profile, its host or its URL."""
    return given == protecting or is_address(org, given)


def is_address(org: OrgSettings, given: str | None) -> bool:
    """Whether `given` is the org's host or its URL."""
    return given is not None and given in {org.url.value, urlsplit(org.url.value).hostname}


async def protecting_profile(org: OrgSettings, okta: Okta) -> str | None:
    """The profile that protects the org, by its URL, by another of its addresses, or by its id.

    Args:
        org: the org.
        okta: its API; asked only where a profile protects an org with another URL.

    Raises:
        UnknownOrg: the org doesn't say who it is.
    """
    from oktascim.okta.org import org_names

    if org.protected_by or not org.protected_elsewhere:
        return org.protected_by
    try:
        known = await org_names(okta)
    except OktascimError as error:
        raise UnknownOrg(org, error) from error
    for name, profile in org.protected_elsewhere.items():
        if profile.origin in known.origins or (profile.org_id is not None and profile.org_id == known.id):
            return name
    return None
