"""Serves an emulated org on loopback: in a thread for tests and `emulator run`, in the foreground for `start`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from okta_emulator.admin_console.administrator import Administrator, administrator_from
from okta_emulator.admin_console.site import ConsoleSite
from okta_emulator.core.problem import EmulatorProblem
from okta_emulator.core.settings import EmulatorSettings
from okta_emulator.http.app import EmulatorApp
from okta_emulator.http.transport import STATE_KEY
from okta_emulator.org.state import Org

HOST = "127.0.0.1"
_START_SECONDS = 30.0
_STOP_SECONDS = 5
_IDLE_SECONDS = 75  # longer than a rate-limit window, so that a waiting client keeps its connection


class _Protocol(H11Protocol):
    """Gives each request the transport of its connection, so that faults can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, STATE_KEY: transport}


class EmulatedOrg:
    """An emulated org that runs in a thread for as long as the `with` block lasts.

    Args:
        settings: how it behaves; None means the defaults.
        port: the port on 127.0.0.1; 0 means a free one.
        database: the database file, or None for memory.
        administrator: who can sign in to its Admin Console; None means the one that the environment configures.

    Raises:
        EmulatorProblem: the port is in use, the file can't be used, or the server didn't start.
    """

    console: ConsoleSite

    def __init__(
        self,
        settings: EmulatorSettings | None = None,
        port: int = 0,
        database: Path | None = None,
        administrator: Administrator | None = None,
    ) -> None:
        self.settings = settings or EmulatorSettings()
        self.administrator = administrator or administrator_from(os.environ)
        self._socket = _bound(port)
        self._database = database
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=self._run, name="emulated-org", daemon=True)
        self._ready = threading.Event()
        self._broken: BaseException | None = None

    @property
    def url(self) -> str:
        """The org URL."""
        return f"http://{HOST}:{self._socket.getsockname()[1]}"

    @property
    def token(self) -> str:
        """The org's API token."""
        return self.settings.token

    def __enter__(self) -> EmulatedOrg:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server; returns when the org answers."""
        self._thread.start()
        started = self._ready.wait(_START_SECONDS)
        if isinstance(self._broken, EmulatorProblem):
            raise self._broken
        if not started or self._broken is not None:
            raise EmulatorProblem("The emulated org did not start.", why=repr(self._broken) if self._broken else None)

    def stop(self) -> None:
        """Stop the server and wait until everything is closed."""
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        try:
            org = Org(self.settings, self._database)
            self.console = ConsoleSite(org, self.administrator)
            app = EmulatorApp(org, self.console)
            self._server = _server(app, self._ready.set)
            self._server.run(sockets=[self._socket])
        except BaseException as error:  # noqa: BLE001 - told to the thread that waits for the start
            self._broken = error
            self._ready.set()


def serve(settings: EmulatorSettings, port: int, ready: Callable[[str], None], database: Path | None = None) -> None:
    """Serve an org in the foreground until SIGINT or SIGTERM.

    Args:
        settings: how it behaves.
        port: the port on 127.0.0.1; 0 means a free one.
        ready: called with the org URL when the org answers.
        database: the database file, or None for memory.

    Raises:
        EmulatorProblem: the port is in use, or the file can't be used.
    """
    listener = _bound(port)
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    before = signal.signal(signal.SIGTERM, lambda _signal, _frame: None)  # uvicorn raises it again when it has stopped
    try:
        with listener, contextlib.suppress(KeyboardInterrupt):
            org = Org(settings, database)
            console = ConsoleSite(org, administrator_from(os.environ))
            _server(EmulatorApp(org, console), lambda: ready(url)).run(sockets=[listener])
    finally:
        signal.signal(signal.SIGTERM, before)


def _server(app: EmulatorApp, started: Callable[[], None]) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    return _Server(config, started)


class _Server(uvicorn.Server):
    """Calls `started` when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._started()


def _bound(port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only if the protocol is given; otherwise each response waits 40 ms for a delayed ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise EmulatorProblem(
            f"The emulator cannot listen on {HOST}:{port}.",
            why=error.strerror,
            fix="Choose another port, or 0 for a free one.",
        ) from error
    return listener
