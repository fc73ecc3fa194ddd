"""Whatever a SCIM server answers, the emulated org ends each operation in Okta's words, and hides its secrets."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from okta_emulator.scim_client.reading import TOO_LARGE
from okta_emulator.testing import OktaEmulator
from tests.attack.downstream import ANSWERS
from tests.attack.lab import answer, listening

TOKEN = 'sentinel"quagmire\\x/y'
_PASSWORD = re.compile(r'"password":"([^"]+)"')


class Server:
    """What the server answers to all requests, and where it is."""

    url = ""
    body, encoding = b"", "utf-8"

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        kind = {"Content_Type": f"application/scim+json; charset={self.encoding}"}
        zipped = {"Content_Encoding": "gzip"} if self.body.startswith(b"\x1f\x8b") else {}
        answer(handler, 200, self.body, **kind, **zipped)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    one = Server()
    with listening(one.respond) as listener:
        one.url = f"{listener.url}/scim"
        yield one


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OktaEmulator]:
    with OktaEmulator(record=tmp_path_factory.mktemp("recorded") / "exchanges.jsonl") as one:
        yield one


def connected(org: OktaEmulator, server: Server, label: str) -> Any:
    server.body, server.encoding = b'{"totalResults": 0, "Resources": []}', "utf-8"
    return org.scim_app(server.url, TOKEN, label=label)


@pytest.mark.parametrize("name", ANSWERS)
def test_any_answer_ends_in_words(
    org: OktaEmulator, server: Server, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    app, person = connected(org, server, name), org.person(f"p{[*ANSWERS].index(name)}@acme.example")
    server.body, server.encoding = ANSWERS[name]
    org.assign(app, person)
    imported = org.import_users(app)
    assert imported["status"] in {"COMPLETE", "FAILED"}
    org.call("POST", f"/api/v1/users/{person['id']}", {"profile": {"title": "T"}})
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    if "bomb" in name:
        assert TOO_LARGE in {one["error"] for one in org.exchanges()}


def test_a_recording_has_no_secret_in_the_forms_that_a_server_repeats(tmp_path: Path) -> None:
    record = tmp_path / "exchanges.jsonl"

    def repeat(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "GET":
            answer(handler, 200, b'{"totalResults": 0, "Resources": []}')
            return
        heard = str(handler.headers["Authorization"]).removeprefix("Bearer ")
        said = f"{heard} and {json.dumps(heard)} and {_PASSWORD.findall(listener.heard)[-1]}"
        answer(handler, 400, json.dumps({"detail": said, "status": "400"}).encode())

    with listening(repeat) as listener, OktaEmulator(record=record) as org:
        org.assign(org.scim_app(f"{listener.url}/scim", TOKEN), org.person("a@acme.example"))
        shown = record.read_text() + json.dumps(org.exchanges()) + json.dumps(org.events())
    (password,) = set(_PASSWORD.findall(listener.heard))
    assert " and [hidden]" in shown
    assert "quagmire" not in shown
    assert password not in shown
