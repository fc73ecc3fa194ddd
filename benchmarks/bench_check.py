"""`oktascim check` of a SCIM server on this machine, without pauses between its requests."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.processes import peak_memory, run
from okta_emulator.scim_server import ScimServer

TOKEN = "benchmark-token"
RUNS = 3


def measure() -> dict[str, object]:
    """Median wall time of a whole check, beside as many requests of a bare loop."""
    with ScimServer(TOKEN) as server, tempfile.TemporaryDirectory() as folder:
        har = Path(folder) / "check.har"
        options = ["--scim", "2.0", "--pause", "0", "--bearer", "env:SCIM_TOKEN"]
        arguments = ["-m", "oktascim", "check", server.base_url, *options]
        run([*arguments, "--har", str(har)], environ={"SCIM_TOKEN": TOKEN})
        requests = len(json.loads(har.read_text(encoding="utf-8"))["log"]["entries"])
        peak = peak_memory(arguments, environ={"SCIM_TOKEN": TOKEN})
        runs, loops = [], []
        for _ in range(RUNS):  # in turns, because the machine's speed varies
            runs.append(run(arguments, environ={"SCIM_TOKEN": TOKEN}))
            loops.append(_bare_loop(server.base_url, requests))
    return {
        "title": "check, SCIM 2.0",
        "unit": "median",
        "rows": {
            "oktascim check URL --pause 0, of scim2-server": f"{statistics.median(one.wall for one in runs):.1f} s",
            "… its own processor time": f"{statistics.median(one.cpu for one in runs):.1f} s",
            "… peak memory": f"{peak:.0f} MB",
            f"{requests} requests for two users, as many as check sends, in a bare httpx loop": (
                f"{statistics.median(loops):.1f} s"
            ),
        },
        "notes": ["With the default pause between requests, the number of requests determines the time of a check."],
    }


def _bare_loop(base_url: str, requests: int) -> float:
    """Seconds for as many small reads, one after another."""
    with httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        started = time.perf_counter()
        for _ in range(requests):
            client.get(f"{base_url}/Users", params={"startIndex": 1, "count": 2}).raise_for_status()
        return time.perf_counter() - started
