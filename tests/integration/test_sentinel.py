"""No secret reaches any output, at any verbosity, in any format, in any file, page or process list."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.world import SCIM_TOKEN, SPEC, Result, World

PASSWORD = "sentinel-password-0815"


class _Echo(http.server.BaseHTTPRequestHandler):
    """A careless SCIM server: refuses, and repeats the credential in its error."""

    def do_GET(self) -> None:
        body = json.dumps({"detail": f"bad credential {self.headers['Authorization']}", "status": "401"}).encode()
        self.send_response(401)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Echo", self.headers["Authorization"] or "")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


@pytest.fixture
def careless_server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/scim"
    server.shutdown()


def assert_silent(world: World, *results: Result) -> None:
    for result in results:
        for secret in (world.token, SCIM_TOKEN, PASSWORD):
            assert secret not in result.stdout, result.stdout
            assert secret not in result.stderr, result.stderr


@pytest.mark.parametrize("loud", [(), ("-v",), ("-vv",)], ids=["quiet", "v", "vv"])
def test_the_main_commands(world: World, loud: tuple[str, ...]) -> None:
    spec = world.spec()
    files = [world.folder / name for name in ("report.xml", "summary.md", "export.yaml", "log.html")]
    commands = [
        ("plan", spec),
        ("apply", spec, "--yes", "-o", "json", "--junit", str(files[0])),
        ("apply", spec, "--rotate-credentials", "--yes"),
        ("plan", spec, "-o", "yaml"),
        ("connection", "test", "--spec", spec, "--app", "acme-crm", "-o", "json"),
        ("connection", "show", "--app", "acme-crm"),
        ("app", "list", "-o", "json"),
        ("app", "show", "acme-crm"),
        ("logs", "--app", "acme-crm", "-o", "json"),
        ("logs", "--app", "acme-crm", "--html", str(files[3])),
        ("export", "acme-crm", "--out", str(files[2])),
        ("doctor", "-o", "json"),
        ("auth", "status"),
        ("destroy", spec, "--yes"),
    ]
    results = []
    for command in commands:
        result = world.oktascim(*command, *loud, GITHUB_STEP_SUMMARY=str(files[1]), GITHUB_ACTIONS="true")
        assert result.code in {0, 1}, f"{command}: {result.stderr}"
        results.append(result)
    assert_silent(world, *results)
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert world.token not in text
        assert SCIM_TOKEN not in text


def test_a_handoff_names_places_not_secrets(world_of: Callable[..., World]) -> None:
    world = world_of(connections_api="org")
    result = world.oktascim("apply", world.spec(), "--yes", "-vv")
    assert result.code == 6
    assert_silent(world, result)


def test_a_server_that_repeats_the_credential(world: World, careless_server: str) -> None:
    spec = world.spec(
        SPEC.replace("template: scim2-oauth", "template: scim2-basic").replace(
            "{token: {env: SCIM_TOKEN}}", "{username: okta, password: {env: SCIM_PASSWORD}}"
        )
    )
    environment = {"SCIM_BASE_URL": careless_server, "SCIM_PASSWORD": PASSWORD}
    tested = world.oktascim("connection", "test", "--spec", spec, "-vv", "-o", "json", **environment)
    assert tested.code == 5
    applied = world.oktascim("apply", spec, "--yes", "-vv", **environment)
    assert applied.code == 5
    basic = httpx.BasicAuth("okta", PASSWORD)._auth_header.removeprefix("Basic ")
    assert_silent(world, tested, applied)
    assert all(basic not in result.stdout + result.stderr for result in (tested, applied))
    assert "[hidden]" in applied.stderr


def test_a_literal_secret_in_a_spec_is_refused_unseen(world: World) -> None:
    spec = world.spec(SPEC.replace("{token: {env: SCIM_TOKEN}}", f"{{token: {PASSWORD}}}"))
    result = world.oktascim("apply", spec, "--yes", "-vv")
    assert result.code == 2
    assert_silent(world, result)
    assert "env" in result.stderr
    flag = world.oktascim(
        "connection", "test", "--template", "scim2-oauth", "--base-url", "https://a.example/scim", "--token", PASSWORD
    )
    assert flag.code == 2
    assert_silent(world, flag)


def test_the_emulators_own_records(world: World) -> None:
    assert world.oktascim("apply", world.spec(), "--yes").code == 0
    world.settled()
    for page in ("requests", "exchanges", "console", "faults", "health"):
        answer = httpx.get(f"{world.org.url}/_emulator/{page}", headers={"Authorization": f"SSWS {world.token}"})
        assert SCIM_TOKEN not in answer.text, page
        assert world.token not in answer.text, page


def test_the_process_list_of_a_sandbox(tmp_path: Path) -> None:
    script = (
        "import os, pathlib\n"
        "secrets = [os.environ['OKTA_CLIENT_TOKEN'], os.environ['SCIM_TOKEN']]\n"
        "files = [p for p in pathlib.Path('/proc').glob('[0-9]*/cmdline') if p.exists()]\n"
        "lines = [p.read_bytes().decode(errors='replace') for p in files]\n"
        "print(sum(secret in line for secret in secrets for line in lines), len(lines) > 2)\n"
    )
    file = tmp_path / "look.py"
    file.write_text(script, encoding="utf-8")
    command = [sys.executable, "-m", "oktascim", "emulator", "run", "--scim-server", "--", sys.executable, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["0", "True"]
