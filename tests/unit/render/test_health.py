"""What doctor shows: no fix is cropped, at any width."""

from __future__ import annotations

import pytest

from oktascim.doctor.health import HealthCheck
from oktascim.render.health import health_text
from oktascim.render.layout import Layout
from oktascim.render.terminal import width_of
from tests.unit.render.test_plan_text import plain, squeezed

FIX = (
    "Create a new API token (Admin Console, Security > API > Tokens) and run `oktascim auth login --profile preview`; "
    "the rejected one is in the keyring (profile preview)."
)
CHECKS = [
    HealthCheck("machine", "extra console", "missing", "no playwright", "Install it: pip install 'oktascim[console]'"),
    HealthCheck("settings", "org", "ok", "https://acme.okta.com from OKTA_CLIENT_ORGURL"),
    HealthCheck(
        "org", "token", "refused", "Okta rejected the token for GET /api/v1/apps. Okta returned 401: E0000011", FIX
    ),
    HealthCheck("org", "read logs", "failed", "Too slow", "Line one.\nLine two."),
]


@pytest.mark.parametrize("columns", [40, 80, 100, 120])
def test_every_detail_and_every_fix_is_whole(columns: int) -> None:
    lines = health_text(CHECKS, {"/api/v1/apps": (600, 599)}, Layout(columns))
    said = squeezed(lines)
    for check in CHECKS:
        assert check.detail in said
    assert f"fix: {FIX}" in said
    assert "fix: Line one. Line two." in said
    assert "599 of 600 calls a minute left" in said
    assert max(width_of(line) for line in plain(lines)) <= columns


def test_what_is_optional_and_absent_is_no_problem() -> None:
    assert health_text(CHECKS, {}, Layout())[-1] == "2 problems"
    assert health_text(CHECKS[:3], {}, Layout())[-1] == "1 problem"
    assert health_text(CHECKS[:2], {}, Layout())[-1] == "No problems."
