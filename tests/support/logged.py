"""An emulated org whose app `Acme CRM` has a log, and the program pointed at it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from oktascim.cli.main import run
from oktascim.okta.logs import okta_time
from tests.support.emulated import Emulated, emulated

NOTE = {"settings": {"notes": {"admin": "oktascim:acme-crm", "enduser": None}}}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class LoggedOrg:
    """An org with the app `Acme CRM`, integration acme-crm."""

    emulated: Emulated
    app: dict[str, Any]

    def seed(self, events: int, days: float = 6) -> None:
        self.emulated.call("POST", "/_emulator/seed", {"events": events, "app_id": self.app["id"], "days": days})

    def oktascim(self, *words: str) -> Done:
        """Run a command in this process."""
        stdout, stderr = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline=""), io.StringIO()
        code = run(words, environ=self.environ, stdout=stdout, stderr=stderr, stdin=io.StringIO())
        stdout.flush()
        return Done(code, stdout.buffer.getvalue().decode(), stderr.getvalue())

    def logs(self, *words: str) -> Done:
        return self.oktascim("logs", *words)

    def process(self, *words: str, environ: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[bytes]:
        """Start a command in a process of its own, with these variables too."""
        command = [sys.executable, "-m", "oktascim", *words]
        return subprocess.Popen(command, env={**os.environ, **self.environ, **(environ or {})}, **options)

    @property
    def environ(self) -> dict[str, str]:
        return {"OKTA_CLIENT_ORGURL": self.emulated.org.url, "OKTA_CLIENT_TOKEN": self.emulated.org.token}

    def log_requests(self) -> list[dict[str, Any]]:
        """The calls to the log that the org has seen."""
        seen: list[dict[str, Any]] = self.emulated.call("GET", "/_emulator/requests")
        return [request for request in seen if request["path"] == "/api/v1/logs"]

    def stored(self) -> bytes:
        """All events, at most 1,000, as the org answers them."""
        query = {
            "since": okta_time(datetime.now(UTC) - timedelta(days=30)),
            "until": "2100-01-01T00:00:00Z",
            "limit": 1000,
        }
        return self.emulated.http.get("/api/v1/logs", params=query).content


@contextmanager
def logged(**settings: Any) -> Iterator[LoggedOrg]:
    """Such an org, for as long as the block lasts."""
    with emulated(**settings) as org:
        yield LoggedOrg(org, org.app("scim2testapp", "Acme CRM", **NOTE))
