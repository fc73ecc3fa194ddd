"""What doctor found: as text grouped by area with each fix in full, as a table, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oktascim.doctor.health import HealthCheck, health_exit_code
from oktascim.errors import ExitCode
from oktascim.render.formats import Table
from oktascim.render.gate import painted
from oktascim.render.layout import Layout, plural

CHECK_STATES = {"ok": "ok", "missing": "-", "warning": "warning", "failed": "FAILED", "refused": "REFUSED"}
_COLORS = {"ok": "32", "missing": "33", "warning": "33", "failed": "31", "refused": "31"}
_AREAS = {"machine": "This machine", "settings": "Settings", "org": "The org", "scim": "SCIM servers"}
_STATE_WIDTH = 9

CallsLeft = Mapping[str, tuple[int, int]]
"""By rate-limit bucket, the calls per minute and how many are left."""


def health_text(checks: Sequence[HealthCheck], limits: CallsLeft, layout: Layout) -> list[str]:
    """The checks by area; an optional part that is absent (`-`) isn't a problem.

    Args:
        checks: the results.
        limits: the calls per minute and how many are left, by rate-limit bucket.
        layout: the layout to use.
    """
    shown = _with_limits(checks, limits)
    lines: list[str] = []
    for area, title in _AREAS.items():
        found = [check for check in shown if check.area == area]
        if found:
            width = max(len(check.check) for check in found)
            lines += [painted(title, "1"), *(line for one in found for line in _check_lines(one, width, layout)), ""]
    problems = sum(check.state in {"failed", "refused"} for check in checks)
    warnings = sum(check.state == "warning" for check in checks)
    counted = plural(problems, "problem") if problems else "No problems"
    if warnings:
        counted += f", {plural(warnings, 'warning')}"
    return [*lines, counted if problems else f"{counted}."]


def health_table(checks: Sequence[HealthCheck], limits: CallsLeft) -> Table:
    """One row per check and per rate-limit bucket."""
    rows = [
        [CHECK_STATES[one.state], one.area, one.check, one.detail, one.fix or ""]
        for one in _with_limits(checks, limits)
    ]
    return Table(("", "area", "check", "what was seen", "fix"), rows, key=2)


def health_json(checks: Sequence[HealthCheck], limits: CallsLeft) -> dict[str, Any]:
    """The JSON: `{"ok": bool, "checks": […], "rate_limits": [{"bucket", "limit", "remaining"}]}`."""
    return {
        "ok": health_exit_code(checks) == ExitCode.DONE,
        "checks": [check.to_json() for check in checks],
        "rate_limits": [
            {"bucket": bucket, "limit": limit, "remaining": left} for bucket, (limit, left) in limits.items()
        ],
    }


def _with_limits(checks: Sequence[HealthCheck], limits: CallsLeft) -> list[HealthCheck]:
    """The checks, and a passed one for each rate-limit bucket."""
    found = limits.items()
    spent = [("rate limit " + name, f"{left} of {most} calls a minute left") for name, (most, left) in found]
    return [*checks, *(HealthCheck("org", check, "ok", detail) for check, detail in spent)]


def _check_lines(check: HealthCheck, width: int, layout: Layout) -> list[str]:
    head = f"  {CHECK_STATES[check.state]:{_STATE_WIDTH}}"
    lines = layout.labelled(f"{head}{check.check:{width}}  ", check.detail, below=len(head), color=_COLORS[check.state])
    for number, fix in enumerate((check.fix or "").splitlines()):
        label = "" if number else "fix:"
        lines += layout.hanging(f"{'':{len(head)}}{label:5}", fix)
    return lines
