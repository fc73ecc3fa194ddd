"""The PATCH requests of the checks that are code, as Okta sends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oktascim.check.failure import Variables
from oktascim.check.given import user_path
from oktascim.check.lab import Lab
from oktascim.check.sent import Sent


async def patch(lab: Lab, path: str, operation: Mapping[str, Any]) -> Sent:
    """Send a PATCH of SCIM 2.0 with one operation."""
    return await lab.send("PATCH", path, {"schemas": [lab.variables["schema.patch"]], "Operations": [operation]})


async def set_active(lab: Lab, variables: Variables, *, active: bool) -> Sent:
    """Deactivate or reactivate the user `ada` as a template app does."""
    path = user_path(variables)
    if lab.version == "1.1":
        body = {"schemas": [lab.variables["schema.user"]], "id": variables["ada.id"], "active": active}
        return await lab.send("PATCH", path, body)
    return await patch(lab, path, {"op": "replace", "value": {"active": active}})
