"""Users, groups and memberships."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from okta_emulator.core.records.json import Json

UserStatus = Literal[
    "STAGED",
    "PROVISIONED",
    "ACTIVE",
    "PASSWORD_EXPIRED",
    "RECOVERY",
    "LOCKED_OUT",
    "SUSPENDED",
    "DEPROVISIONED",
]
RuleStatus = Literal["ACTIVE", "INACTIVE", "INVALID"]
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
    type_id: NotRequired[str]
    question: NotRequired[str | None]
    profile: Json


class Secrets(TypedDict):
    """Salted digests of a user's password and of the answer to the recovery question."""

    password: str | None
    answer: str | None


class UserType(TypedDict):
    """A user type, with its own profile schema."""

    id: str
    displayName: str
    name: str
    description: str | None
    createdBy: str
    lastUpdatedBy: str
    created: str
    lastUpdated: str
    default: bool


class Group(TypedDict):
    """A group of the org, or one of an app (`app_id`) that a pushed group is mapped to."""

    id: str
    created: str
    lastUpdated: str
    lastMembershipUpdated: str
    type: GroupType
    profile: Json
    app_id: NotRequired[str]


class Membership(TypedDict):
    """A user's membership in a group; `rules` holds the group rules that added the user, unless a person did."""

    rules: NotRequired[list[str]]


class RuleConditions(TypedDict):
    """Which users a group rule applies to."""

    expression: str
    excluded_users: list[str]
    excluded_groups: list[str]


class GroupRule(RuleConditions):
    """A rule that puts the users who match its conditions into groups."""

    id: str
    status: RuleStatus
    name: str
    created: str
    lastUpdated: str
    group_ids: list[str]


class RoleAssignment(TypedDict):
    """An administrator role of a user or a group; without targets it applies to the whole org."""

    id: str
    type: str
    created: str
    lastUpdated: str
    groups: list[str]
