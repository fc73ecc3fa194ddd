"""Every command in the pages about the log works as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.logged import LoggedOrg, logged

DOCS = Path(__file__).parents[3] / "docs"
COMMANDS = [
    command
    for page in ("logs.md", "scale.md")
    for block in re.findall(r"```console\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE)
]


@pytest.fixture(scope="module")
def org() -> Iterator[LoggedOrg]:
    with logged() as org:
        org.emulated.user("Ada")
        org.seed(60)
        yield org


def test_there_are_commands():
    assert len(COMMANDS) > 10


@pytest.mark.parametrize("command", [command for command in COMMANDS if "--follow" not in command])
def test_a_command_works(org, tmp_path, command):
    script = re.sub(r"\boktascim (?=logs|explain)", f"{sys.executable} -m oktascim ", command)
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, **org.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size]
    assert done.returncode == 0, done.stderr
    assert done.stdout or written or "No events" in done.stderr


def test_the_query_in_the_page_reads_the_dataset(org, tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb", reason="duckdb reads the dataset in this test")
    query = re.search(r"```sql\n(.*?)```", (DOCS / "scale.md").read_text(encoding="utf-8"), re.DOTALL)
    assert org.logs("-o", "parquet", "--out", str(tmp_path / "log")).code == 0
    monkeypatch.chdir(tmp_path)
    rows = duckdb.sql(query.group(1).rstrip().rstrip(";")).fetchall()
    assert sum(count for _, _, count in rows) == 60


def test_the_arithmetic_of_the_page_adds_up():
    text = (DOCS / "scale.md").read_text(encoding="utf-8")
    calls = 2_000_000 * 90 // 1000
    assert f"{calls:,} calls" in text
    for _, rate, hours in re.findall(
        r"^\| ((?:Enterprise|Workforce).*?) \| (\d+) \| (\d+) hours \|$", text, re.MULTILINE
    ):
        assert calls / int(rate) / 60 == int(hours)
    for whole, half, hour in re.findall(r"^\| .*? \| (\d+) \| (\d+) \| ([\d,]+) \|$", text, re.MULTILINE):
        assert int(half) * 2 == int(whole)
        assert int(hour.replace(",", "")) == int(half) * 60 * 1000
