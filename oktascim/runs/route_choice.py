"""The routes that a run may use to enable the connection."""

from __future__ import annotations

from enum import StrEnum


class RouteChoice(StrEnum):
    """How to enable the provisioning connection."""

    AUTO = "auto"
    API = "api"
    CONSOLE = "console"
    HANDOFF = "handoff"
