"""A SCIM server that lists and refuses every filter with 501, as frameworks do that leave filters to their users."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REFUSAL = "Filtering is not implemented"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes

    def do_GET(self) -> None:
        if "filter" in parse_qs(urlsplit(self.path).query):
            schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"]
            self._answer(501, {"schemas": schemas, "status": "501", "detail": REFUSAL})
        else:
            schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
            self._answer(200, {"schemas": schemas, "totalResults": 0, "startIndex": 1, "Resources": []})

    def _answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def scim_without_filters() -> Iterator[str]:
    """Its base URL, for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/scim"
    finally:
        server.shutdown()
        server.server_close()
