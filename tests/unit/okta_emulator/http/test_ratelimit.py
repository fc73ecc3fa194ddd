from __future__ import annotations

import pytest

from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.ratelimit import RateLimits, bucket_of


@pytest.mark.parametrize(
    ("method", "path", "bucket"),
    [
        ("GET", "/api/v1/apps", "/api/v1/apps"),
        ("POST", "/api/v1/apps", "/api/v1/apps"),
        ("GET", "/api/v1/apps/0oa1", "/api/v1/apps/{id}"),
        ("PUT", "/api/v1/apps/0oa1", "/api/v1/apps/{id}"),
        ("DELETE", "/api/v1/apps/0oa1", "/api/v1/apps/{id}"),
        ("POST", "/api/v1/apps/0oa1/lifecycle/activate", "/api/v1/apps"),
        ("GET", "/api/v1/apps/0oa1/connections/default", "/api/v1/apps"),
        ("GET", "/api/v1/apps/0oa1/group-push/mappings", "/api/v1/apps"),
        ("GET", "/api/v1/logs", "/api/v1/logs"),
        ("GET", "/api/v1/users", "/api/v1/users"),
        ("GET", "/api/v1/users/00u1", "GET /api/v1/users/{id}"),
        ("GET", "/api/v1/users/00u1/appLinks", "GET /api/v1/users/{id}"),
        ("POST", "/api/v1/users/00u1/lifecycle/suspend", "/api/v1/users/{id}"),
        ("GET", "/api/v1/groups", "/api/v1/groups"),
        ("GET", "/api/v1/groups/00g1", "/api/v1/groups/{id}"),
        ("PUT", "/api/v1/groups/00g1/users/00u1", "/api/v1/groups"),
        ("GET", "/api/v1/mappings", "/api/v1"),
        ("GET", "/api/v1/catalog/apps", "/api/v1"),
        ("GET", "/api/v1/org", "/api/v1"),
    ],
)
def test_bucket_of_a_call(method: str, path: str, bucket: str) -> None:
    assert bucket_of(method, path) == bucket


def test_a_window_begins_with_its_first_call_and_ends_after_a_minute() -> None:
    limits = RateLimits(EmulatorSettings(rate_limits="free"))

    def call(now: float) -> tuple[bool, dict[str, str]]:
        verdict = limits.enter("/api/v1/apps", now)
        limits.leave()
        return verdict.allowed, dict(verdict.headers)

    assert call(100.0) == (
        True,
        {"x-rate-limit-limit": "10", "x-rate-limit-remaining": "9", "x-rate-limit-reset": "160"},
    )
    answers = [call(110.0) for _ in range(10)]
    assert [allowed for allowed, _ in answers] == [True] * 9 + [False]
    assert answers[-1][1] == {"x-rate-limit-limit": "10", "x-rate-limit-remaining": "0", "x-rate-limit-reset": "160"}
    assert call(159.9)[0] is False
    assert call(160.0)[1]["x-rate-limit-remaining"] == "9"


def test_buckets_count_apart() -> None:
    limits = RateLimits(EmulatorSettings(rate_limits="free"))
    for _ in range(11):
        limits.enter("/api/v1/logs", 0.0)
        limits.leave()
    assert limits.enter("/api/v1/users", 0.0).allowed


def test_too_many_calls_at_once_read_zero() -> None:
    limits = RateLimits(EmulatorSettings(rate_limits="workforce"))
    verdicts = [limits.enter("/api/v1/users", 0.0) for _ in range(76)]
    assert [verdict.allowed for verdict in verdicts] == [True] * 75 + [False]
    assert dict(verdicts[-1].headers) == {
        "x-rate-limit-limit": "0",
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": "1",
    }


def test_off_has_neither_limits_nor_headers() -> None:
    limits = RateLimits(EmulatorSettings())
    assert all(limits.enter("/api/v1/apps", 0.0).allowed for _ in range(200))
    assert limits.enter("/api/v1/apps", 0.0).headers == []
