"""What a token may read: one small read for each kind of thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError

READS = {
    "apps": ("/api/v1/apps", "okta.apps.read"),
    "users": ("/api/v1/users", "okta.users.read"),
    "groups": ("/api/v1/groups", "okta.groups.read"),
    "logs": ("/api/v1/logs", "okta.logs.read"),
}
"""Kind of thing to the path that lists it, and the scope that a token needs for it."""
_ORG_MEMBERS = {"id": "id", "subdomain": "subdomain", "company_name": "companyName", "status": "status"}


@dataclass(frozen=True)
class Permission:
    """Whether the token may read one kind of object; `refused` is Okta's reason, or None."""

    read: str
    allowed: bool
    refused: str | None


async def read_permissions(okta: Okta) -> tuple[dict[str, Any], tuple[Permission, ...]]:
    """Try each kind of thing.

    Returns:
        The org's members by our names, empty where the token may not read them, and what may be read, the org first.

    Raises:
        OktaError: Okta rejects the token, or fails.
    """
    of_org, org = await read_org(okta)
    shown = {key: org.get(name) for key, name in _ORG_MEMBERS.items()} if org is not None else {}
    lists = [(await _tried(okta, kind, path, limit=1))[0] for kind, (path, _) in READS.items()]
    return shown, (of_org, *lists)


async def read_org(okta: Okta) -> tuple[Permission, dict[str, Any] | None]:
    """Whether the token may read the org, and the org, or None."""
    access, org = await _tried(okta, "org", "/api/v1/org")
    return access, org if isinstance(org, dict) else None


async def _tried(okta: Okta, kind: str, path: str, limit: int | None = None) -> tuple[Permission, Any]:
    """Read one kind of object; 403 tells what the token's role lacks, 401 is an error (OB-200)."""
    try:
        return Permission(kind, allowed=True, refused=None), await okta.get(path, {"limit": limit} if limit else None)
    except OktaError as error:
        if error.status != 403:
            raise
        return Permission(kind, allowed=False, refused=error.summary or error.why), None
