"""Writes docs/checks.md from the checks themselves: `make docs`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oktascim.check.catalogue import catalogue
from oktascim.check.model import Check, CheckStep

PAGE = Path(__file__).parent / "checks.md"
GROUPS = {
    "spec": "Okta's specification tests",
    "dialect": "What Okta sends",
    "readback": "Read back",
    "errors": "Errors",
}


def page() -> str:
    """The page as text."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Checks"
    yield ""
    yield "Made by `make docs` from `oktascim/check/checks/`; [check](check.md) says how to run them."
    yield "Before them `oktascim check` runs the [connection test](connection-test.md), as `connection.…`."
    yield "A failed *required* check gives exit code 5; a failed *recommended* one only with `--strict`."
    for group, title in GROUPS.items():
        checks = [check for check in catalogue().checks if check.group == group]
        yield from ("", f"## {title} ({len(checks)})", "")
        yield from ("| check | SCIM | | why Okta needs it | sends | fix |", "|---|---|---|---|---|---|")
        yield from map(_row, checks)
    yield from ("", "## Fixes", "", "| fix | what to do | source |", "|---|---|---|")
    for name, fix in catalogue().fixes.items():
        yield f'| <a id="{name}"></a>`{name}` | {_cell(fix.do)} | {_cell(fix.source)} |'


def _row(check: Check) -> str:
    sends = "<br>".join(_step(step) for step in check.steps) or f"see `{check.procedure}`"
    versions = ", ".join(check.scim)
    why = f"{check.why} *({check.source})*"
    return f"| `{check.id}` | {versions} | {check.requirement} | {_cell(why)} | {sends} | [{check.fix}](#{check.fix}) |"


def _step(step: CheckStep) -> str:
    if step.update:
        return f"`GET`, `PUT {step.update}` with {_code(dict(step.set))}"
    body: Any = step.patch if step.patch is not None else None
    what = f"`{step.send}`" + (f" `{_cell(step.filter)}`" if step.filter else "")
    return what + (f" {_code(body)}" if body is not None else "")


def _code(value: Any) -> str:
    return f"`{_cell(json.dumps(value, ensure_ascii=False))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
