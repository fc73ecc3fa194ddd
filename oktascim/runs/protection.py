"""Orgs that a profile protects: nothing is written to one unless the user names it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from oktascim.errors import UsageProblem

if TYPE_CHECKING:
    from oktascim.settings.org import OrgSettings


class ProtectedOrg(UsageProblem):
    """A write to a protected org whose name nobody gave; nothing was written."""

    def __init__(self, org: OrgSettings, given: str | None) -> None:
        what = f"{org.url.value} is protected by the profile {org.protected_by}"
        said = f"{what}, and {given!r} isn't its name." if given else f"{what}."
        super().__init__(
            said,
            why="Commands that write to it need its name. Nothing was written.",
            fix=f"If you mean this org, add --i-mean {org.protected_by}",
        )


def is_meant(org: OrgSettings, given: str | None) -> bool:
    """Whether a write to the org is allowed: it isn't protected, or `given` is its profile, its host or its URL."""
    if org.protected_by is None:
        return True
    return given in {org.protected_by, org.url.value, urlsplit(org.url.value).hostname}
