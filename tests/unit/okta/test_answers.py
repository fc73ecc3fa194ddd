"""The members that oktascim relies on in Okta's responses."""

from __future__ import annotations

from typing import Any

import pytest

from oktascim.okta.answers import APP_USER
from oktascim.okta.shape import misfit


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"credentials": 7}, "credentials is a number, not an object"),
        ({"credentials": {"userName": 7}}, "credentials.userName is a number, not text"),
        ({"profile": [1]}, "profile is a list, not an object"),
        ({"credentials": None, "profile": None}, None),
    ],
)
def test_an_app_user_that_would_crash_verify_is_refused(changed: dict[str, Any], told: str | None) -> None:
    assert misfit({"id": "00u1", **changed}, APP_USER) == told
