"""Users, groups and memberships."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from okta_emulator.core.records.json import Json

UserStatus = Literal["STAGED", "PROVISIONED", "ACTIVE", "SUSPENDED", "RECOVERY", "DEPROVISIONED"]
GroupType = Literal["OKTA_GROUP", "BUILT_IN", "APP_GROUP"]


class User(TypedDict):
    """A user of the org."""

    id: str
    status: UserStatus
    created: str
    activated: str | None
    statusChanged: str | None
    lastLogin: str | None
    lastUpdated: str
    passwordChanged: str | None
    profile: Json


class Group(TypedDict):
    """A group of the org, or one of an app (`app_id`) that a pushed group leads to."""

    id: str
    created: str
    lastUpdated: str
    lastMembershipUpdated: str
    type: GroupType
    profile: Json
    app_id: NotRequired[str]


class Membership(TypedDict):
    """That a user is in a group; it has no data of its own."""
