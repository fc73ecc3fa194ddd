"""How long the program takes until its first output or request, compared with its libraries alone."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.processes import RUNS, Pairs, Run, compare, compile_packages, run

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
        pairs = Pairs(*zip(*((_first_request(words), run(["-c", HTTP])) for _ in range(RUNS)), strict=True), peak=0)
        rows[f"{name}, until its first request"] = (
            f"{pairs.wall * 1000:.0f} ms, {pairs.ratio:.2f} × `{HTTP}` ({pairs.wall_ratio:.2f} × in wall time)"
        )
    rows["python -c 'import okta.client' (the SDK, not used at start-up)"] = _milliseconds(["import okta.client"], 2)
    return {
        "title": "Start-up",
        "unit": "median",
        "rows": rows,
        "notes": [
            f"{RUNS} pairs each, in turn, with bytecode compiled. Ratios compare processor time.",
            "Until a first request, pydantic isn't loaded: Typer needs it only for values that have to be converted.",
        ],
    }


def _milliseconds(code: list[str], runs: int = RUNS) -> str:
    return f"{statistics.median(run(['-c', *code]).wall for _ in range(runs)) * 1000:.0f} ms"


def _first_request(words: list[str]) -> Run:
    """What a command costs from its start until a server has its first request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        environ = {
            **os.environ,
            "OKTA_CLIENT_ORGURL": f"http://127.0.0.1:{listener.getsockname()[1]}",
            "OKTA_CLIENT_TOKEN": "benchmark-token",
        }
        started = perf_counter()
        line = [sys.executable, "-m", "oktascim", *words]
        with subprocess.Popen(line, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as command:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                cost = Run(perf_counter() - started, _processor_time(command.pid))
                connection.sendall(_REFUSED)
        return cost


def _processor_time(process: int) -> float:
    """The seconds that a process with one thread has run (Linux)."""
    return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
