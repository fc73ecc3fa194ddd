"""Emulated orgs, and a SCIM server whose answers a test dictates."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from okta_emulator.scim_server import ScimServer
from tests.support.emulated import Emulated, emulated
from tests.support.world import SCIM_TOKEN


@pytest.fixture
def org_of() -> Iterator[Callable[..., Emulated]]:
    """Starts orgs with the settings that a test wants."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(emulated(**settings))


@pytest.fixture(scope="module")
def shared_org() -> Iterator[Emulated]:
    with emulated() as org:
        yield org


@pytest.fixture
def org(shared_org: Emulated) -> Emulated:
    """An empty org with the default settings."""
    shared_org.reset()
    return shared_org


@pytest.fixture(scope="module")
def scim_server() -> Iterator[str]:
    with ScimServer(SCIM_TOKEN) as server:
        yield server.base_url


@pytest.fixture
def scim_url(scim_server: str) -> str:
    """A real SCIM 2.0 server without users and groups."""
    with httpx.Client(headers={"Authorization": f"Bearer {SCIM_TOKEN}"}) as http:
        for collection in ("Users", "Groups"):
            for resource in http.get(f"{scim_server}/{collection}").json().get("Resources", []):
                http.delete(f"{scim_server}/{collection}/{resource['id']}").raise_for_status()
    return scim_server


class ScriptedScim:
    """A SCIM server that gives the answers of a script, then empty lists; it notes the requests."""

    def __init__(self) -> None:
        self.script: list[tuple[int, Any, dict[str, str]]] = []
        self.seen: list[tuple[str, str, Any]] = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = 65536

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                scripted.seen.append((self.command, self.path, body))
                status, content, headers = scripted.next_answer()
                payload = json.dumps(content).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(payload))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(payload)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - names of http.server

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/scim"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def then(self, status: int, content: Any, **headers: str) -> None:
        """Answer a further request so; an underscore in a header's name stands for a hyphen."""
        self.script.append((status, content, {name.replace("_", "-"): value for name, value in headers.items()}))

    def next_answer(self) -> tuple[int, Any, dict[str, str]]:
        empty = {"Resources": [], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0}
        return self.script.pop(0) if self.script else (200, empty, {})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def scripted() -> Iterator[ScriptedScim]:
    server = ScriptedScim()
    yield server
    server.close()
