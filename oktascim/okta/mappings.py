"""The profile mapping from Okta's user to the app's user (OB-120, OB-121)."""

from __future__ import annotations

from typing import Any

from oktascim.okta.client import Okta


async def get_mapping_to_app(okta: Okta, app_id: str) -> dict[str, Any] | None:
    """The mapping whose target is the app, with its properties, or None."""
    found = await okta.get("/api/v1/mappings", {"targetId": app_id, "limit": 1})
    if not found:
        return None
    mapping: dict[str, Any] = await okta.get(f"/api/v1/mappings/{found[0]['id']}")
    return mapping


async def set_mapping(okta: Okta, mapping_id: str, properties: dict[str, dict[str, str]]) -> None:
    """Set some target fields; the others stay unchanged.

    Args:
        okta: the org.
        mapping_id: the mapping.
        properties: target field to {"expression", "pushStatus"}.
    """
    await okta.post(f"/api/v1/mappings/{mapping_id}", {"properties": properties})
