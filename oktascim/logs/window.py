"""Points in time as people write them: 90m, 7d, 2026-11-01, 2026-11-01T08:30:00Z."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from oktascim.errors import UsageProblem

KEPT = timedelta(days=90)
"""How long Okta keeps events (OB-174)."""
REFUSED_BEYOND = timedelta(days=180)
"""Okta rejects a `since` further back with 400 E0000053 (OB-174)."""

_AGO = re.compile(r"(\d{1,6})([smhdw])")
_AGES = timedelta(days=36_525)  # further back, all times are treated alike
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FORMS = "Write 90m, 36h, 7d, 2w, a date (2026-11-01, taken as UTC) or an RFC 3339 time (2026-11-01T08:30:00Z)."


def parse_instant(text: str, now: datetime, option: str) -> datetime:
    """Parse the value of --since or --until.

    Args:
        text: a time span back from now, a date, or a time (UTC without an offset).
        now: the present, with a time zone.
        option: the option's name, for the message.

    Raises:
        UsageProblem: the text is none of these.
    """
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago:
            return now - min(timedelta(**{_UNITS[ago.group(2)]: int(ago.group(1))}), _AGES)
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageProblem(f"{option} isn't a time: {text}", fix=_FORMS) from None


def check_window(since: datetime | None, until: datetime | None, now: datetime) -> str | None:
    """Refuse a window that can't hold events, and note which part has expired.

    Args:
        since: the start, or None for the default.
        until: the end, or None for now.
        now: the present.

    Returns:
        A note if the window starts before the oldest events that Okta keeps, or None.

    Raises:
        UsageProblem: the window is empty, is in the future, or starts further back than Okta allows.
    """
    if since is None:
        return None
    if since >= min(until or now, now):
        end = f"--until ({until:%Y-%m-%d %H:%M:%SZ})" if until and until <= now else "the present"
        raise UsageProblem(f"--since ({since:%Y-%m-%d %H:%M:%SZ}) isn't before {end}.")
    available = f"Okta keeps events for {KEPT.days} days, so the log starts at about {now - KEPT:%Y-%m-%d %H:%MZ}."
    if now - since > REFUSED_BEYOND:
        raise UsageProblem(
            f"--since is more than {REFUSED_BEYOND.days} days back, which Okta rejects.",
            why=available,
            fix=f"Use --since {KEPT.days}d.",
        )
    return available if now - since > KEPT else None
