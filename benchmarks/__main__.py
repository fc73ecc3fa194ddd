"""Runs every benchmark, stores the numbers in benchmarks/results and writes docs/performance.md from them."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PAGE = HERE.parent / "docs" / "performance.md"
NAMES = ("startup", "apply", "logs", "check", "emulator", "provisioning")

HEAD = """\
# Performance

Written by `make bench`; don't edit. Every comparison was measured in the same run on the same machine, against the
emulator or a server with prepared pages on loopback. Each section says when and on which machine.
"""


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all, and write the page from the newest results of each."""
    RESULTS.mkdir(exist_ok=True)
    for name in names or NAMES:
        sys.stderr.write(f"{name} …\n")
        result = importlib.import_module(f"benchmarks.bench_{name}").measure() | {"measured": _circumstances()}
        (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    parts = [HEAD]
    for name in NAMES:
        file = RESULTS / f"{name}.json"
        if file.exists():
            parts.append(_section(json.loads(file.read_text(encoding="utf-8"))))
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def _circumstances() -> str:
    """The date, the kind of machine, and how busy it was with other programs."""
    busy = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    machine = f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()}), Python {platform.python_version()}"
    return f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine}, {busy} at the end."


def _section(result: dict[str, object]) -> str:
    rows = result["rows"]
    assert isinstance(rows, dict)
    measured = [str(result["measured"]), ""] if "measured" in result else []
    lines = [f"## {result['title']}", "", *measured, f"| what | {result['unit']} |", "|---|---:|"]
    lines += [f"| {name} | {value} |" for name, value in rows.items()]
    notes = result.get("notes")
    if isinstance(notes, list) and notes:
        lines += ["", *(f"- {note}" for note in notes)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
