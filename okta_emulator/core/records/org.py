"""The org itself."""

from __future__ import annotations

from typing import TypedDict


class Identity(TypedDict):
    """The ids that belong to the org itself, and when it was created."""

    id: str
    user_type: str
    user_schema: str
    admin: str
    token: str
    everyone: str
    policy: str
    created: str
