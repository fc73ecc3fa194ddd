"""A door that asks for user name and password, in front of a SCIM server that asks for a bearer token."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

USERNAME, PASSWORD = "okta", "open-sesame-4711"
_EXPECTED = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
_HOP = {"transfer-encoding", "content-encoding", "content-length", "connection"}


@contextmanager
def basic_relay(base_url: str, token: str) -> Iterator[str]:
    """The base URL of the door, for as long as the block lasts."""
    behind = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30)
    prefix = httpx.URL(base_url).path

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two writes

        def relay(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers["Authorization"] != _EXPECTED:
                answer = httpx.Response(401, json={"detail": "who are you?", "status": "401"})
            else:
                kind = self.headers.get("Content-Type", "application/scim+json")
                url = base_url + self.path.removeprefix(prefix)
                answer = behind.request(self.command, url, content=body, headers={"Content-Type": kind})
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = relay  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{prefix}"
    server.shutdown()
    server.server_close()
    behind.close()
