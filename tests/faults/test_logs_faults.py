"""The log over a bad line, into a pipe that closes, onto a disk that is full."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.logged import LoggedOrg, logged


@pytest.fixture(scope="module")
def seeded() -> Iterator[LoggedOrg]:
    with logged() as org:
        org.seed(2500)
        yield org


@pytest.fixture
def org(seeded: LoggedOrg) -> LoggedOrg:
    seeded.emulated.call("DELETE", "/_emulator/faults")
    return seeded


def uuids(text: str) -> list[str]:
    return [json.loads(line)["uuid"] for line in text.splitlines()]


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "reset_before"},
        {"action": "reset_after"},
        {"action": "truncate"},
        {"action": "status", "status": 503},
        {"action": "status", "status": 429, "headers": {"X-Rate-Limit-Limit": "0", "X-Rate-Limit-Remaining": "0"}},
    ],
    ids=lambda fault: f"{fault['action']} {fault.get('status', '')}".strip(),
)
@pytest.mark.parametrize("nth", [1, 2])
def test_a_fault_costs_no_event_and_doubles_none(org, fault, nth):
    expected = uuids(org.logs("-o", "jsonl").out)
    org.emulated.fault(**fault, path="/api/v1/logs", nth=nth)
    done = org.logs("-o", "jsonl")
    assert done.code == 0
    assert uuids(done.out) == expected


def test_an_org_that_stays_away_is_told_and_the_cursor_kept(org, tmp_path):
    cursor = tmp_path / "cursor"
    words = ("--cursor", str(cursor), "-o", "jsonl")
    org.emulated.fault("status", path="/api/v1/logs", status=503, nth=2, count=0)
    broken = org.logs(*words)
    assert broken.code == 1
    assert "503" in broken.err
    org.emulated.call("DELETE", "/_emulator/faults")
    rest = org.logs(*words)
    seen = uuids(broken.out) + uuids(rest.out)
    assert len(seen) == len(set(seen)) >= 2500


def test_a_page_is_not_written_where_reading_broke_off(org, tmp_path):
    org.emulated.fault("status", path="/api/v1/logs", status=503, nth=2, count=0)
    assert org.logs("--html", str(tmp_path / "log.html")).code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["text", "jsonl", "json", "csv"])
def test_a_reader_that_goes_away_is_no_trouble(org, form):
    with org.process("logs", "-o", form, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.read(10)
        process.stdout.close()
        errors = process.stderr.read()
        process.wait(30)
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [("-o", "jsonl"), ("-o", "text"), ("--summary",), ("-o", "csv", "--limit", "1")])
def test_a_full_disk_is_told(org, words):
    with Path("/dev/full").open("wb") as full:
        process = org.process("logs", *words, stdout=full, stderr=subprocess.PIPE)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"No space left on device" in errors
    assert b"should not happen" not in errors


@pytest.mark.parametrize("words", [("--html", "log.html"), ("-o", "parquet", "--out", "log")])
def test_a_file_that_cannot_grow_is_told_and_nothing_is_left(org, tmp_path, words):
    def small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    process = org.process("logs", *words, cwd=tmp_path, stderr=subprocess.PIPE, preexec_fn=small_files_only)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"Can't write" in errors
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("words", [("explain", "Error authenticating: null"), ("help", "exit-codes")])
def test_any_command_says_that_the_disk_is_full(words):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "oktascim", *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == "Error: Can't write the output: No space left on device.\n"
