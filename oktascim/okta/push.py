"""Group push: which Okta groups are pushed to the app (OB-110, OB-113, OB-114)."""

from __future__ import annotations

from typing import Any

from oktascim.okta.client import Okta
from oktascim.okta.errors import OktaError, OktaRefusedIdentity


async def list_push_mappings(okta: Okta, app_id: str) -> list[dict[str, Any]]:
    """All group push mappings of an app, 1000 per request."""
    return await okta.collect(f"/api/v1/apps/{app_id}/group-push/mappings", {"limit": 1000})


async def create_push_mapping(okta: Okta, app_id: str, group_id: str, target_name: str) -> None:
    """Push a group under a name; links an existing group with that name in the app.

    A group has one mapping per app.
    Okta's response to a second one isn't recorded (OB-113). So after a refusal, the list is checked: if another run has
    created the mapping meanwhile, the call succeeds.

    Raises:
        OktaError: it was refused, and the group has no mapping.
    """
    body = {"sourceGroupId": group_id, "targetGroupName": target_name, "status": "ACTIVE"}
    try:
        await okta.post(f"/api/v1/apps/{app_id}/group-push/mappings", body)
    except OktaRefusedIdentity:
        raise
    except OktaError:
        if all(raw["sourceGroupId"] != group_id for raw in await list_push_mappings(okta, app_id)):
            raise


async def activate_push_mapping(okta: Okta, app_id: str, mapping_id: str) -> None:
    """Reactivate a paused mapping."""
    await okta.request("PATCH", f"/api/v1/apps/{app_id}/group-push/mappings/{mapping_id}", body={"status": "ACTIVE"})


async def delete_push_mapping(okta: Okta, app_id: str, mapping_id: str, *, delete_target: bool) -> None:
    """Stop pushing a group. Okta deletes only an inactive mapping, so it is paused first."""
    path = f"/api/v1/apps/{app_id}/group-push/mappings/{mapping_id}"
    await okta.request("PATCH", path, body={"status": "INACTIVE"})
    await okta.delete(path, {"deleteTargetGroup": delete_target})
