"""The System Log at size: 100,000 events, compared with a bare script that reads the same, and with the okta SDK.

A separate process serves prepared pages, so that the server isn't part of the measurement. Each command is a whole
process, including its start, and alternates with the bare script.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.page_server import EVENTS_A_PAGE, PAGES, body_of, served
from benchmarks.processes import Pairs, compare, compile_packages
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.server import EmulatedOrg

EVENTS = PAGES * EVENTS_A_PAGE
RUNS = 3
SDK_PAGES = 3
TOKEN = f"00{secrets.token_urlsafe(30)}"
"""As long as one of Okta's: the longer a secret, the faster a page is searched for it."""

_BARE = """
import re, sys
import httpx
following = sys.argv[1] + "/api/v1/logs?limit=1000"
with httpx.Client(timeout=60) as client, open(sys.argv[2], "wb") as out:
    while following:
        answer = client.get(following)
        out.write(answer.raise_for_status().content)
        found = re.search(r'<([^>]*)>; rel="next"', answer.headers.get("link", ""))
        following = found and found[1]
"""


def measure() -> dict[str, object]:
    """Wall times of each command and their ratios to the bare script, for both forms of JSON."""
    compile_packages()
    page = _page()
    rows: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "log"
        for form, spaced in {"compact JSON": False, "JSON with spaces and line feeds": True}.items():
            with served(body_of(page, spaced=spaced)) as url:
                rows[f"logs -o jsonl, {form}"] = _row(_compared(url, out, "-o", "jsonl"))
                rows[f"logs -o jsonl --type PATTERN, {form}"] = _row(
                    _compared(url, out, "-o", "jsonl", *_narrowed(page))
                )
                if not spaced:
                    rows[f"logs --explain (text), {form}"] = _row(_compared(url, out, "--explain"))
                    rows[f"okta SDK, list_log_events, {form}"] = f"{EVENTS / _sdk(url):.0f} s, from {SDK_PAGES} pages"
                    first = _first_line(url)
    return {
        "title": f"logs, {EVENTS:,} events",
        "unit": "median wall time, ratio to a bare script, peak memory",
        "rows": rows,
        "notes": [
            (
                "The bare script follows next links with httpx and writes the bytes. Whole processes, start-up "
                f"included, {RUNS} pairs each. The SDK is measured inside its process, without its imports."
            ),
            f"The token has {len(TOKEN)} random characters.",
            f"The first line appears {first:.2f} s after the start of the process.",
        ],
    }


def _row(pairs: Pairs) -> str:
    return f"{pairs.wall:.2f} s, {pairs.wall_ratio:.2f} × ({pairs.ratio:.2f} × in processor time), {pairs.peak:.0f} MB"


def _compared(url: str, out: Path, *words: str) -> Pairs:
    bare = ["-c", _BARE, url, str(out.with_suffix(".bare"))]
    pairs = compare(["-m", "oktascim", "logs", *words], bare, RUNS, environ=_environ(url), stdout=out)
    assert out.stat().st_size > 0, words
    return pairs


def _narrowed(page: list[dict[str, Any]]) -> list[str]:
    """A condition that oktascim checks event by event: a pattern that Okta's filter can't express."""
    kind = page[0]["eventType"]
    return ["--type", f"{kind[:3]}*{kind[4:8]}*"]


def _page() -> list[dict[str, Any]]:
    """Events of the emulator, as Okta's API returns them."""
    settings = EmulatorSettings()
    with EmulatedOrg(settings) as org:
        headers = {"Authorization": f"SSWS {settings.token}"}
        seed = {"events": EVENTS_A_PAGE, "apps": 1, "users": 100, "days": 6}
        httpx.post(f"{org.url}/_emulator/seed", json=seed, headers=headers, timeout=60).raise_for_status()
        page: list[dict[str, Any]] = httpx.get(f"{org.url}/api/v1/logs?limit=1000", headers=headers, timeout=60).json()
    return page


def _sdk(url: str) -> float:
    """Events per second of the okta SDK."""
    from okta.client import Client

    os.environ["OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"] = "true"  # otherwise the SDK refuses http

    async def read() -> float:
        client = Client({"orgUrl": url, "token": TOKEN})
        events, after = 0, None
        started = time.perf_counter()
        for _ in range(SDK_PAGES):
            found, answer, error = await client.list_log_events(limit=1000, after=after)
            assert error is None, error
            events += len(found)
            following = re.search(r'<([^>]*)>; rel="next"', str(answer.headers.get("link", "")))
            after = httpx.URL(following[1]).params["after"] if following else None
        return events / (time.perf_counter() - started)

    return asyncio.run(read())


def _first_line(url: str) -> float:
    """Seconds from the start of the process to the first line."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "oktascim", "logs", "-o", "jsonl"]
    environ = os.environ | _environ(url)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ) as process:
        assert process.stdout is not None
        json.loads(process.stdout.readline())
        first = time.perf_counter() - started
        process.terminate()
        process.stdout.read()
    return first


def _environ(url: str) -> dict[str, str]:
    return {"OKTA_CLIENT_ORGURL": url, "OKTA_CLIENT_TOKEN": TOKEN}
