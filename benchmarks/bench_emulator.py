"""How many reads the emulator answers on one core, compared with a bare server, and how soon it is ready.

It counts the CPU time of the server's process, so that other work on the machine doesn't matter. The bare server is
Starlette on uvicorn with one route that returns the same bytes, so the difference is what the emulator does: the gate,
the journal, routing, SQLite and JSON.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

READS = 500
ROUNDS = 3
USERS, GROUPS, APPS = 200, 20, 20
STARTS = 5

_EMULATOR = """
import json
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.server import serve
settings = EmulatorSettings()
serve(settings, 0, lambda url, *_: print(json.dumps([url, settings.token]), flush=True))
"""
_BARE = """
import json, socket, sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
body = sys.stdin.buffer.read()
async def answer(request):
    return Response(body, media_type="application/json")
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
print(json.dumps([f"http://127.0.0.1:{listener.getsockname()[1]}", ""]), flush=True)
app = Starlette(routes=[Route("/{path:path}", answer)])
config = uvicorn.Config(app, http="h11", log_level="error", access_log=False, timeout_keep_alive=75)
uvicorn.Server(config).run(sockets=[listener])
"""


def measure() -> dict[str, object]:
    """Reads per second of the emulator and of the bare server, and the milliseconds until the emulator is ready."""
    rows: dict[str, Any] = {}
    with _served(_EMULATOR) as emulator:
        made = emulator.call("POST", "/_emulator/seed", {"users": USERS, "groups": GROUPS, "apps": APPS})
        paths = {
            "one user": f"/api/v1/users/{made['users'][0]}",
            "one app": f"/api/v1/apps/{made['apps'][0]}",
            "20 apps": "/api/v1/apps",
            f"{USERS} users": "/api/v1/users",
        }
        for name, path in paths.items():
            with _served(_BARE, emulator.read(path)) as bare:
                pairs = [(emulator.rate(path), bare.rate(path)) for _ in range(ROUNDS)]
            own, other = (round(statistics.median(values)) for values in zip(*pairs, strict=True))
            rows[f"{name}: the emulator"] = f"{own} reads/s"
            rows[f"{name}: a bare server, same bytes"] = f"{other} reads/s"
    rows["ready"] = f"{_milliseconds_to_ready()} ms"
    notes = ["Reads per second of the server's CPU time, and milliseconds of it until the server is ready."]
    return {"title": "The emulator", "unit": "median", "rows": rows, "notes": notes}


class _Server:
    def __init__(self, pid: int, url: str, token: str) -> None:
        self._times = Path(f"/proc/{pid}/stat")
        self._http = http.client.HTTPConnection(url.removeprefix("http://"))
        self._headers = {"Authorization": f"SSWS {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        self._http.request(method, path, json.dumps(body) if body is not None else None, self._headers)
        return json.loads(self._http.getresponse().read())

    def read(self, path: str) -> bytes:
        self._http.request("GET", path, headers=self._headers)
        return self._http.getresponse().read()

    def rate(self, path: str) -> float:
        started = self.cpu_seconds()
        for _ in range(READS):
            self.read(path)
        return READS / (self.cpu_seconds() - started)

    def cpu_seconds(self) -> float:
        user, system = self._times.read_text(encoding="ascii").split()[13:15]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _served(code: str, given: bytes = b"") -> Iterator[_Server]:
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(given)
        process.stdin.close()
        yield _Server(process.pid, *json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait()


def _milliseconds_to_ready() -> int:
    def once() -> float:
        with _served(_EMULATOR) as emulator:
            return emulator.cpu_seconds()

    return round(statistics.median(once() for _ in range(STARTS)) * 1000)
