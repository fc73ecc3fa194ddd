"""How checks are run: each in a task of its own, by which its exchanges are told from those of others."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import httpx
import pytest

from oktascim.check import runner
from oktascim.check.bodies import Names
from oktascim.check.catalogue import catalogue
from oktascim.check.lab import Lab
from oktascim.check.model import Check
from oktascim.check.report import CheckReport
from oktascim.check.verdict import INTERRUPTED, Verdict, not_run
from oktascim.http.clock import Clock, Stop
from oktascim.scim.answer import Answer
from oktascim.scim.exchange import ScimClient


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


def test_a_run_keeps_only_the_start_of_large_responses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers each write with 8 MB once took 2 GB."""
    large = {"id": "1", "pad": "x" * 1_000_000}
    transport = httpx.MockTransport(lambda _request: httpx.Response(201, json=large))
    clock = Clock()

    async def main() -> None:
        async with ScimClient("https://acme.example/scim", "Bearer s3cret", 5.0, clock, transport) as client:
            place = (client, "https://acme.example/scim", "2.0", "Bearer s3cret", Names("check-1", "example.com"), 0.0)
            lab = Lab(*place, clock, Stop())

            async def run_check(lab: Lab, check: Check) -> Verdict:
                sent = await lab.send("POST", "/Users", {"userName": "check-1"})
                assert sent.json == large  # the check itself sees all of it
                assert lab.last is lab.seen[-1], "what the task keeps until the run ends"
                return Verdict(check, False, "Wrong.", sent=sent, wrote=sent)

            monkeypatch.setattr(runner, "run_check", run_check)
            (verdict,) = await runner.run_checks(lab, catalogue().checks[:1], lambda _verdict: None)
            for kept in (verdict.sent, verdict.wrote, *lab.seen):
                assert kept is not None
                assert len(cast("Answer", kept.answer).text) < 100_000
                assert kept.exchange.body_start

    asyncio.run(main())


@pytest.mark.parametrize(
    ("wait", "requests", "slept"),
    [("30", 7, 5 * 30), ("²", 3, 0), ("9" * 5_000, 3, 0), ("-1", 3, 0), ("Wed, 21 Oct 2026 07:28:00 GMT", 3, 0)],
)
def test_a_run_waits_for_a_server_that_always_returns_429_only_once(wait: str, requests: int, slept: int) -> None:
    """Five times a minute for each request would take a day; the other values aren't seconds."""
    waits: list[float] = []

    class Patient(Stop):
        async def sleep(self, seconds: float) -> None:
            waits.append(seconds)

    headers = [(b"Retry-After", wait.encode("latin-1"))]
    transport = httpx.MockTransport(lambda _request: httpx.Response(429, headers=headers))

    async def main() -> None:
        async with ScimClient("https://acme.example/scim", "Bearer s3cret", 5.0, Clock(), transport) as client:
            place = (client, "https://acme.example/scim", "2.0", "Bearer s3cret", Names("check-1", "example.com"), 0.0)
            lab = Lab(*place, Clock(), Patient())
            for _ in range(3):
                assert (await lab.send("GET", "/Users")).exchange.status == 429
            assert (len(lab.seen), sum(waits)) == (requests, slept)

    asyncio.run(main())
