"""Bodies in no encoding and with half characters: `check` ends in its words."""

from __future__ import annotations

import io
import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from oktascim.cli.main import run
from tests.attack.downstream import ANSWERS
from tests.attack.lab import answer, listening

ODD = [name for name in ANSWERS if "encoding" in name or name == "half characters"]


@pytest.mark.parametrize("name", ODD)
def test_check_judges_what_it_cannot_read(tmp_path: Path, name: str) -> None:
    body, encoding = ANSWERS[name]
    stdout, stderr = io.StringIO(), io.StringIO()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        answer(handler, 201 if handler.command == "POST" else 200, body, Content_Type=f"a/b; charset={encoding}")

    with listening(respond) as server:
        words = (
            "check",
            f"{server.url}/scim",
            "--bearer",
            "env:T",
            "--only",
            "users",
            "--pause",
            "0.001",
            "-o",
            "json",
            "--har",
            str(tmp_path / "x.har"),
        )
        code = run(words, environ={"T": "t0ken-t0ken"}, stdout=stdout, stderr=stderr, stdin=io.StringIO())
    assert code == 5, stderr.getvalue()
    assert "Internal error" not in stdout.getvalue()
    assert "entries" in json.loads((tmp_path / "x.har").read_text(encoding="utf-8"))["log"]
