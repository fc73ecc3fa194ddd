"""The scopes that each call of the Management API requires (OB-214)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_READS = frozenset({"GET", "HEAD"})
_RESOURCES: Mapping[str, tuple[str, ...]] = {
    r"/api/v1/apps/[^/]+/group-push(/.*)?": ("apps", "groups"),
    r"/api/v1/apps/[^/]+/grants(/.*)?": ("appGrants",),
    r"/api/v1/apps(/.*)?": ("apps",),
    r"/api/v1/catalog(/.*)?": ("apps",),
    r"/api/v1/(users|groups)/[^/]+/roles(/.*)?": ("roles",),
    r"/oauth2/v1/clients(/.*)?": ("clients",),
    r"/api/v1/users(/.*)?": ("users",),
    r"/api/v1/groups(/.*)?": ("groups",),
    r"/api/v1/policies(/.*)?": ("policies",),
    r"/api/v1/logs": ("logs",),
    r"/api/v1/mappings(/.*)?": ("profileMappings",),
    r"/api/v1/meta/schemas(/.*)?": ("schemas",),
    r"/api/v1/meta/types/user(/.*)?": ("userTypes",),
    r"/api/v1/org(/.*)?": ("orgs",),
}


def needed(method: str, path: str) -> frozenset[str]:
    """The scopes that a call requires; none if the documentation names none.

    Args:
        method: the HTTP method; reading needs `.read`, everything else `.manage`.
        path: the path of the call.
    """
    verb = "read" if method in _READS else "manage"
    for pattern, resources in _RESOURCES.items():
        if re.fullmatch(pattern, path):
            return frozenset(f"okta.{resource}.{verb}" for resource in resources)
    return frozenset()
