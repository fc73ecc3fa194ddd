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


@dataclass(frozen=True)
class Run:
    """The cost of one process: wall time and processor time in seconds, and its peak memory in MB."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Pairs:
    """Runs of a command, each followed by a run of what it is compared with."""

    runs: tuple[Run, ...]
    others: tuple[Run, ...]

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

    @property
    def peak(self) -> float:
        """The peak memory in MB."""
        return max(run.peak for run in self.runs)


def compare(arguments: Sequence[str], other: Sequence[str], runs: int = RUNS, **options: object) -> Pairs:
    """Run two Python commands in turn, after one uncounted run of each; `options` are those of `run`, for the first."""
    run(arguments, **options)  # type: ignore[arg-type]
    run(other)
    pairs = [(run(arguments, **options), run(other)) for _ in range(runs)]  # type: ignore[arg-type]
    return Pairs(tuple(one for one, _ in pairs), tuple(one for _, one in pairs))


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
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compile_packages() -> None:
    """Write the bytecode that an installed package has, even if the environment forbids Python to write it."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", "oktascim", "okta_emulator"], cwd=ROOT, check=True)
