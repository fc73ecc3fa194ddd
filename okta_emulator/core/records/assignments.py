"""Who is assigned to an app, and which groups are pushed to it."""

from __future__ import annotations

from typing import Literal, TypedDict

from okta_emulator.core.records.directory import User
from okta_emulator.core.records.json import Json

Scope = Literal["USER", "GROUP"]
AppUserStatus = Literal["STAGED", "ACTIVE", "PROVISIONED"]
SyncState = Literal["DISABLED", "ERROR"]
MappingStatus = Literal["ACTIVE", "INACTIVE"]


class AppCredentials(TypedDict):
    """The credentials that a user signs in to an app with."""

    userName: str


class AppUser(TypedDict):
    """A user's assignment to an app; `profile` holds the attributes that were set manually."""

    id: str
    app_user_id: str
    externalId: str | None
    created: str
    lastUpdated: str
    scope: Scope
    status: AppUserStatus
    statusChanged: str
    syncState: SyncState
    lastSync: str | None
    credentials: AppCredentials
    profile: Json


class EndedAssignment(TypedDict):
    """A user and an ended assignment whose account is still to be deactivated."""

    user: User
    app_user: AppUser


class GroupAssignment(TypedDict):
    """A group's assignment to an app."""

    id: str
    lastUpdated: str
    priority: int
    profile: Json


class PushMapping(TypedDict):
    """A group that is pushed to an app.

    `pushed` holds the members that the SCIM server has: by Okta user id, the server's id and the user name.
    """

    id: str
    app_id: str
    created: str
    lastUpdated: str
    lastPush: str | None
    sourceGroupId: str
    status: Literal["ACTIVE", "INACTIVE", "ERROR"]
    targetGroupId: str
    target_name: str
    external_id: str | None
    pushed: dict[str, list[str]]
    pushed_name: str | None
    errorSummary: str | None
