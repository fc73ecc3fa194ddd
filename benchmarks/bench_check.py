"""`oktascim check` of a SCIM server on this machine, without pauses between its requests."""

from __future__ import annotations

import statistics

from benchmarks.processes import peak_memory, run
from okta_emulator.scim_server import ScimServer

TOKEN = "benchmark-token"
RUNS = 3


def measure() -> dict[str, object]:
    """Median wall time of a whole check."""
    with ScimServer(TOKEN) as server:
        arguments = [
            "-m",
            "oktascim",
            "check",
            server.base_url,
            "--scim",
            "2.0",
            "--pause",
            "0",
            "--bearer",
            "env:SCIM_TOKEN",
        ]
        peak = peak_memory(arguments, environ={"SCIM_TOKEN": TOKEN})
        runs = [run(arguments, environ={"SCIM_TOKEN": TOKEN}) for _ in range(RUNS)]
    return {
        "title": "check, SCIM 2.0",
        "unit": "median",
        "rows": {
            "oktascim check URL --pause 0, of scim2-server": f"{statistics.median(r.wall for r in runs):.1f} s",
            "… its own processor time": f"{statistics.median(r.cpu for r in runs):.1f} s",
            "… peak memory": f"{peak:.0f} MB",
        },
        "notes": ["With the default pause between requests, the number of requests determines the time of a check."],
    }
