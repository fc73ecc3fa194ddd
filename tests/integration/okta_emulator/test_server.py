"""Starting, stopping, and keeping an org."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from okta_emulator.core.problem import EmulatorProblem
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http import server
from okta_emulator.http.gate import Gate
from okta_emulator.http.server import EmulatedOrg
from tests.support.emulated import Emulated

_SERVE = """
import json, sys
from okta_emulator.http.server import serve
from okta_emulator.core.settings import EmulatorSettings
settings = EmulatorSettings()
serve(settings, 0, lambda url, _authority: print(json.dumps([url, settings.token]), flush=True))
print("stopped", flush=True)
"""


def test_a_file_keeps_the_org(tmp_path: Path) -> None:
    settings, file = EmulatorSettings(), tmp_path / "org.sqlite"
    with EmulatedOrg(settings, database=file) as running:
        org = Emulated(running)
        app = org.bookmark()
        identity = org.call("GET", "/api/v1/org")["id"]
        events = len(org.events())
    with EmulatedOrg(settings, database=file) as running:
        org = Emulated(running)
        assert org.call("GET", f"/api/v1/apps/{app['id']}") | {"_links": 0} == app | {"_links": 0}
        assert org.call("GET", "/api/v1/org")["id"] == identity
        assert len(org.events()) == events
        assert settings.token not in "".join(str(path.read_bytes()) for path in tmp_path.iterdir())


def test_a_taken_port_is_said() -> None:
    with EmulatedOrg() as running, pytest.raises(EmulatorProblem) as caught:
        EmulatedOrg(port=int(running.url.rpartition(":")[2]))
    assert "can't listen" in caught.value.what
    assert caught.value.fix


def test_after_stopping_nothing_is_left() -> None:
    before = set(threading.enumerate())  # a worker may keep orgs of other tests running
    with EmulatedOrg() as running:
        url = running.url
        assert set(threading.enumerate()) > before
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_foreground_server_ends_cleanly(how: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout
    url, token = json.loads(process.stdout.readline())
    with httpx.Client(headers={"Authorization": f"SSWS {token}"}) as http:
        assert http.get(f"{url}/api/v1/org").status_code == 200
        process.send_signal(how)
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (0, "stopped\n", "")


def test_a_request_that_outlasts_the_org_gets_503_and_no_line_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "_STOP_SECONDS", 1)
    answers: list[int] = []
    arrived = threading.Event()
    handle = Gate.__call__

    async def noted(gate: Gate, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") == "/api/v1/org":
            arrived.set()
        await handle(gate, scope, receive, send)

    monkeypatch.setattr(Gate, "__call__", noted)
    with EmulatedOrg(EmulatorSettings(latency=60)) as running:
        headers, url = {"Authorization": f"SSWS {running.token}"}, f"{running.url}/api/v1/org"
        client = threading.Thread(
            target=lambda: answers.append(httpx.get(url, headers=headers, timeout=30).status_code)
        )
        client.start()
        assert arrived.wait(30)
    client.join()
    assert answers == [503]
    assert not caplog.records
