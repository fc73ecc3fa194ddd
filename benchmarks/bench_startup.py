"""How long the program takes until its first output or request, compared with its libraries alone."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
from time import perf_counter

from benchmarks.processes import RUNS, compare, compile_packages, run

TYPER = "import typer"
SPEC = "import typer, pydantic, yaml"
HTTP = "import typer, httpx"
COMMANDS = {
    "oktascim --version": (["--version"], TYPER),
    "oktascim --help": (["--help"], TYPER),
    "oktascim validate examples/quickstart.yaml": (["validate", "examples/quickstart.yaml"], SPEC),
    "oktascim explain 'Error authenticating: null'": (["explain", "Error authenticating: null"], SPEC),
}
REQUESTS = {"oktascim logs": ["logs"], "oktascim app list": ["app", "list"]}
_REFUSED = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def measure() -> dict[str, object]:
    """Median wall time of each command, in milliseconds, and its ratio to the libraries that it needs."""
    compile_packages()
    rows = {f"python -c '{code}'": _milliseconds([code]) for code in ("pass", TYPER, SPEC, HTTP)}
    for name, (words, code) in COMMANDS.items():
        pairs = compare(["-m", "oktascim", *words], ["-c", code])
        rows[name] = f"{pairs.wall * 1000:.0f} ms, {pairs.ratio:.2f} × `{code}`"
    for name, words in REQUESTS.items():
        until = [_first_request(words) for _ in range(RUNS)]
        ratio = statistics.median(wall / run(["-c", HTTP]).wall for wall in until)
        rows[f"{name}, until its first request"] = f"{statistics.median(until) * 1000:.0f} ms, {ratio:.2f} × `{HTTP}`"
    rows["python -c 'import okta.client' (the SDK, not used at start-up)"] = _milliseconds(["import okta.client"], 2)
    return {
        "title": "Start-up",
        "unit": "median",
        "rows": rows,
        "notes": [
            (
                f"{RUNS} pairs each, in turn, with bytecode compiled. Ratios compare processor time; until a "
                "first request, wall time."
            ),
            "Until a first request, pydantic isn't loaded: Typer needs it only for values that have to be converted.",
        ],
    }


def _milliseconds(code: list[str], runs: int = RUNS) -> str:
    return f"{statistics.median(run(['-c', *code]).wall for _ in range(runs)) * 1000:.0f} ms"


def _first_request(words: list[str]) -> float:
    """Seconds from the start of a command until a server has its first request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        environ = {
            **os.environ,
            "OKTA_CLIENT_ORGURL": f"http://127.0.0.1:{listener.getsockname()[1]}",
            "OKTA_CLIENT_TOKEN": "benchmark-token",
        }
        started = perf_counter()
        command = [sys.executable, "-m", "oktascim", *words]
        with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                seconds = perf_counter() - started
                connection.sendall(_REFUSED)
        return seconds
