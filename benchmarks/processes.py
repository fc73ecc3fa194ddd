"""Runs commands as whole processes, alternating with what they are compared with."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

RUNS = 9
ROOT = Path(__file__).parents[1]
_LAUNCHER = """
import os, resource, sys
_, status = os.waitpid(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Run:
    """The cost of one process: wall time and processor time in seconds."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Pairs:
    """Runs of a command, each followed by a run of what it is compared with; `peak` is its peak memory in MB."""

    runs: tuple[Run, ...]
    others: tuple[Run, ...]
    peak: float

    @property
    def wall(self) -> float:
        """The median wall time in seconds."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def ratio(self) -> float:
        """The median over the pairs of the ratio of processor time, which other programs disturb least."""
        return statistics.median(run.cpu / other.cpu for run, other in zip(self.runs, self.others, strict=True))

    @property
    def wall_ratio(self) -> float:
        """The median over the pairs of the ratio of wall time."""
        return statistics.median(run.wall / other.wall for run, other in zip(self.runs, self.others, strict=True))


def compare(arguments: Sequence[str], other: Sequence[str], runs: int = RUNS, **options: object) -> Pairs:
    """Run two Python commands in turn, after one uncounted run of each; `options` are those of `run`, for the first."""
    peak = peak_memory(arguments, **options)  # type: ignore[arg-type]
    run(other)
    pairs = [(run(arguments, **options), run(other)) for _ in range(runs)]  # type: ignore[arg-type]
    return Pairs(tuple(one for one, _ in pairs), tuple(one for _, one in pairs), peak)


def peak_memory(
    arguments: Sequence[str], environ: Mapping[str, str] | None = None, stdout: Path | None = None
) -> float:
    """The peak memory of this Python with some arguments, in MB.

    Linux counts the memory of the process that starts a command to the command's own peak, and a benchmark has loaded
    much. Therefore a small process starts it.
    """
    with open(stdout or os.devnull, "wb") as out:  # noqa: PTH123 - os.devnull is no path of ours
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, sys.executable, *arguments],
            stdout=out,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environ or {})},
            check=True,
        )
    return int(done.stderr.split()[-1]) / 1024


def run(arguments: Sequence[str], environ: Mapping[str, str] | None = None, stdout: Path | None = None) -> Run:
    """Run this Python with some arguments; its own standard output goes to a file, or nowhere."""
    with open(stdout or os.devnull, "wb") as out:  # noqa: PTH123 - os.devnull is no path of ours
        started = perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], stdout=out, stderr=subprocess.PIPE, env={**os.environ, **(environ or {})}
        )
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}: {said.decode()[-1000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime)


def compile_packages() -> None:
    """Write the bytecode that an installed package has, even if the environment forbids Python to write it."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", "oktascim", "okta_emulator"], cwd=ROOT, check=True)
