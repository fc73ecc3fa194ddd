"""The System Log at size: 100,000 events of the emulator, beside a bare HTTP loop and beside the okta SDK.

The emulator runs in a process of its own. A round measures every contender once; the best of the rounds counts, since
whatever else the machine does can only slow a contender down. Start-up and imports are left out for all of them.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from oktascim.cli.main import run

EVENTS = 100_000
ROUNDS = 5
SDK_PAGES = 3
TOKEN = "00benchmarkbenchmarkbenchmarkbenchmark0000"

_SERVER = f"""
from okta_emulator.http.server import serve
from okta_emulator.core.settings import EmulatorSettings
serve(EmulatorSettings(token={TOKEN!r}), 0, lambda url: print(url, flush=True))
"""
_PEAK = """
import re, sys
from oktascim.cli.main import run
run(sys.argv[1:])
status = open("/proc/self/status").read()
sys.stderr.write(re.search(r"VmHWM:\\s+(\\d+)", status)[1])
"""


def measure() -> dict[str, object]:
    """Events a second of each contender, and what the command needs besides time."""
    with _org() as url, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log"
        contenders: dict[str, Callable[[], int]] = {
            "bare httpx loop, next links and bytes only": lambda: _bare(url, file),
            "oktascim logs -o jsonl": lambda: _command(url, file, "-o", "jsonl"),
            "oktascim logs --explain (text)": lambda: _command(url, file, "--explain"),
        }
        speeds = _best(contenders)
        speeds["okta SDK, list_log_events"] = _sdk(url)
        first, whole = _first_line(url)
        peaks = {
            form: _peak(url, file, *words) for form, words in {"jsonl": ("-o", "jsonl"), "text": ("--explain",)}.items()
        }
    bare, jsonl, text, sdk = speeds.values()
    return {
        "title": f"logs, {EVENTS:,} events",
        "unit": "events a second",
        "rows": {name: f"{speed:,.0f}" for name, speed in speeds.items()},
        "notes": [
            f"jsonl reaches {jsonl / bare:.0%} of the bare loop; text with explanations {text / bare:.0%}.",
            f"jsonl is {jsonl / sdk:.0f} times as fast as the SDK on the same pages.",
            f"Peak memory: {peaks['jsonl']:.0f} MB for jsonl, {peaks['text']:.0f} MB for text with explanations.",
            f"The first line is there {first:.2f} s after the start of the process, the last after {whole:.2f} s.",
            f"Best of {ROUNDS} rounds ({SDK_PAGES} pages for the SDK); start-up and imports are left out.",
        ],
    }


@contextmanager
def _org() -> Iterator[str]:
    """An emulated org with events, in a process of its own."""
    with subprocess.Popen([sys.executable, "-c", _SERVER], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            seed = {"events": EVENTS, "apps": 1, "users": 100, "days": 6}
            httpx.post(f"{url}/_emulator/seed", json=seed, headers=_authorization(), timeout=120).raise_for_status()
            yield url
        finally:
            server.terminate()


def _best(contenders: dict[str, Callable[[], int]]) -> dict[str, float]:
    speeds = dict.fromkeys(contenders, 0.0)
    for _ in range(ROUNDS):
        for name, contender in contenders.items():
            started = time.perf_counter()
            events = contender()
            speeds[name] = max(speeds[name], events / (time.perf_counter() - started))
    return speeds


def _bare(url: str, file: Path) -> int:
    now = datetime.now(UTC)
    window = {"since": (now - timedelta(days=7)).isoformat(), "until": now.isoformat(), "limit": "1000"}
    following: str | None = str(httpx.URL(f"{url}/api/v1/logs", params=window))
    with httpx.Client(headers=_authorization(), timeout=60) as client, file.open("wb") as out:
        while following:
            answer = client.get(following)
            out.write(answer.raise_for_status().content)
            found = re.search(r'<([^>]*)>; rel="next"', answer.headers.get("link", ""))
            following = found[1] if found else None
    return EVENTS


def _command(url: str, file: Path, *words: str) -> int:
    with file.open("w", encoding="utf-8") as out:
        code = run(["logs", *words], environ=_environ(url), stdout=out, stderr=io.StringIO())
    assert code == 0, f"logs {words} ended with {code}"
    return EVENTS


def _sdk(url: str) -> float:
    from okta.client import Client

    os.environ["OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"] = "true"  # the SDK refuses http otherwise

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


def _first_line(url: str) -> tuple[float, float]:
    """Seconds from the start of the process to the first line, and to the end."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "oktascim", "logs", "-o", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | _environ(url)) as process:
        assert process.stdout is not None
        json.loads(process.stdout.readline())
        first = time.perf_counter() - started
        while process.stdout.read(1 << 20):
            pass
    return first, time.perf_counter() - started


def _peak(url: str, file: Path, *words: str) -> float:
    """The most memory that the command held, in MB, as the kernel counted it."""
    with file.open("wb") as out:
        command = [sys.executable, "-c", _PEAK, "logs", *words]
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env=os.environ | _environ(url), check=True)
    return int(done.stderr.split()[-1]) / 1024  # behind what the command says itself


def _authorization() -> dict[str, str]:
    return {"Authorization": f"SSWS {TOKEN}"}


def _environ(url: str) -> dict[str, str]:
    return {"OKTA_CLIENT_ORGURL": url, "OKTA_CLIENT_TOKEN": TOKEN}
