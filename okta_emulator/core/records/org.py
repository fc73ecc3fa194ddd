"""The org itself."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Identity(TypedDict):
    """The ids that belong to the org itself, and when it was created."""

    id: str
    user_type: str
    user_schema: str
    admin: str
    token: str
    everyone: str
    policy: str
    enrollment: NotRequired[str]
    created: str


class OrgSettings(TypedDict):
    """The settings of the org that can be changed."""

    lastUpdated: str
    profile: dict[str, str | None]
    contacts: dict[str, str]
    showEndUserFooter: bool
    optOutEmailUsers: bool
    support_expires: str | None


class Policy(TypedDict):
    """A built-in policy with its one rule."""

    id: str
    type: str
    name: str
    description: str
    created: str
    rule_id: str
    rule_name: str
