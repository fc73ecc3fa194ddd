"""What doctor found, as text: grouped by area, each fix in full below its check, and a count at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oktascim.doctor.health import HealthCheck
from oktascim.render.gate import painted
from oktascim.render.layout import Layout, plural

CHECK_STATES = {"ok": "ok", "missing": "-", "warning": "warning", "failed": "FAILED", "refused": "REFUSED"}
_COLORS = {"ok": "32", "missing": "33", "warning": "33", "failed": "31", "refused": "31"}
_AREAS = {"machine": "This machine", "settings": "Settings", "org": "The org", "scim": "SCIM servers"}
_STATE_WIDTH = 9


def health_text(checks: Sequence[HealthCheck], limits: Mapping[str, tuple[int, int]], layout: Layout) -> list[str]:
    """The checks by area; an optional part that is absent (`-`) isn't a problem.

    Args:
        checks: the results.
        limits: the calls per minute and how many are left, by rate-limit bucket.
        layout: the layout to use.
    """
    spent = [HealthCheck("org", f"rate limit {name}", "ok", f"{left} of {most} calls a minute left")
             for name, (most, left) in limits.items()]  # fmt: skip
    lines: list[str] = []
    for area, title in _AREAS.items():
        found = [check for check in (*checks, *spent) if check.area == area]
        if found:
            width = max(len(check.check) for check in found)
            lines += [painted(title, "1"), *(line for one in found for line in _check_lines(one, width, layout)), ""]
    problems = sum(check.state in {"failed", "refused"} for check in checks)
    warnings = sum(check.state == "warning" for check in checks)
    counted = plural(problems, "problem") if problems else "No problems"
    if warnings:
        counted += f", {plural(warnings, 'warning')}"
    return [*lines, counted if problems else f"{counted}."]


def _check_lines(check: HealthCheck, width: int, layout: Layout) -> list[str]:
    head = f"  {CHECK_STATES[check.state]:{_STATE_WIDTH}}"
    lines = layout.labelled(f"{head}{check.check:{width}}  ", check.detail, below=len(head), color=_COLORS[check.state])
    for number, fix in enumerate((check.fix or "").splitlines()):
        label = "" if number else "fix:"
        lines += layout.hanging(f"{'':{len(head)}}{label:5}", fix)
    return lines
