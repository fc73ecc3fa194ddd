from __future__ import annotations

import json
import subprocess

import pytest

from release import audit

CLEAN = {"name": "httpx", "version": "0.28.1", "vulns": []}
FAULTY = {"name": "rich", "version": "14.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["14.1"]}]}
UNKNOWN = {"name": "typer", "skip_reason": "not found"}


def test_faults_are_listed_and_what_was_not_looked_up_is_named() -> None:
    assert list(audit.report([CLEAN, FAULTY, UNKNOWN])) == [
        "rich 14.0: PYSEC-2026-1, fixed in 14.1",
        "2 of 3 dependencies were looked up.",
        "Not looked up: typer.",
    ]


def test_an_audit_that_looked_up_nothing_says_so() -> None:
    assert list(audit.report([UNKNOWN])) == ["Audit skipped: the database knows none of the 1 dependencies here."]


@pytest.mark.parametrize(
    ("stdout", "stderr", "code", "said"),
    [
        (json.dumps({"dependencies": [FAULTY]}), "", 1, "PYSEC-2026-1"),
        ("", "requests.exceptions.ConnectionError: no route", 0, "can't be reached (requests.exceptions.Connection"),
        ("", "", 0, "can't be reached (no reason given)"),
    ],
    ids=["faults", "unreachable", "silent"],
)
def test_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stdout: str, stderr: str, code: int, said: str
) -> None:
    done = subprocess.CompletedProcess([], 1, stdout, stderr)
    monkeypatch.setattr(subprocess, "run", lambda *_words, **_options: done)
    assert audit.main() == code
    assert said in capsys.readouterr().out


def test_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def silent(*_words: object, **_options: object) -> None:
        raise subprocess.TimeoutExpired("pip-audit", 300)

    monkeypatch.setattr(subprocess, "run", silent)
    assert audit.main() == 0
    assert "didn't answer within 300 seconds" in capsys.readouterr().out
