"""How checks are run: each in a task of its own, by which its exchanges are told from those of others."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from oktascim.check import runner
from oktascim.check.catalogue import catalogue
from oktascim.check.model import Check
from oktascim.check.verdict import INTERRUPTED, CheckReport, Verdict, not_run


@pytest.mark.parametrize("parallel", [1, 4])
def test_each_check_has_a_task_of_its_own(monkeypatch: pytest.MonkeyPatch, parallel: int) -> None:
    tasks: set[Any] = set()

    async def run_check(_lab: Any, check: Check) -> Verdict:
        tasks.add(asyncio.current_task())
        return Verdict(check, True, "")

    async def main() -> None:
        checks = [check for check in catalogue().checks if "alone" in check.tags][:3]
        tasks.add(asyncio.current_task())
        await runner.run_checks(cast("Any", None), checks, lambda _verdict: None, parallel=parallel)
        assert len(tasks) == 1 + len(checks)

    monkeypatch.setattr(runner, "run_check", run_check)
    asyncio.run(main())


def test_what_a_server_says_of_an_interruption_stops_no_run() -> None:
    check = catalogue().checks[0]
    verdicts = (not_run(check, INTERRUPTED), not_run(check, "no response: the transfer was interrupted."))
    report = CheckReport("https://scim.example.com", "2.0", "run", verdicts, interrupted=True)
    assert [one.interrupted for one in verdicts] == [True, False]
    assert report.stopped.startswith("Stopped after 1 of 2 checks.")
