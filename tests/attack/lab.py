"""Where attacks happen: an emulated org, a SCIM server and hostile listeners, all of them on loopback."""

from __future__ import annotations

import http.server
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.server import EmulatedOrg
from okta_emulator.org.planting import plant_example
from okta_emulator.scim_server import ScimServer
from tests.support.world import SCIM_TOKEN, Result, World


@dataclass(frozen=True)
class Lab:
    """What attacks have at hand."""

    world: World


class Attack(NamedTuple):
    """A kind of attack.

    Attributes:
        what: the attack.
        holds: what must be true after every try.
        tries: runs it; one text a try, empty if it held, else what broke.
    """

    what: str
    holds: str
    tries: Callable[[Lab], Iterator[str]]


@contextmanager
def laboratory() -> Iterator[Lab]:
    """An org that accepts SCIM credentials by API, with a real SCIM server."""
    settings = EmulatorSettings(fast=True, connections_api="accept")
    with (
        tempfile.TemporaryDirectory() as folder,
        ScimServer(SCIM_TOKEN) as scim,
        EmulatedOrg(settings, plant=plant_example) as org,
    ):
        world = World(org, org.token, scim.base_url, Path(folder))
        yield Lab(world)


class _Server(http.server.ThreadingHTTPServer):
    """Says nothing of clients that hang up."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


Respond = Callable[[http.server.BaseHTTPRequestHandler], None]


@dataclass
class Listener:
    """A server of the attacker: does as it is told with each request, and keeps what it was sent."""

    respond: Respond
    url: str = ""
    heard: str = ""


@contextmanager
def listening(respond: Respond) -> Iterator[Listener]:
    """A hostile server on a free port of loopback."""
    listener = Listener(respond)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            listener.heard += f"{self.requestline}\n{self.headers}\n{body.decode(errors='replace')}\n"
            try:
                listener.respond(self)
            except OSError:  # the client hung up, which is its right
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815 (the names that http.server calls)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    listener.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(
    handler: http.server.BaseHTTPRequestHandler,
    status: int,
    body: bytes = b"",
    reason: str | None = None,
    **headers: str,
) -> None:
    """Send a whole answer; `_` in a header's name stands for `-`."""
    handler.send_response(status, reason)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def in_words(result: Result) -> str:
    """What is wrong with the way a command ended, whatever was done to it; empty if nothing is."""
    for bad in ("Traceback", "should not happen", "Internal error"):
        if bad in result.stderr:
            return f"{bad}: {result.stderr[-400:]}"
    return "" if result.code in {0, 1, 2, 3, 4, 5, 6} else f"exit code {result.code}"
