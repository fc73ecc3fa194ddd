"""Okta's rate-limit buckets: which bucket a call uses, its limit, and the headers.

Source: OB-150 to OB-157. A counter runs for one window from its first call. Unknown, so our choice: the bucket of group
push (that of the app's other sub-paths), the bucket of the catalog and API tokens (the shared one), and the limit of
the shared bucket of a workforce org (500, as recorded for mappings).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from okta_emulator.core.paging import Header
from okta_emulator.core.settings import EmulatorSettings, RateLimitPlan

REST = "/api/v1"
_WRITES = ("POST", "PUT", "DELETE", "PATCH")
# Each bucket with its methods and paths; the first match counts.
_BUCKETS = (
    ("/api/v1/apps/{id}", ("GET", "PUT", "DELETE"), re.compile(r"/api/v1/apps/[^/]+")),
    ("/api/v1/apps", None, re.compile(r"/api/v1/apps(/.*)?")),
    ("/api/v1/logs", None, re.compile(r"/api/v1/logs(/.*)?")),
    ("/api/v1/users", None, re.compile(r"/api/v1/users")),
    ("GET /api/v1/users/{id}", ("GET",), re.compile(r"/api/v1/users/.*")),
    ("/api/v1/users/{id}", _WRITES, re.compile(r"/api/v1/users/.*")),
    ("/api/v1/groups/{id}", ("GET", "PUT", "DELETE"), re.compile(r"/api/v1/groups/[^/]+")),
    ("/api/v1/groups", None, re.compile(r"/api/v1/groups(/.*)?")),
)
# The limits for one API token: half of the org's.
_LIMITS: dict[str, dict[str, int]] = {
    "free": {
        "/api/v1/apps/{id}": 50,
        "/api/v1/apps": 10,
        "/api/v1/logs": 10,
        "/api/v1/users": 50,
        "GET /api/v1/users/{id}": 50,
        "/api/v1/users/{id}": 50,
        "/api/v1/groups/{id}": 50,
        "/api/v1/groups": 50,
        REST: 50,
    },
    "workforce": {
        "/api/v1/apps/{id}": 250,
        "/api/v1/apps": 50,
        "/api/v1/logs": 60,
        "/api/v1/users": 300,
        "GET /api/v1/users/{id}": 1000,
        "/api/v1/users/{id}": 300,
        "/api/v1/groups/{id}": 500,
        "/api/v1/groups": 250,
        REST: 500,
    },
}
_CONCURRENT: dict[str, int] = {"free": 35, "workforce": 75}


def bucket_of(method: str, path: str) -> str:
    """The name of the bucket that a call uses."""
    for name, methods, pattern in _BUCKETS:
        if (methods is None or method in methods) and pattern.fullmatch(path):
            return name
    return REST


@dataclass
class _Counter:
    began: float
    used: int = 0


@dataclass(frozen=True)
class Decision:
    """The decision about one call.

    Args:
        allowed: whether it is handled.
        headers: the X-Rate-Limit headers of the response.
    """

    allowed: bool
    headers: list[Header]


class RateLimits:
    """The counters of one token.

    Args:
        settings: the plan and the length of the window.
    """

    def __init__(self, settings: EmulatorSettings) -> None:
        self._plan: RateLimitPlan = settings.rate_limits
        self._window = settings.rate_window
        self._counters: dict[str, _Counter] = {}
        self._in_flight = 0

    def enter(self, bucket: str, now: float) -> Decision:
        """Count a call; every call that enters must `leave` too.

        Args:
            bucket: its bucket.
            now: the org's time in seconds since 1970.
        """
        self._in_flight += 1
        if self._plan == "off":
            return Decision(True, [])
        if self._in_flight > _CONCURRENT[self._plan]:
            return Decision(False, _headers(0, 0, now + 1))
        limit = _LIMITS[self._plan][bucket]
        counter = self._counters.get(bucket)
        if counter is None or now >= counter.began + self._window:
            counter = self._counters[bucket] = _Counter(now)
        allowed = counter.used < limit
        counter.used += 1 if allowed else 0
        return Decision(allowed, _headers(limit, limit - counter.used, counter.began + self._window))

    def leave(self) -> None:
        """Record that the response of a call was sent."""
        self._in_flight -= 1

    def reset(self) -> None:
        """Reset all counters."""
        self._counters.clear()


def _headers(limit: int, remaining: int, reset: float) -> list[Header]:
    return [
        ("x-rate-limit-limit", str(limit)),
        ("x-rate-limit-remaining", str(remaining)),
        ("x-rate-limit-reset", str(math.ceil(reset))),
    ]
