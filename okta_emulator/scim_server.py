"""Runs scim2-server, a real SCIM 2.0 server by other authors, as a child process on loopback.

The child gets the bearer token on standard input, so that neither the process list nor the environment contains it. It
logs nothing (the server's own command would log requests) and ends when its standard input closes, so that it never
outlives its parent.
"""

from __future__ import annotations

import contextlib
import importlib.util
import signal
import subprocess
import sys
import threading
from functools import partial
from types import TracebackType
from typing import Self
from wsgiref.simple_server import WSGIRequestHandler, make_server

from okta_emulator.core.problem import EmulatorProblem

_HOST = "127.0.0.1"
_STOP_SECONDS = 5.0
_CLIENT_SECONDS = 30.0
"""How long a client may take to read a response, or to send a part of its request; our choice."""


class ScimServer:
    """A SCIM 2.0 server in memory, for as long as the `with` block lasts.

    Args:
        token: the only bearer token it accepts.
        port: the port to use if it is free; otherwise, and with 0, any free one.

    Raises:
        EmulatorProblem: scim2-server is not installed, or did not start.
    """

    def __init__(self, token: str, port: int = 0) -> None:
        self._token = token
        self._port = port
        self._process: subprocess.Popen[str] | None = None
        self.base_url = ""

    def __enter__(self) -> Self:
        if importlib.util.find_spec("scim2_server") is None:
            raise EmulatorProblem(
                "The SCIM server can't start.",
                why="The package scim2-server is not installed.",
                fix="pip install 'oktascim[emulator]'",
            )
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter running this module
            [sys.executable, "-m", __name__, str(self._port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{self._token}\n")
            self._process.stdin.flush()
            port = self._process.stdout.readline().strip()
        except BrokenPipeError:
            port = ""
        if not port:
            self.stop()
            raise EmulatorProblem(
                "The SCIM server did not start.", fix=f"To see why, run it directly: {sys.executable} -m {__name__}"
            )
        self.base_url = f"http://{_HOST}:{port}/v2"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process id of the server, or None if it isn't running."""
        return None if self._process is None else self._process.pid

    def stop(self) -> None:
        """Stop the server; does nothing if it isn't running."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.close()
            process.wait(_STOP_SECONDS)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
        finally:
            process.stdout.close()


class _QuietHandler(WSGIRequestHandler):
    timeout = _CLIENT_SECONDS  # of the socket; without it, a client that doesn't read holds its thread forever

    def handle(self) -> None:
        """Handle a request; if it doesn't arrive in time, the connection is closed."""
        with contextlib.suppress(TimeoutError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing: a request line can contain personal data."""


def serve() -> None:
    """Serve until standard input closes; the token is its first line, the port the only line of output.

    The first argument is the port to use if it is free.
    """
    from scim2_server.memory import InMemoryStorage
    from scim2_server.testserver.application import BearerTokenApplication
    from scim2_server.testserver.cli import ThreadingWSGIServer
    from scim2_server.utils import load_default_provider

    # A terminal signals its whole process group, but the parent still needs this server.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    token = sys.stdin.readline().rstrip("\n")
    app = BearerTokenApplication(InMemoryStorage(), load_default_provider(), bearer_tokens=[token])
    listen = partial(make_server, _HOST, app=app, server_class=ThreadingWSGIServer, handler_class=_QuietHandler)
    try:
        server = listen(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    except OSError:
        server = listen(0)
    with server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    serve()
