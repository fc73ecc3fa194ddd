"""A check run against a server on loopback, in this process or by the command line."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import pytest

from oktascim.check.report import CheckReport
from oktascim.check.run import CheckChoices, CheckMeans, ServerUnderTest, check_server
from oktascim.cli.main import run
from oktascim.secret_text import SecretStr
from tests.support.broken_server import TOKEN

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
PERSON = {
    "schemas": [CORE],
    "userName": "Grace.Hopper@acme.example",
    "name": {"givenName": "Grace", "familyName": "Hopper"},
    "emails": [{"value": "grace@acme.example", "type": "work", "primary": True}],
    "active": True,
}


def check(
    base_url: str, *, version: str = "2.0", token: str = TOKEN, means: CheckMeans | None = None, **choices: Any
) -> CheckReport:
    target = ServerUnderTest(base_url, version, SecretStr(f"Bearer {token}"))
    return asyncio.run(check_server(target, CheckChoices(**choices), means or CheckMeans()))


def failures(report: CheckReport) -> list[str]:
    return [one.check.id for one in report.verdicts if one.passed is False]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault stays a fault, however long it is looked at."""
    monkeypatch.setattr("oktascim.check.settling.WAITS", ())


@pytest.fixture
def oktascim() -> Callable[..., tuple[int, str, str]]:
    """The command line: exit code, stdout, stderr."""

    def call(*words: str, **environ: str) -> tuple[int, str, str]:
        stdout, stderr = io.StringIO(), io.StringIO()
        code = run(words, environ={"SCIM_TOKEN": TOKEN, **environ}, stdout=stdout, stderr=stderr, stdin=io.StringIO())
        return code, stdout.getvalue(), stderr.getvalue()

    return call
