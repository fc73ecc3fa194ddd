"""`apply` at a real terminal: the question can be read, and Ctrl-C answers it."""

from __future__ import annotations

import json
import os
import pty
import select
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from oktascim.errors import ExitCode
from tests.support.org_page import ORG_PAGE

SPEC = """\
version: 1
integrations:
  - {name: acme, label: Acme, template: scim2-header, sign_on: {mode: saml}}
"""
QUESTION = b"Change 1 integration? [y/N] "
PATIENCE = 30.0


class EmptyOrg(BaseHTTPRequestHandler):
    """An org without apps, which refuses to have any."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes

    def do_GET(self) -> None:
        own = json.dumps(ORG_PAGE).encode()
        self._answer(200, own if self.path == "/.well-known/okta-organization" else b"[]")

    def do_POST(self) -> None:
        self.server.writes.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(400, b'{"errorCode": "E0000001", "errorSummary": "No.", "errorCauses": []}')

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def org() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), EmptyOrg)
    server.writes = []
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def at_the_question(org: ThreadingHTTPServer, tmp_path: Path) -> Callable[[bytes], tuple[int, bytes, bytes]]:
    """Runs apply in a terminal and types a reply to its question: exit code, what was shown before it and after."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    environ = {
        "HOME": str(tmp_path),
        "NO_COLOR": "1",
        "OKTA_CLIENT_ORGURL": f"http://127.0.0.1:{org.server_port}",
        "OKTA_CLIENT_TOKEN": "00token",
        "PATH": os.environ["PATH"],
        "TERM": "xterm",
    }

    def run(reply: bytes) -> tuple[int, bytes, bytes]:
        program, terminal = pty.fork()
        if program == 0:
            os.execve(sys.executable, [sys.executable, "-m", "oktascim", "apply", str(spec)], environ)
        try:
            before = read(terminal, until=QUESTION)
            before += read(terminal, seconds=0.3)  # what would erase the question comes at once
            os.write(terminal, reply)
            after = read(terminal)
            return os.waitstatus_to_exitcode(os.waitpid(program, 0)[1]), before, after
        finally:
            os.close(terminal)

    return run


def read(terminal: int, *, until: bytes | None = None, seconds: float = PATIENCE) -> bytes:
    """What the program shows until it says something, ends, or the time is over."""
    shown = b""
    end = time.monotonic() + seconds
    while (until is None or until not in shown) and (left := end - time.monotonic()) > 0:
        if not select.select([terminal], [], [], left)[0]:
            continue
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the program has ended
            break
    return shown


def test_the_question_stays_on_the_screen_and_no_means_no(at_the_question, org) -> None:
    code, before, after = at_the_question(b"n\n")
    assert before.endswith(QUESTION)
    assert b"\x1b" not in before
    assert b"Cancelled: nothing was changed." in after
    assert (code, org.writes) == (ExitCode.FAILED, [])


def test_ctrl_c_at_the_question_ends_the_run_at_once(at_the_question, org) -> None:
    code, _, after = at_the_question(b"\x03")
    assert b"Interrupted." in after
    assert (code, org.writes) == (ExitCode.INTERRUPTED, [])


def test_yes_is_carried_out_and_a_refusal_is_told(at_the_question, org) -> None:
    code, _, after = at_the_question(b"y\n")
    assert b"Okta returned 400: E0000001 No." in after
    assert (code, org.writes) == (ExitCode.FAILED, ["/api/v1/apps"])
