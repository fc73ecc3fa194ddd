"""A server that grants OAuth 2 tokens: its page asks a person, or nobody (RFC 6749 4.1)."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "okta", "client-secret-0815"


@dataclass
class ConsentServer:
    """What it grants, and what it was asked.

    Attributes:
        access_token: what a code is exchanged for.
        person_takes: seconds until a person allows it; None: nobody ever does; 0: nobody is asked.
        refuses: the OAuth error with which the browser is sent back instead.
    """

    access_token: str
    person_takes: int | None = 0
    refuses: str | None = None
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)

    @property
    def authorization_endpoint(self) -> str:
        return f"{self.url}/authorize?prompt=consent"

    @property
    def token_endpoint(self) -> str:
        return f"{self.url}/token"

    def way_back(self, query: dict[str, str]) -> str:
        if self.refuses:
            return f"{query['redirect_uri']}?{urlencode({'error': self.refuses, 'state': query['state']})}"
        code = secrets.token_hex(8)
        self.codes.add(code)
        self.asked.append(query)
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, str]]:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") != "authorization_code" or form.get("code") not in self.codes:
            return 400, {"error": "invalid_grant"}
        self.codes.remove(form["code"])
        return 200, {"access_token": self.access_token, "token_type": "Bearer"}


@contextmanager
def consenting(server: ConsentServer) -> Iterator[ConsentServer]:
    """The server, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = flat(urlsplit(self.path).query)
            if "redirect_uri" not in query:  # a browser asks for an icon too
                self.answer(404, "text/plain", "")
                return
            target = server.way_back(query)
            if server.person_takes == 0:
                self.send_response(302)
                self.send_header("Location", target)
                self.end_headers()
                return
            press = f'<meta http-equiv="refresh" content="{server.person_takes};url={escape(target)}">'
            page = f'<link rel="icon" href="data:,"><h1>Let Okta in?</h1>{press if server.person_takes else ""}'
            self.answer(200, "text/html", page)

        def do_POST(self) -> None:
            form = flat(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, body = server.token(form)
            self.answer(status, "application/json", json.dumps(body))

        def answer(self, status: int, kind: str, body: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Be quiet."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, args=[0.05], daemon=True).start()
    server.url = f"http://127.0.0.1:{running.server_port}"
    yield server
    running.shutdown()
    running.server_close()


def flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
