"""A group that doesn't exist yet: Okta's own, or one of an app (OB-084)."""

from __future__ import annotations

from okta_emulator.core.records import App, Group, Json
from okta_emulator.org.state import Org


def new_group(org: Org, profile: Json) -> Group:
    """A group of Okta; the caller stores it."""
    now = org.now()
    return {
        "id": org.ids.new("00g"),
        "created": now,
        "lastUpdated": now,
        "lastMembershipUpdated": now,
        "type": "OKTA_GROUP",
        "profile": profile,
    }


def new_app_group(org: Org, app: App, name: str) -> Group:
    """A group of an app, which was imported from it or pushed to it; the caller stores it."""
    return {**new_group(org, {"name": name, "description": None}), "type": "APP_GROUP", "app_id": app["id"]}
