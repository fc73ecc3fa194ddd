"""Provisioning by the emulator, compared with a bare loop that sends the same requests; its reset; the start of `run`.

It counts the CPU time of the client and the SCIM server together, as if both shared one core, so that other work on the
machine doesn't matter. The two sides take turns in chunks.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.processes import compile_packages
from okta_emulator.org.seed import Seed
from okta_emulator.scim_server import ScimServer
from okta_emulator.testing import OktaEmulator
from tests.support.broken_server import TOKEN

PEOPLE, CHUNK = 1_000, 50
STARTS = 9
_SERVE = """
from tests.support.broken_server import Server
server = Server([])
print(server.base_url, flush=True)
server.serve_forever(0.5)
"""


class _Server:
    """A SCIM server in a separate process."""

    def __init__(self, url: str, pid: int | None) -> None:
        self.url = url
        self._pid = pid

    def cpu_seconds(self) -> float:
        """The CPU time of this process and the server's."""
        return time.process_time() + _cpu_seconds(self._pid)


@contextmanager
def _plain() -> Iterator[_Server]:
    """The tests' own server, whose requests cost half a millisecond."""
    process = subprocess.Popen([sys.executable, "-c", _SERVE], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield _Server(process.stdout.readline().strip(), process.pid)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _scim2_server() -> Iterator[_Server]:
    """The server that `emulator run --scim-server` starts."""
    with ScimServer(TOKEN) as server:
        yield _Server(server.base_url, server.pid)


def measure() -> dict[str, object]:
    """Requests per second of both sides, and milliseconds of the rest."""
    rows = {}
    for name, serving, number in (("a bare SCIM server", _plain, PEOPLE), ("scim2-server", _scim2_server, PEOPLE // 4)):
        pairs = _pairs(serving, number)
        bare, emulator = (2 * number / sum(pair[side] for pair in pairs) for side in (0, 1))
        rows |= {
            f"{number:,} people to {name}, a bare httpx loop": f"{bare:.0f} requests/s",
            f"{number:,} people to {name}, assigned in the emulator": f"{emulator:.0f} requests/s",
            f"to {name}, the emulator beside the bare loop": f"{100 * emulator / bare:.0f} %",
        }
    compile_packages()
    ready, used, whole = _run()
    rows |= {
        "reset of an org with 3 people": f"{_reset(3):.1f} ms",
        f"reset of an org with {PEOPLE:,} people": f"{_reset(PEOPLE):.1f} ms",
        "`emulator run -- true`, from its start until the org answers": f"{ready:.0f} ms of wall time, {used:.0f} ms",
        "`emulator run -- true`, from start to end": f"{whole:.0f} ms",
    }
    notes = [
        "CPU time of client and SCIM server together. Each person is two requests, a look-up and a POST.",
        "The emulator also keeps every exchange and logs four events per person.",
        f"The wall time until the org answers is that of the fastest of {STARTS} starts.",
    ]
    return {"title": "Provisioning by the emulator", "unit": "of CPU time", "rows": rows, "notes": notes}


def _pairs(serving: Callable[[], AbstractContextManager[_Server]], number: int) -> list[tuple[float, float]]:
    """Seconds of the bare loop and of the emulator, by chunk."""
    chunks = [[f"p{chunk}-{one}@acme.example" for one in range(CHUNK)] for chunk in range(number // CHUNK)]
    groups = [{"name": f"Chunk {number:03}", "members": logins} for number, logins in enumerate(chunks)]
    people = [{"login": login} for logins in chunks for login in logins]
    found = []
    with (
        serving() as server,
        serving() as other,
        OktaEmulator(seed=_seed(people, groups)) as org,
        asyncio.Runner() as runner,
    ):
        http = runner.run(_client())
        app = org.scim_app(server.url, TOKEN)
        for chunk in range(len(chunks)):
            (group,) = org.call("GET", "/api/v1/groups", q=f"Chunk {chunk:03}")
            last = (org.exchanges() or [{"n": 0}])[-1]["n"]
            started = server.cpu_seconds()
            org.call("PUT", f"/api/v1/apps/{app['id']}/groups/{group['id']}")
            seconds = server.cpu_seconds() - started
            sent = org.call("GET", "/_emulator/exchanges", since=last)
            assert len(sent) == 2 * CHUNK
            started = other.cpu_seconds()
            runner.run(_send(http, other.url, sent))
            found.append((other.cpu_seconds() - started, seconds))
        runner.run(http.aclose())
    return found


def _seed(people: list[dict[str, Any]], groups: list[dict[str, Any]] | None = None) -> Seed:
    return Seed.model_validate_json(json.dumps({"people": people, "groups": groups or []}))


async def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False)


async def _send(http: httpx.AsyncClient, url: str, sent: list[dict[str, str]]) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
    for one in sent:
        target = url + one["url"][one["url"].index("/Users") :]
        answer = await http.request(one["method"], target, content=one["request_body"], headers=headers)
        assert answer.is_success


def _reset(number: int) -> float:
    """Milliseconds, including the call."""
    with OktaEmulator(seed=_seed([{"login": f"p{one}@acme.example"} for one in range(number)])) as org:
        started = time.process_time()
        for _ in range(10):
            org.call("POST", "/_emulator/reset")
        return (time.process_time() - started) * 100


def _run() -> tuple[float, float, float]:
    """Milliseconds of `emulator run -- true`: wall and CPU time until it says that the org answers, CPU time in all.

    The wall time is that of the fastest run, which other programs disturbed least.
    """
    command, runs = [sys.executable, "-m", "oktascim", "emulator", "run", "--", "true"], []
    for _ in range(STARTS):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            assert process.stderr.readline().startswith("Emulated org at ")
            ready, used = time.perf_counter() - started, _cpu_seconds(process.pid)
            process.stderr.read()
        assert process.returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        runs.append((ready, used, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    ready, used, whole = zip(*runs, strict=True)
    return min(ready) * 1000, statistics.median(used) * 1000, statistics.median(whole) * 1000


def _cpu_seconds(pid: int | None) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[13:15]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
