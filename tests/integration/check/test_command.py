"""`oktascim check` as a person or a pipeline runs it: exit codes, reports, hostile servers, Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from oktascim.check.run import CheckMeans
from oktascim.errors import Interrupted
from oktascim.http.clock import Stop
from tests.conftest import REPOSITORY
from tests.integration.check.conftest import PERSON, check
from tests.support.broken_server import TOKEN, Handler, broken_server

Call = Callable[..., tuple[int, str, str]]
BEARER = ("--bearer", "env:SCIM_TOKEN")


def test_exit_codes_and_the_verdict_in_words(oktascim: Call) -> None:
    with broken_server() as good, broken_server("displayName-replaced") as advised, broken_server("put-ignored") as bad:
        for server, options, code in (
            (good, (), 0),
            (advised, (), 0),
            (advised, ("--strict",), 5),
            (bad, (), 5),
        ):
            words = ("check", server.base_url, *BEARER, "--only", "users", "--only", "user", *options)
            found, _, stderr = oktascim(*words)
            assert found == code, stderr
            assert ("Runscope" in stderr) == (server is not bad)  # nothing about a pass where a check failed
    assert "Profile updates are ignored or lose data." in stderr
    assert "turns green: users.put.profile" in stderr
    assert TOKEN not in stderr


def test_the_reports(oktascim: Call, tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("junit", "markdown", "har")}
    options = [word for name, file in files.items() for word in (f"--{name}", str(file))]
    summary = tmp_path / "summary"
    with broken_server("pathless-patch-ignored", "displayName-replaced") as server:
        words = ("check", server.base_url, *BEARER, "--only", "users.patch", "--only", "user", *options, "-o", "json")
        code, stdout, stderr = oktascim(*words, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    report = json.loads(stdout)
    assert (code, report["passed"]) == (5, False)
    fix = report["fixes"][0]
    assert fix["turns_green"] == ["users.patch.deactivate", "users.patch.reactivate"]
    assert [shown["request"].split()[0] for shown in fix["exchanges"]] == ["PATCH", "GET"]
    cases = ElementTree.parse(files["junit"]).getroot().iter("testcase")
    failed = [case.get("name") for case in cases if case.find("failure") is not None]
    assert failed == ["users.patch.deactivate", "users.patch.reactivate"]
    archive = json.loads(files["har"].read_text(encoding="utf-8"))["log"]
    assert {entry["request"]["method"] for entry in archive["entries"]} >= {"POST", "PATCH", "GET", "DELETE"}
    assert "[hidden]" in files["har"].read_text(encoding="utf-8")
    assert summary.read_text(encoding="utf-8").strip() == files["markdown"].read_text(encoding="utf-8").strip()
    assert "::error title=oktascim check users.patch.deactivate::" in stderr
    assert "::warning title=oktascim check user.as_sent.displayName::" in stderr
    everything = stdout + stderr + "".join(file.read_text(encoding="utf-8") for file in files.values())
    assert TOKEN not in everything
    assert '"password": "1mz' not in everything


def test_read_only_writes_nothing(oktascim: Call, tmp_path: Path) -> None:
    har = tmp_path / "har"
    with broken_server() as server:
        server.store.create("Users", dict(PERSON))
        code, stdout, stderr = oktascim(
            "check", server.base_url, *BEARER, "--read-only", "--har", str(har), "-o", "json"
        )
    assert code == 0, stderr
    methods = {entry["request"]["method"] for entry in json.loads(har.read_text(encoding="utf-8"))["log"]["entries"]}
    assert methods == {"GET", "HEAD"}
    checks = {one["id"]: one["passed"] for one in json.loads(stdout)["checks"]}
    assert checks["connection.user.active"] is True, "the users that are there are looked into"
    verdict = json.loads(stdout)["verdict"]
    assert verdict == "Okta can look up users, import users and groups, and report errors here.", "only what was tried"


def test_basic_and_header(oktascim: Call) -> None:
    with broken_server("open-to-all") as server:
        for options in (("--basic", "okta:env:SCIM_TOKEN"), ("--header", "env:SCIM_TOKEN")):
            code, _, stderr = oktascim("check", server.base_url, *options, "--only", "page.count")
            assert code == 0, stderr


def test_a_spec_names_the_server(oktascim: Call, tmp_path: Path) -> None:
    with broken_server() as server:
        spec = tmp_path / "acme.yaml"
        spec.write_text(
            "version: 1\nintegrations:\n- name: acme\n  label: Acme\n  template: scim2-oauth\n  sign_on: {mode: swa}\n"
            f"  provisioning:\n    base_url: {server.base_url}\n    credentials: {{token: {{env: SCIM_TOKEN}}}}\n",
            encoding="utf-8",
        )
        code, _, stderr = oktascim("check", "--spec", str(spec), "--only", "users.put.profile")
    assert code == 0, stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "base URL"),
        (("https://a.example/scim",), "one credential"),
        (("https://a.example/scim", *BEARER, "--basic", "a:env:B"), "one credential"),
        (("https://a.example/scim", "--basic", "env"), "--basic"),
        (("https://a.example/scim", "--bearer", "my-token"), "--bearer"),
        (("https://a.example/scim", *BEARER, "--only", "users.pacth"), "users.pacth"),
        (("https://a.example/scim", *BEARER, "--only", "users", "--skip", "users"), "exclude every check"),
        (
            ("https://a.example/scim", *BEARER, "--tag", "fast"),
            "has the tag fast.\n  fix: Use one of: alone, slow, writes",
        ),
        (("https://a.example/scim", *BEARER, "--spec", "x.yaml"), "--spec"),
        (("https://a.example/scim", *BEARER, "--suite", "no-such-file"), "can't be read"),
    ],
)
def test_wrong_usage(oktascim: Call, words: tuple[str, ...], said: str) -> None:
    code, stdout, stderr = oktascim("check", *words)
    assert (code, stdout) == (2, "")
    assert said in stderr


LONG = b"x" * 10_000_000
HOSTILE = {
    "garbage": b"\x00\xff\xfe garbage\r\n\r\n",
    "nothing": b"",
    "not SCIM": b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<html>hi</html>",
    "redirects": b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
    "10 MB": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(LONG), LONG),
    "deep": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"[" * 200_000,
    "tricks": b"HTTP/1.1 418 \x1b[31mred\r\nContent-Length: 7\r\nConnection: close\r\n\r\n\x1b[2Jyo\x07",
}


@contextmanager
def raw_server(reply: bytes | None) -> Iterator[str]:
    """Send these bytes to everybody; None never answers."""
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            if reply is None:
                over.wait(20)
            else:
                self.request.sendall(reply)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """The client may hang up."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/scim"
        over.set()
        server.shutdown()


@pytest.mark.parametrize("name", [*HOSTILE, "silent"])
def test_a_hostile_server_gets_a_verdict_and_a_fix(oktascim: Call, name: str) -> None:
    with raw_server(HOSTILE.get(name)) as url:
        code, stdout, stderr = oktascim("check", url, *BEARER, "--timeout", "2", "-o", "json")
    report = json.loads(stdout)
    assert code == 5
    assert report["verdict"] == "Okta can't use this server at all."
    assert report["fixes"][0]["how"]
    assert "Internal error" not in stderr
    assert "\x1b" not in stdout + stderr


@pytest.mark.parametrize("odd", ["x" * 70_000, "..", "."])
def test_ids_that_no_url_can_end_in(oktascim: Call, odd: str) -> None:
    class WithoutMeta(Handler):
        def reply(self, status: int, answer: dict[str, Any] | None) -> None:
            super().reply(status, answer and {key: value for key, value in answer.items() if key != "meta"})

    with broken_server(handler=WithoutMeta) as server:
        create = server.store.create

        def create_odd(collection: str, body: dict[str, Any]) -> dict[str, Any]:
            made = create(collection, body)
            server.store.resources[collection][odd] = server.store.resources[collection].pop(made["id"]) | {"id": odd}
            return made | {"id": odd}

        server.store.create = create_odd
        code, stdout, stderr = oktascim("check", server.base_url, *BEARER, "-o", "json")
    assert (code, "Internal error" in stderr) == (5, False)
    details = [one["detail"] for one in json.loads(stdout)["checks"]]
    assert (
        "Not run: the server didn't create a user for this check (POST /Users returned 201 without a usable id)."
        in details
    )


def test_a_server_that_dies_on_the_way_ends_the_run(oktascim: Call) -> None:
    with broken_server() as server:
        answer = server.store.create

        def die(*_: object) -> None:
            raise ConnectionAbortedError

        server.store.create = die
        server.handle_error = lambda *_: None
        report = check(server.base_url, only=("users",))
        server.store.create = answer
    details = [one.detail for one in report.verdicts if one.passed is None]
    assert "Not run: the server stopped responding." in details
    assert report.failed("required")
    assert report.sentence == "The server stopped responding.", "nothing is known about what it can do"


def test_a_wish_to_end_cleans_up_and_reports_what_was_done() -> None:
    stop = Stop()
    with broken_server() as server:
        means = CheckMeans(stop, watch=lambda verdict: stop.ask() if verdict.check.id == "users.put.profile" else None)
        report = check(server.base_url, means=means)
        assert server.store.resources == {"Users": {}, "Groups": {}}
    assert report.interrupted
    assert any(one.passed for one in report.verdicts)
    assert report.verdicts[-1].passed is None


def test_a_wish_to_end_right_after_a_write_leaves_nothing_behind() -> None:
    stop = Stop()
    with broken_server() as server:
        means = CheckMeans(stop, watch_exchange=lambda sent: stop.ask() if sent.exchange.method == "POST" else None)
        report = check(server.base_url, means=means)
        assert server.store.resources == {"Users": {}, "Groups": {}}
    assert report.interrupted
    assert report.left_behind == ()


def test_a_wish_to_end_does_not_wait_for_the_connection_test() -> None:
    stop = Stop()

    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            stop.ask()
            await asyncio.Event().wait()
            raise AssertionError

    with pytest.raises(Interrupted):
        check("https://scim.acme.example", means=CheckMeans(stop, transport=Silent()))


@pytest.mark.skipif(sys.platform == "win32", reason="signals are for POSIX")
def test_ctrl_c_in_a_real_process_deletes_what_was_made() -> None:
    with broken_server() as server:
        made = threading.Event()
        create = server.store.create

        def create_and_tell(*arguments: object) -> object:
            made.set()
            return create(*arguments)

        server.store.create = create_and_tell
        command = [sys.executable, "-m", "oktascim", "check", server.base_url, "--bearer", "env:SCIM_TOKEN", "-v"]
        environ = {**os.environ, "SCIM_TOKEN": TOKEN}
        with subprocess.Popen(
            command, cwd=REPOSITORY, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert made.wait(30)
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=60)
        assert server.store.resources == {"Users": {}, "Groups": {}}
    assert process.returncode == 130, stderr
    assert "interrupted" in stdout
    assert re.search(r"Stopped after \d+ of \d+ checks\. What was created is deleted\.\n$", stderr)
    assert "Traceback" not in stderr
