"""Looks for known vulnerabilities in the locked dependencies; `make audit` runs it.

pip-audit queries a public database. If that can't be reached, or doesn't know a dependency, the audit says so: a
dependency that wasn't looked up must not appear as free of vulnerabilities.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.lock"
_SECONDS = 300


def main() -> int:
    """Run the audit; 1 if a dependency has a known vulnerability."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--requirement", str(LOCK)]
    try:
        done = subprocess.run(
            [*command, "--format", "json", "--progress-spinner", "off"],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"Audit skipped: the database of vulnerabilities didn't answer within {_SECONDS} seconds.")
        return 0
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"Audit skipped: the database of vulnerabilities can't be reached ({reason[:200]}).")
        return 0
    lines = list(report(found))
    print(*lines, sep="\n")
    return 1 if any(dependency.get("vulns") for dependency in found) else 0


def report(dependencies: list[Mapping[str, Any]]) -> Iterator[str]:
    """What the audit found, one line each.

    Args:
        dependencies: as pip-audit writes them: `name`, `version` and `vulns`, or `name` and `skip_reason`.
    """
    skipped = [one for one in dependencies if "skip_reason" in one]
    for dependency in dependencies:
        for fault in dependency.get("vulns", ()):
            fixed = ", ".join(fault["fix_versions"]) or "no version yet"
            yield f"{dependency['name']} {dependency['version']}: {fault['id']}, fixed in {fixed}"
    if len(skipped) == len(dependencies):
        yield f"Audit skipped: the database knows none of the {len(dependencies)} dependencies here."
        return
    yield f"{len(dependencies) - len(skipped)} of {len(dependencies)} dependencies were looked up."
    if skipped:
        yield f"Not looked up: {', '.join(one['name'] for one in skipped)}."


if __name__ == "__main__":
    sys.exit(main())
