"""The schema of an app's user: base attributes of Okta's, and custom ones (OB-129)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oktascim.okta.client import Okta


@dataclass(frozen=True)
class AppUserSchema:
    """The attributes of an app's user.

    Attributes:
        base: the names of Okta's own attributes.
        custom: each custom attribute by name, as Okta shows it.
    """

    base: frozenset[str] = frozenset()
    custom: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


async def get_app_user_schema(okta: Okta, app_id: str) -> AppUserSchema:
    """The schema of an app's user."""
    schema = await okta.get(_path(app_id))
    base, custom = (((schema["definitions"].get(part) or {}).get("properties") or {}) for part in ("base", "custom"))
    return AppUserSchema(frozenset(base), custom)


async def change_custom_attributes(okta: Okta, app_id: str, properties: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Add, replace and, with None, remove custom attributes; those not named stay as they are (OB-129)."""
    body = {"definitions": {"custom": {"id": "#custom", "type": "object", "properties": properties}}}
    await okta.post(_path(app_id), body)


def _path(app_id: str) -> str:
    return f"/api/v1/meta/schemas/apps/{app_id}/default"
