"""Serves prepared log pages from a separate process, one `sendall` per page, so that it is never the slowest part."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any

PAGES = 100
EVENTS_A_PAGE = 1000
_PAGE = re.compile(rb"[?&]after=(\d+)")


def body_of(page: list[dict[str, Any]], *, spaced: bool) -> bytes:
    """A page as JSON: compact, or with the spaces and line feeds that Okta's documentation shows."""
    if spaced:
        return json.dumps(page, indent=2, separators=(",", " : ")).encode()
    return json.dumps(page, separators=(",", ":")).encode()


@contextmanager
def served(body: bytes) -> Iterator[str]:
    """The URL of a server that answers `GET /api/v1/logs` with this body, page after page.

    Args:
        body: one page of the log; every page has this body, and its own link to the next.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.page_server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        try:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(body)
            server.stdin.close()
            yield server.stdout.readline().decode().strip()
        finally:
            server.terminate()


def _serve(body: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
        url = f"http://{host}:{port}"
        answers = [_answer(url, number, body) for number in range(PAGES)]
        sys.stdout.write(url + "\n")
        sys.stdout.flush()
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_talk, args=(connection, answers), daemon=True).start()


def _answer(url: str, number: int, body: bytes) -> bytes:
    links = [f'<{url}/api/v1/logs?limit=1000>; rel="self"']
    if number + 1 < PAGES:
        links.append(f'<{url}/api/v1/logs?limit=1000&after={number + 1}>; rel="next"')
    lines = [
        "HTTP/1.1 200 OK",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Date: {formatdate(usegmt=True)}",
        *(f"Link: {link}" for link in links),
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + body


def _talk(connection: socket.socket, answers: list[bytes]) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    with connection:
        while chunk := connection.recv(65536):
            received += chunk
            while b"\r\n\r\n" in received:
                head, _, received = received.partition(b"\r\n\r\n")
                asked = _PAGE.search(head)
                connection.sendall(answers[int(asked[1]) if asked else 0])


if __name__ == "__main__":
    _serve(sys.stdin.buffer.read())
