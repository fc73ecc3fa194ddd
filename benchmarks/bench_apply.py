"""apply at size against the emulator: 200 integrations over a slow line, then under real rate limits.

The bounds are physical: over a slow line, the requests of one integration times the latency times the number of rounds
at the given parallelism; under rate limits, the minutes that the apps bucket needs for the observed calls.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from examples.many import spec
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.server import EmulatedOrg
from okta_emulator.org.planting import plant_example
from okta_emulator.scim_server import ScimServer
from oktascim.okta.ratelimit import CONCURRENT_CALLS

COUNT = 200
LATENCY = 0.15
PARALLEL = 16
LIMITED_COUNT = 14
SCIM_TOKEN = "benchmark-token"


def measure() -> dict[str, object]:
    """Wall times against their bounds, requests and peak memory."""
    with ScimServer(SCIM_TOKEN) as scim:
        rows, notes = _slow_line(scim.base_url)
        limited_rows, limited_notes = _limited(scim.base_url)
    return {
        "title": f"apply, {COUNT} integrations",
        "unit": "measured",
        "rows": rows | limited_rows,
        "notes": notes + limited_notes,
    }


def _slow_line(scim_url: str) -> tuple[dict[str, object], list[str]]:
    settings = EmulatorSettings(connections_api="accept", latency=LATENCY)
    with EmulatedOrg(settings, plant=plant_example) as org, _spec_file(COUNT) as file:
        first, requests, peak = _apply(org.url, settings.token, scim_url, file)
        per_app = (len(requests) - _shared(requests)) / COUNT
        bound = (per_app * math.ceil(COUNT / PARALLEL) + _shared_rounds(requests)) * LATENCY
        again, rereads, _ = _apply(org.url, settings.token, scim_url, file)
        again_bound = (math.ceil(2 * COUNT / CONCURRENT_CALLS) + _shared_rounds(rereads)) * LATENCY
    start = _start()
    in_buckets = sum(request["path"].startswith("/api/v1/apps") for request in rereads)
    return {
        f"first apply, {LATENCY * 1000:.0f} ms added latency": f"{first:.1f} s",
        "… its critical path": f"{bound:.1f} s ({first / bound:.2f} ×)",
        "… requests per integration": f"{per_app:.1f}",
        "apply again, nothing to do": f"{again:.1f} s",
        "… the critical path of that": (
            f"{again_bound:.1f} s, and the start of the program {start:.1f} s ({again / (again_bound + start):.2f} ×)"
        ),
        "… requests in the apps-list and per-app buckets": f"{in_buckets} (bound {math.ceil(COUNT / 200) + 2 * COUNT})",
        "peak memory of the command": f"{peak:.0f} MB",
    }, [f"Parallelism {PARALLEL}; a round is as many integrations as run in parallel."]


def _limited(scim_url: str) -> tuple[dict[str, object], list[str]]:
    settings = EmulatorSettings(connections_api="accept", rate_limits="workforce")
    with EmulatedOrg(settings, plant=plant_example) as org, _spec_file(LIMITED_COUNT) as file:
        seconds, requests, _ = _apply(org.url, settings.token, scim_url, file)
    drawn = sum(request["bucket"] == "/api/v1/apps" for request in requests)
    refused = sum(request["status"] == 429 for request in requests)
    bound = (math.ceil(drawn / 50) - 1) * 60
    return {
        f"{LIMITED_COUNT} integrations under a Workforce token's limits": f"{seconds:.0f} s",
        "… the bound of the apps bucket": f"{bound} s ({seconds / bound:.2f} ×)",
        "… calls drawn from it": drawn,
        "… answers with 429": refused,
    }, ["50 calls per minute: the last window needs no wait, so the bound counts the windows before it."]


def _apply(org_url: str, token: str, scim_url: str, file: str) -> tuple[float, list[dict[str, Any]], float]:
    """Seconds, the requests that the org received, and the peak memory of the command in MB."""
    environment = {
        **os.environ,
        "OKTA_CLIENT_ORGURL": org_url,
        "OKTA_CLIENT_TOKEN": token,
        "SCIM_BASE_URL": scim_url,
        "SCIM_TOKEN": SCIM_TOKEN,
    }
    before = len(_seen(org_url, token))
    started = time.perf_counter()
    command = [sys.executable, "-m", "oktascim", "apply", file, "--yes", "-o", "json", "--parallel", str(PARALLEL)]
    command += ["--wait", "0"]  # the time of the SCIM server isn't measured
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        if status:
            errors.seek(0)
            raise SystemExit(errors.read().decode()[-2000:])
    return seconds, _seen(org_url, token)[before:], usage.ru_maxrss / 1024


def _start() -> float:
    """Seconds until the command has started, imports included; the best of five."""

    def once() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "oktascim", "apply", "--help"], capture_output=True, check=True)
        return time.perf_counter() - started

    return min(once() for _ in range(5))


def _seen(org_url: str, token: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(f"{org_url}/_emulator/requests", headers={"Authorization": f"SSWS {token}"})
    with urllib.request.urlopen(request) as answer:
        found = json.load(answer)
    return found["requests"] if isinstance(found, dict) else found


def _shared(requests: list[dict[str, Any]]) -> int:
    """Requests that serve the whole run: the list of apps, the users and groups."""
    return sum(request["method"] == "GET" and _is_shared(request["path"]) for request in requests)


def _shared_rounds(requests: list[dict[str, Any]]) -> int:
    return min(4, _shared(requests))


def _is_shared(path: str) -> bool:
    return path == "/api/v1/apps" or path.startswith(("/api/v1/users", "/api/v1/groups"))


class _spec_file:  # noqa: N801 (used as a function)
    def __init__(self, count: int) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._file = Path(self._folder.name) / "many.yaml"
        self._file.write_text(spec(count), encoding="utf-8")

    def __enter__(self) -> str:
        return str(self._file)

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()
