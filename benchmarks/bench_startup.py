"""How long the program takes to say something, beside the interpreter alone and beside what Typer itself costs."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 7
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "python -c 'import typer'": ["-c", "import typer"],
    "python -c 'import typer, pydantic, yaml'": ["-c", "import typer, pydantic, yaml"],
    "oktascim --version": ["-m", "oktascim", "--version"],
    "oktascim --help": ["-m", "oktascim", "--help"],
    "oktascim validate examples/quickstart.yaml": ["-m", "oktascim", "validate", "examples/quickstart.yaml"],
    "oktascim explain 'Error authenticating: null'": ["-m", "oktascim", "explain", "Error authenticating: null"],
    "import okta.client (the SDK, not used at start-up)": ["-c", "import okta.client"],
}


def measure() -> dict[str, object]:
    """Median wall time of each command, in milliseconds."""
    rows = {}
    for name, arguments in COMMANDS.items():
        runs = 2 if "SDK" in name else RUNS
        rows[name] = round(statistics.median(_once(arguments) for _ in range(runs)) * 1000)
    return {"title": "Start-up", "unit": "ms, median wall time", "rows": rows}


def _once(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - started
