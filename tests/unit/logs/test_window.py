"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from oktascim.errors import UsageProblem
from oktascim.logs.window import check_window, parse_instant

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", NOW - timedelta(seconds=90)),
        ("90m", NOW - timedelta(minutes=90)),
        ("36h", NOW - timedelta(hours=36)),
        ("7d", NOW - timedelta(days=7)),
        ("2w", NOW - timedelta(weeks=2)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T08:30:00Z", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01T08:30:00+02:00", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        ("2026-11-01 08:30", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_every_form_is_read(text, expected):
    assert parse_instant(text, NOW, "--since") == expected


@pytest.mark.parametrize("text", ["", "yesterday", "7", "7x", "-7d", "2026-13-01", "2026-11-31", "1.5h"])
def test_anything_else_is_refused_with_the_forms(text):
    with pytest.raises(UsageProblem, match="--until isn't a time") as caught:
        parse_instant(text, NOW, "--until")
    assert "RFC 3339" in caught.value.fix


def test_a_start_that_okta_has_forgotten_is_told():
    assert check_window(NOW - timedelta(days=100), None, NOW) == (
        "Okta keeps events for 90 days, so the log starts at about 2026-08-26 12:00Z."
    )
    assert check_window(NOW - timedelta(days=89), None, NOW) is None
    assert check_window(None, None, NOW) is None


def test_a_start_that_okta_refuses_says_what_is_available():
    with pytest.raises(UsageProblem, match="180 days") as caught:
        check_window(NOW - timedelta(days=181), None, NOW)
    assert "2026-08-26" in caught.value.why
    assert "90d" in caught.value.fix


@pytest.mark.parametrize("until", [None, NOW - timedelta(days=2)])
def test_an_empty_window_is_refused(until):
    with pytest.raises(UsageProblem, match="isn't before"):
        check_window(NOW + timedelta(seconds=1) if until is None else until, until, NOW)
