"""How checks are run: each in a task of its own, by which its exchanges are told from those of others."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from oktascim.check import runner
from oktascim.check.catalogue import catalogue
from oktascim.check.model import Check
from oktascim.check.values import value_at
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


class Shown:
    """A response with a body."""

    answer = None

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body

    def at(self, path: str) -> Any:
        return value_at(self.body, path)


def test_an_entry_that_a_list_lacks_is_named_and_not_its_attributes() -> None:
    sent = cast("Any", Shown({"Resources": [{"id": "8"}]}))
    expected = {"Resources[id=9].displayName": "Team", "Resources[id=8].displayName": "Club"}
    assert [text for _, text in runner.mismatches(sent, expected)] == [
        "Resources has no entry with the id 9.",
        'Resources[id=8].displayName is missing; expected "Club".',
    ]


def test_many_missing_attributes_are_one_sentence() -> None:
    sent = cast("Any", Shown({"title": "x", "active": True}))
    expected = dict.fromkeys(("nickName", "title", "locale", "timezone", "userType"), "y")
    wrong = runner.mismatches(sent, expected)
    assert runner._in_sentences(sent, wrong) == (
        'title is "x"; expected "y". Missing: nickName, locale, timezone, userType.'
    )
    assert runner._in_sentences(sent, wrong[:2]) == ('nickName is missing; expected "y". title is "x"; expected "y".')
